"""Hearing: the seam every speech recogniser implements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .audio import Audio
from .languages import Language


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a transcript and when it was said, in seconds from the start of the recording."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard.

    Attributes:
        text: the words; "" when nobody spoke.
        language: what was spoken, None when nobody spoke.
        duration_s: length of the whole recording, speech or not; 0 for typed text.
        model: what recognised it, "whisper:base"; "typed" for typed text.
        segments: parts with times, in order; their texts joined are ``text``. Empty for typed text.
        audio_sha256: identifies the recording; "" for typed text.
        other_languages: spoken besides ``language``, the most first.
        words: when each word was said, with the spaces that stand before it; empty where that is not known.
        words_unavailable: why ``words`` is empty though times were asked for, in one sentence.
    """

    text: str
    language: Language | None
    duration_s: float
    model: str
    segments: tuple[Segment, ...] = ()
    audio_sha256: str = ""
    other_languages: tuple[Language, ...] = ()
    words: tuple[Segment, ...] = ()
    words_unavailable: str = ""


@runtime_checkable
class Recognizer(Protocol):
    """Turns sound into text and names the language.

    Implementations are shared by every conversation of the process: they hold one model, and
    ``transcribe`` may be awaited many times at once. They never block the event loop.
    """

    @property
    def name(self) -> str:
        """ "provider:model", as it stands in transcripts, spans and audit records."""

    @property
    def languages(self) -> Collection[Language]:
        """Those it can hear; ``transcribe`` refuses to be told another."""

    async def warm_up(self) -> None:
        """Load what the first call would load, so that no caller waits for it. May be called again.

        Raises:
            WeightsError, BackendError: it cannot be loaded; the message says what to do.
        """

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """Hear a whole recording of any rate and length.

        Args:
            audio: the sound. Silence, noise and a few milliseconds are fine: the text is then "".
            language: what is spoken, if known; otherwise the recogniser names it.
            context: names and terms that are likely, for recognisers that can use them.
            timestamps: times are wanted: those of words where they can be had, else segments at sentence length.

        Raises:
            LanguageError: ``language`` is one this recogniser cannot hear.
            RecognitionError: the model or its server failed.
        """


@runtime_checkable
class TimesWords(Recognizer, Protocol):
    """A recogniser that can tell when each word was said."""

    @property
    def timed_languages(self) -> Collection[Language]:
        """Those it can tell it of, as it is set up."""
