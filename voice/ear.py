"""The seam by which a turn hears: a recording's ear transcribes it, a typed message's ear returns it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from emads_voice.observability import attributes
from emads_voice.observability.tracing import set_content, span

from .audio import Audio
from .languages import ENGLISH, VIETNAMESE, Language
from .recognizer import Recognizer, Transcript
from .text_language import identify


@runtime_checkable
class Ear(Protocol):
    """What one turn listens with."""

    async def hear(self) -> Transcript:
        """What the person said; its text is "" when nobody spoke.

        Raises:
            LanguageError, RecognitionError: as :meth:`Recognizer.transcribe` does.
        """


class ClipEar:
    """Hears one recording."""

    def __init__(
        self, recognizer: Recognizer, audio: Audio, *, language: Language | None = None, context: str = ""
    ) -> None:
        """Arguments as in :meth:`Recognizer.transcribe`."""
        self._recognizer = recognizer
        self._audio = audio
        self._language = language
        self._context = context

    async def hear(self) -> Transcript:
        """Transcribe the recording, in a span of its own."""
        provider, _, model = self._recognizer.name.partition(":")
        asked: dict[str, str | float] = {
            attributes.OPERATION: attributes.SPEECH_TO_TEXT,
            attributes.PROVIDER: provider,
            attributes.REQUEST_MODEL: model,
            attributes.AUDIO_DURATION: self._audio.duration_s,
        }
        with span(f"{attributes.SPEECH_TO_TEXT} {self._recognizer.name}", asked) as current:
            heard = await self._recognizer.transcribe(
                self._audio, language=self._language, context=self._context
            )
            current.set_attribute(attributes.AUDIO_SHA256, heard.audio_sha256)
            if heard.language:
                current.set_attribute(attributes.LANGUAGE, heard.language.code)
            set_content(current, attributes.TRANSCRIPT, heard.text)
        return heard


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
            text: the message.
            language: what it is written in, if known.
            languages: what it may be written in otherwise.
        """
        self._text = text.strip()
        self._language = language
        self._languages = languages

    async def hear(self) -> Transcript:
        """The message as a transcript of model "typed"."""
        language = self._language
        if self._text and language is None:
            language = await asyncio.to_thread(identify, self._text, self._languages)
        return Transcript(self._text, language if self._text else None, duration_s=0, model="typed")
