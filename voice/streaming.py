"""Recognition while somebody speaks: its seam, and what takes its place for a recogniser that cannot stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from .languages import Language
from .recognizer import Recognizer, Transcript
from .sound.audio import Audio


class RecognitionStream(Protocol):
    """The recognition of one utterance while it is said. For one event loop; :meth:`close` it, whatever happens."""

    @property
    def partial(self) -> str:
        """The words recognised so far; they may still change."""

    def feed(self, audio: Audio) -> None:
        """Take the next sound, of a few milliseconds and always the same rate. Never waits.

        It is all kept until the utterance is over: whoever feeds bounds it, as a call does by
        ``ConversationOptions.max_utterance_s``.
        """

    async def settle(self) -> Transcript:
        """The transcript of all that was fed so far; for a pause that may be the end.

        If the speaker goes on it may be cancelled, more may be fed, and it may be awaited again.

        Raises:
            LanguageError, RecognitionError: as :meth:`.recognizer.Recognizer.transcribe` does.
        """

    async def close(self) -> None:
        """The utterance is over, or does not matter any more. May be called again."""


@runtime_checkable
class StreamingRecognizer(Recognizer, Protocol):
    """A recogniser that works while somebody speaks, so that little is left to do when they stop."""

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> RecognitionStream:
        """Begin an utterance; inside the event loop. Arguments as for ``transcribe``."""


def open_stream(
    recognizer: Recognizer, *, language: Language | None = None, hotwords: Sequence[str] = ()
) -> RecognitionStream:
    """The recogniser's own stream, or one that transcribes the whole utterance whenever it is to settle."""
    if isinstance(recognizer, StreamingRecognizer):
        return recognizer.stream(language=language, hotwords=hotwords)
    return _WholeUtterance(recognizer, language, hotwords)


class _WholeUtterance:
    def __init__(self, recognizer: Recognizer, language: Language | None, hotwords: Sequence[str]) -> None:
        self._recognizer = recognizer
        self._language = language
        self._hotwords = hotwords
        self._sounds: list[Audio] = []
        self.partial = ""

    def feed(self, audio: Audio) -> None:
        self._sounds.append(audio)

    async def settle(self) -> Transcript:
        rate = self._sounds[0].rate
        audio = Audio(np.concatenate([sound.samples for sound in self._sounds]), rate)
        transcript = await self._recognizer.transcribe(
            audio, language=self._language, hotwords=self._hotwords
        )
        self.partial = transcript.text
        return transcript

    async def close(self) -> None:
        self._sounds.clear()
