"""Recordings cut into pieces of speech, and what was heard of each put together into one transcript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from .audio import Audio
from .hallucinations import plausible
from .languages import LANGUAGES, Language
from .pieces import cut, join_texts, lines
from .recognizer import Segment, Transcript
from .text_language import identify
from .vad import SileroVad, Span, speech_spans, widen
from .word_times import estimated, fitted, ordered

ROOM_S = 0.35
"""Heard on either side of speech, besides the 0.15 s voice activity leaves: with 0.15 alone Whisper took two clips
of 27 for another language, with 0.5 none."""

_WRITTEN = tuple(language for language in LANGUAGES if not language.dialect)
"""What a text may be in whose model does not tell."""


class Piece(NamedTuple):
    """A stretch of speech that is heard at once.

    Attributes:
        span: from its first word to its last.
        voices: where in it somebody speaks; at least one.
        sound: what a model is given: ``span`` with room around it.
    """

    span: Span
    voices: tuple[Span, ...]
    sound: Span

    @property
    def speech_s(self) -> float:
        """How long somebody speaks in it."""
        return sum(voice.end_s - voice.start_s for voice in self.voices)


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


def find_pieces(audio: Audio, vad: SileroVad, *, limit_s: float) -> list[Piece]:
    """The pieces of a recording that hold all its speech, each of at most ``limit_s`` seconds with its room."""
    voices = speech_spans(audio, vad)
    sounds = cut(audio, widen(voices, ROOM_S, audio.duration_s), limit_s=limit_s)
    parts = ((sound, _within(voices, sound)) for sound in sounds)
    return [
        Piece(Span(inside[0].start_s, inside[-1].end_s), inside, sound) for sound, inside in parts if inside
    ]


def put_together(
    name: str,
    audio: Audio,
    heard: Iterable[tuple[Piece, Heard]],
    *,
    language: Language | None,
    context: str,
    timestamps: bool,
) -> Transcript:
    """What is believable of what was heard, as the transcript of the whole recording. Not for an event loop.

    Args:
        name: the recogniser's.
        audio: the whole recording.
        heard: what was made of each piece, in order.
        language: what the model was told; otherwise what is spoken longest is the transcript's.
        context: what the model was told.
        timestamps: segments at sentence length are wanted, by the times of words or else by those of speech.
    """
    said = [part for piece, one in heard if (part := _believed(piece, one, language, context)).text]
    segments = tuple(chain.from_iterable(part.segments(timestamps) for part in said))
    spoken, others = _languages(said, language)
    timeless = next((part for part in said if not part.words), None) if timestamps else None
    unavailable = (timeless.words_unavailable or f"{name} gives no word times.") if timeless else ""
    return Transcript(
        text=join_texts(segment.text for segment in segments),
        language=spoken,
        duration_s=audio.duration_s,
        model=name,
        segments=segments,
        audio_sha256=audio.sha256,
        other_languages=others,
        words=_joined(part.words for part in said) if timestamps and not timeless else (),
        words_unavailable=unavailable,
    )


class _Said(NamedTuple):
    """What is believed of a piece, as in :class:`Heard`; times from the start of the recording."""

    piece: Piece
    text: str
    language: Language | None
    words: tuple[Segment, ...]
    words_unavailable: str
    other_languages: tuple[Language, ...]

    def segments(self, timestamps: bool) -> list[Segment]:
        if not timestamps:
            return [Segment(self.text, *self.piece.span)]
        return lines(self.words or estimated(self.text, self.piece.voices))


def _believed(piece: Piece, heard: Heard, told: Language | None, context: str) -> _Said:
    text = plausible(heard.text, context=context, speech_s=piece.speech_s)
    named = heard.language or told or (identify(text, _WRITTEN) if text else None)
    start = piece.sound.start_s
    moved = (Segment(word.text, start + word.start_s, start + word.end_s) for word in heard.words)
    words = fitted(ordered(moved, piece.span), text)
    misfit = "The times of the words do not fit the text." if heard.words and not words else ""
    return _Said(piece, text, named, words, heard.words_unavailable or misfit, heard.other_languages)


def _languages(said: Sequence[_Said], told: Language | None) -> tuple[Language | None, tuple[Language, ...]]:
    """What is spoken: what was told, or what is spoken longest; and the others, the longest first."""
    spoken_s: dict[Language, float] = defaultdict(float)
    for part in said:
        if part.language:
            spoken_s[part.language] += part.piece.speech_s
    ranked = sorted(spoken_s, key=spoken_s.__getitem__, reverse=True)
    ranked += (language for part in said for language in part.other_languages)
    if not ranked:
        return None, ()
    spoken = told or ranked[0]
    # A model calls a dialect it was told of by its language.
    others = (
        other for other in ranked if other != spoken and not (told and other.base_code == told.base_code)
    )
    return spoken, tuple(dict.fromkeys(others))


def _within(voices: Sequence[Span], span: Span) -> tuple[Span, ...]:
    parts = (Span(max(start, span.start_s), min(end, span.end_s)) for start, end in voices)
    return tuple(part for part in parts if part.end_s > part.start_s)


def _joined(pieces: Iterable[Sequence[Segment]]) -> tuple[Segment, ...]:
    """The words of all pieces, the first of each with the space that belongs before it."""
    words: list[Segment] = []
    for first, *rest in pieces:
        before = words[-1].text if words else ""
        words += [replace(first, text=join_texts([before, first.text])[len(before) :]), *rest]
    return tuple(words)
