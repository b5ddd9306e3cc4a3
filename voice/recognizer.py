"""The seam of speech recognition: what every recogniser implements, and the transcripts it returns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .languages import Language
from .sound.audio import Audio


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a transcript and when it was said, in seconds from the start of the recording.

    Attributes:
        text: the words; "" where somebody speaks and nothing is written down: what they say could not be understood,
            or is in ``language``, which was not expected.
        start_s, end_s: when.
        language: what is spoken, where that is not the transcript's language.
        speaker: who speaks, where the recording tells that: "left" or "right" of a call; a name, or "Speaker 1", where
            voices were told apart (:mod:`.speakers`). "" where it does not.
        failed: nothing is written down because the recogniser failed, not because of what is said.
        unsure: it may be another speaker: the voice was heard too briefly, or is as much like somebody else's.
    """

    text: str
    start_s: float
    end_s: float
    language: Language | None = None
    speaker: str = ""
    failed: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recording, or typed.

    Attributes:
        text: the words; "" when nobody spoke.
        language: what was spoken, None when nobody spoke.
        duration_s: length of the whole recording, speech or not; 0 for typed text.
        model: what recognised it, "whisper:base"; "typed" for typed text.
        segments: parts with times, in order; their texts joined are ``text``. One without text is a gap, where somebody
            speaks and nothing is written down. Empty for typed text.
        audio_sha256: identifies the recording; "" for typed text.
        other_languages: spoken besides ``language``, the most first.
        words: when each word was said, with the spaces that stand before it; empty where that is not known.
        words_unavailable: why ``words`` is empty though times were asked for, in one sentence.
        failures: parts that could not be recognised, each with the reason for its text; they are gaps as well. Only
            where somebody watches (:mod:`.transcription.watching`): else such a part is the failure of the whole.
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
    failures: tuple[Segment, ...] = ()

    @property
    def gaps(self) -> tuple[Segment, ...]:
        """Where somebody speaks and nothing is written down."""
        return tuple(segment for segment in self.segments if not segment.text)


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
        """The languages it recognises; ``transcribe`` refuses to be told another."""

    async def warm_up(self) -> None:
        """Load now what the first ``transcribe`` would load, so that no caller waits for it. May be called again.

        Raises:
            WeightsError, BackendError: it cannot be loaded; the message says what to do.
        """

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """The transcript of a whole recording, of any sample rate and length.

        Args:
            audio: the recording. For silence, noise or a few milliseconds of sound the text is "". Speech that
                is not understood is a gap among the segments.
            language: what is spoken, if known; otherwise the recogniser names it.
            hotwords: names and terms that are likely, one each, for recognisers that can use them: see
                :mod:`.hotwords` for which of them count.
            timestamps: whether times are wanted: of every word where the model tells them, else of segments of
                sentence length. Without, a segment is a whole stretch of speech.

        Raises:
            LanguageError: ``language`` is not among :attr:`languages`.
            RecognitionError: the model or its server failed.
        """


@runtime_checkable
class TimesWords(Recognizer, Protocol):
    """A recogniser that can tell when each word was said."""

    @property
    def timed_languages(self) -> Collection[Language]:
        """The languages in which it can, with the settings it was made with."""
