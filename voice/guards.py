"""What stands between a recording and any model that writes down what is said in it.

Models invent words for silence and noise, crash on clicks, lose the thread of long recordings and repeat
themselves. So a model is only ever given pieces of speech, and what it answers is believed only if it can be
(:mod:`.hallucinations`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np

from .audio import Audio
from .hallucinations import plausible
from .heard import Heard, Piece, find_pieces, put_together
from .languages import Language
from .recognizer import Transcript
from .vad import shared_vad

__all__ = ["RATE", "Guards", "Hear", "Heard", "plausible"]

RATE = 16_000
"""What models hear."""

SHORTEST_S = 0.5
"""A shorter piece is made this long with silence: Qwen3-ASR fails on 100 samples."""

AT_ONCE = 4
"""Pieces of one recording that are heard at a time: a long one must not keep callers waiting."""

Hear = Callable[[Audio, Language | None, str], Awaitable[Heard]]
"""Hears one piece: at 16 kHz, at least 0.5 s; the language if known; the context. Pieces may come at once."""


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
        self, hear: Hear, audio: Audio, *, language: Language | None, context: str, timestamps: bool
    ) -> Transcript:
        """Have a model hear a whole recording, as :meth:`.recognizer.Recognizer.transcribe` promises.

        Args:
            hear: the model. If it raises for one piece the others are given up.
            audio: of any rate and length.
            language: what is spoken, if known.
            context: names and terms that are likely.
            timestamps: segments shall be at sentence length, by the times of words where ``hear`` gives them.

        Raises:
            WeightsError: voice activity cannot be loaded. Besides, whatever ``hear`` raises.
        """
        audio16k, pieces = await asyncio.to_thread(self._pieces, audio)
        turns = asyncio.Semaphore(AT_ONCE)

        async def hear_piece(piece: Piece) -> Heard:
            async with turns:
                return await hear(_padded(audio16k.clip(*piece.sound)), language, context)

        tasks = [asyncio.create_task(hear_piece(piece)) for piece in pieces]
        try:
            answers = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return await asyncio.to_thread(
            put_together,
            self._name,
            audio,
            zip(pieces, answers, strict=True),
            language=language,
            context=context,
            timestamps=timestamps,
        )

    def _pieces(self, audio: Audio) -> tuple[Audio, Sequence[Piece]]:
        audio = audio.resample(RATE)
        return audio, find_pieces(audio, shared_vad(self._models_dir), limit_s=self._max_piece_s)


def _padded(audio: Audio) -> Audio:
    missing = round(SHORTEST_S * audio.rate) - len(audio.samples)
    return Audio(np.pad(audio.samples, (0, missing)), audio.rate) if missing > 0 else audio
