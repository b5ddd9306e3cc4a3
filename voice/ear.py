"""The seam by which a turn gets its question: an ear, for a recording, a live line or a typed message."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from emads_voice.sequences import several
from emads_voice.writing import storable

from .errors import TextError
from .hotwords import distinct
from .languages import ENGLISH, VIETNAMESE, Language
from .recognizer import Recognizer, Transcript
from .sound.audio import Audio
from .spans import Noted, hearing
from .text.language import identify

MAX_TYPED_CHARS = 10_000
"""The longest typed question: ten minutes of speech, as much as a recording may have. More is a document, and every
stage of a turn reads a question to its end."""


@runtime_checkable
class Ear(Protocol):
    """Where one turn gets its question from."""

    async def hear(self) -> Transcript:
        """What the person said; its text is "" when nobody spoke.

        Raises:
            LanguageError, RecognitionError: as :meth:`Recognizer.transcribe` does.
            TextError: it was typed, and is too long.
        """


class ClipEar:
    """Transcribes one recording."""

    def __init__(
        self,
        recognizer: Recognizer,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
    ) -> None:
        """Arguments as in :meth:`Recognizer.transcribe`."""
        self._recognizer = recognizer
        self._audio = audio
        self._language = language
        self._hotwords = distinct(hotwords)

    async def hear(self) -> Transcript:
        """Transcribe the recording, in a span of its own."""
        with hearing(self._recognizer.name, self._audio.duration_s) as told:
            transcript = await self._recognizer.transcribe(
                self._audio, language=self._language, hotwords=self._hotwords
            )
            told(transcript)
        return transcript


@dataclass(frozen=True, slots=True)
class TranscriptEar:
    """Hands over what was recognised before the turn began, as on a live line.

    Attributes:
        transcript: what was recognised.
        began_ns: when recognising it began, in nanoseconds since 1970; 0 if there was nothing to recognise.
        ended_ns: when it had been recognised.
        events: what happened meanwhile, for its span.
    """

    transcript: Transcript
    began_ns: int = 0
    ended_ns: int = 0
    events: Sequence[Noted] = ()

    async def hear(self) -> Transcript:
        """What was recognised. Its span is made now: a recognition that no turn uses leaves none."""
        if self.began_ns:
            with hearing(
                self.transcript.model,
                self.transcript.duration_s,
                began_ns=self.began_ns,
                ended_ns=self.ended_ns,
                events=self.events,
            ) as told:
                told(self.transcript)
        return self.transcript


class TypedEar:
    """Reads one typed message."""

    def __init__(
        self,
        text: str,
        *,
        language: Language | None = None,
        languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
    ) -> None:
        """Take a message.

        Args:
            text: the message. It is composed (NFC), as recognisers write, and loses what databases refuse.
            language: what it is written in, if known.
            languages: what it may be written in otherwise.
        """
        self._text = unicodedata.normalize("NFC", storable(text)).strip()
        self._language = language
        self._languages = several("Languages", languages)

    async def hear(self) -> Transcript:
        """The message as a transcript of model "typed".

        Raises:
            TextError: it has more than :data:`MAX_TYPED_CHARS`.
        """
        self.check_length()
        language = self._language
        if self._text and language is None:
            language = await asyncio.to_thread(identify, self._text, self._languages)
        return Transcript(self._text, language if self._text else None, duration_s=0, model="typed")

    def check_length(self) -> None:
        """Refuse what is no question, but a document.

        Raises:
            TextError: it has more than :data:`MAX_TYPED_CHARS`.
        """
        if (length := len(self._text)) > MAX_TYPED_CHARS:
            raise TextError(
                f"The message has {length:,} characters, and a question at most {MAX_TYPED_CHARS:,}: shorten it."
            )
