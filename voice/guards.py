"""What stands between a recording and any model that writes down what is said in it.

Models invent words for silence and noise, crash on clicks, lose the thread of long recordings and repeat
themselves. So a model is only ever given pieces of speech, and what it answers is believed only if it can be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from .audio import Audio
from .languages import Language
from .pieces import cut, join_texts
from .recognizer import Segment, Transcript
from .vad import Span, shared_vad, speech_spans

RATE = 16_000
"""What models hear."""


class Heard(NamedTuple):
    """What a model made of one piece.

    Attributes:
        text: the words; "" for none.
        language: as the model names it; None where it does not tell.
        words: with times in seconds from the start of the piece, where it can tell.
        words_unavailable: why it cannot, where times were asked for.
        other_languages: that it names besides ``language``.
    """

    text: str
    language: Language | None = None
    words: tuple[Segment, ...] = ()
    words_unavailable: str = ""
    other_languages: tuple[Language, ...] = ()


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
            BackendError, WeightsError: it cannot be loaded.
        """
        await asyncio.to_thread(shared_vad, self._models_dir)

    async def transcribe(
        self, hear: Hear, audio: Audio, *, language: Language | None, context: str, timestamps: bool
    ) -> Transcript:
        """Have a model hear a whole recording, as :meth:`.recognizer.Recognizer.transcribe` promises."""
        del timestamps
        audio16k, pieces = await asyncio.to_thread(self._pieces, audio)
        answers = await asyncio.gather(*(hear(audio16k.clip(*piece), language, context) for piece in pieces))
        heard = [(answer, piece) for answer, piece in zip(answers, pieces, strict=True) if answer.text]
        spoken = language or (heard[0][0].language if heard else None)
        return Transcript(
            text=join_texts((answer.text for answer, _ in heard), spoken),
            language=spoken if heard else None,
            duration_s=audio.duration_s,
            model=self._name,
            segments=tuple(Segment(answer.text, *piece) for answer, piece in heard),
            audio_sha256=await asyncio.to_thread(lambda: audio.sha256),
        )

    def _pieces(self, audio: Audio) -> tuple[Audio, Sequence[Span]]:
        audio = audio.resample(RATE)
        spans = speech_spans(audio, shared_vad(self._models_dir))
        return audio, cut(audio, spans, limit_s=self._max_piece_s)


def plausible(text: str, *, context: str, speech_s: float) -> str:
    """A model's answer, or "" where it cannot be what was said."""
    del context, speech_s
    return text.strip()
