"""What stands between a recording and any model that recognises speech.

Models invent words for silence and noise, crash on clicks, lose the thread of long recordings and repeat
themselves. So a model is only ever given pieces of speech (:mod:`.pieces`), of its hypotheses the implausible are
dropped (:mod:`.hallucinations`), and what it passes over it is given again (:mod:`.listening`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

from .hallucinations import plausible
from .hypotheses import Asked, Heard, Hypothesis, merge, segments_of
from .listening import hear_all_of, listen
from .pieces import Piece, find_pieces

__all__ = ["RATE", "Guards", "Hypothesis", "RecognizePiece", "plausible"]

RATE = 16_000
"""The sample rate of the pieces models are given."""

SHORTEST_S = 0.5
"""A shorter piece is made this long with silence: Qwen3-ASR fails on 100 samples."""

AT_ONCE = 4
"""Pieces of one recording that are recognised at a time: a long one must not keep callers waiting."""

RecognizePiece = Callable[[Audio, Language | None, Sequence[str]], Awaitable[Hypothesis]]
"""Recognises one piece of speech: 16 kHz, at least 0.5 s; in the language, if it is known; told the hotwords. It is
called for several pieces at once."""


class Guards:
    """The guards of one recogniser."""

    def __init__(self, name: str, *, models_dir: Path | None = None, max_piece_s: float = 180.0) -> None:
        """
        Args:
            name: the recogniser's.
            models_dir: where voice activity's weights are searched first.
            max_piece_s: the most the model takes at a time, in seconds.
        """
        self._name = name
        self._models_dir = models_dir
        self._max_piece_s = max_piece_s

    async def warm_up(self) -> None:
        """Load voice activity.

        Raises:
            WeightsError: it cannot be loaded.
        """
        await asyncio.to_thread(shared_vad, self._models_dir)

    async def transcribe(
        self,
        recognize: RecognizePiece,
        audio: Audio,
        *,
        language: Language | None,
        hotwords: Sequence[str],
        timestamps: bool,
    ) -> Transcript:
        """Transcribe a whole recording, as :meth:`.recognizer.Recognizer.transcribe` promises.

        Args:
            recognize: the model. If it raises for one piece, the other pieces are given up, unless somebody watches
                (:mod:`.watching`).
            audio: of any rate and length.
            language: what is spoken, if known.
            hotwords: names and terms that are likely; the model is told the distinct ones.
            timestamps: segments shall be at sentence length, by the times of words where hypotheses have them.

        Raises:
            WeightsError: voice activity cannot be loaded. Besides, whatever ``recognize`` raises.
        """
        told = distinct(hotwords)
        audio16k, pieces = await asyncio.to_thread(self._pieces, audio)

        async def recognize_piece(piece: Piece) -> Hypothesis:
            return await recognize(_padded(audio16k.clip(*piece.sound)), language, told)

        async def hear(piece: Piece) -> list[Heard]:
            return await hear_all_of(piece, recognize_piece, audio16k, told)

        asked: Asked = {"language": language, "hotwords": told, "timestamps": timestamps}
        heard = await listen(pieces, hear, partial(segments_of, **asked), at_once=AT_ONCE)
        return await asyncio.to_thread(merge, self._name, audio, heard, **asked)

    def _pieces(self, audio: Audio) -> tuple[Audio, Sequence[Piece]]:
        return find_pieces(audio.resample(RATE), shared_vad(self._models_dir), limit_s=self._max_piece_s)


def _padded(audio: Audio) -> Audio:
    missing = round(SHORTEST_S * audio.rate) - len(audio.samples)
    return Audio(np.pad(audio.samples, (0, missing)), audio.rate) if missing > 0 else audio
