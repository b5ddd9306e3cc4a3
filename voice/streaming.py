"""Hearing while it is being said: the seam of streaming recognition, and what stands in where a model cannot."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from .audio import Audio
from .languages import Language
from .recognizer import Recognizer, Transcript


class RecognitionStream(Protocol):
    """One utterance on its way. Belongs to one event loop; :meth:`close` it, whatever happens."""

    @property
    def partial(self) -> str:
        """The words recognised so far; they may still change."""

    def feed(self, audio: Audio) -> None:
        """Take the next sound, of a few milliseconds and always the same rate. Never waits.

        It is all kept until the utterance is over: whoever feeds bounds it, as a call does by
        ``Manners.max_utterance_s``.
        """

    async def settle(self) -> Transcript:
        """All that was said so far. They may go on: more may be fed afterwards, and this awaited again.

        May be cancelled, as it is when somebody goes on.

        Raises:
            LanguageError, RecognitionError: as :meth:`.recognizer.Recognizer.transcribe` does.
        """

    async def close(self) -> None:
        """The utterance is over, or does not matter any more. May be called again."""


@runtime_checkable
class StreamingRecognizer(Recognizer, Protocol):
    """A recogniser that hears while somebody speaks, so that little is left to do when they stop."""

    def stream(self, *, language: Language | None = None, context: str = "") -> RecognitionStream:
        """Begin to listen; inside the event loop. Arguments as for ``transcribe``."""


def open_stream(
    recognizer: Recognizer, *, language: Language | None = None, context: str = ""
) -> RecognitionStream:
    """The recogniser's own stream, or one that transcribes the whole utterance whenever it is to settle."""
    if isinstance(recognizer, StreamingRecognizer):
        return recognizer.stream(language=language, context=context)
    return _WholeUtterance(recognizer, language, context)


class _WholeUtterance:
    def __init__(self, recognizer: Recognizer, language: Language | None, context: str) -> None:
        self._recognizer = recognizer
        self._language = language
        self._context = context
        self._sounds: list[Audio] = []
        self.partial = ""

    def feed(self, audio: Audio) -> None:
        self._sounds.append(audio)

    async def settle(self) -> Transcript:
        rate = self._sounds[0].rate
        audio = Audio(np.concatenate([sound.samples for sound in self._sounds]), rate)
        heard = await self._recognizer.transcribe(audio, language=self._language, context=self._context)
        self.partial = heard.text
        return heard

    async def close(self) -> None:
        self._sounds.clear()
