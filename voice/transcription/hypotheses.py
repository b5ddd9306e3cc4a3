"""Hypotheses: what a model makes of each piece of a recording, merged into one transcript.

Where somebody speaks and nothing is written down, the transcript has a gap: a segment without text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypedDict

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.languages import LANGUAGES, Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.text.language import identify

from .hallucinations import letters_in, plausible, without_repeat
from .joining import join_texts
from .passed_over import LEAST_S, outside, passed_over
from .pieces import Piece
from .subtitle_lines import lines
from .word_times import after_pauses, estimated, fitted, ordered

_WRITTEN = tuple(language for language in LANGUAGES if not language.dialect)
"""What a text may be in where the model names no language."""


USUAL = 14.0
"""Letters a second: how much of some speech a text that was cut off holds."""


class Hypothesis(NamedTuple):
    """What a model made of one piece.

    Attributes:
        text: the words; "" for none.
        language: as the model names it; None where it does not tell.
        words: with times in seconds from the start of the piece, where it can tell.
        words_unavailable: why it cannot, where times were asked for.
        other_languages: that it names besides ``language``.
        unexpected: the language that is spoken where that was not to be written down.
        failure: why there is none, in one sentence; "" if there is.
        cut: why the text breaks off before the speech does, in one sentence; "" if it does not.
    """

    text: str
    language: Language | None = None
    words: tuple[Segment, ...] = ()
    words_unavailable: str = ""
    other_languages: tuple[Language, ...] = ()
    unexpected: Language | None = None
    failure: str = ""
    cut: str = ""


Heard = tuple[Piece, Hypothesis]
"""A piece, and what a model made of it."""


class Asked(TypedDict):
    """What was asked of a recogniser."""

    language: Language | None
    hotwords: Sequence[str]
    timestamps: bool


def believed(
    piece: Piece, hypothesis: Hypothesis, hotwords: Sequence[str]
) -> tuple[str, tuple[Segment, ...]]:
    """What of a hypothesis can have been said, and its words, in the recording's times, if they fit the text."""
    text = plausible(hypothesis.text, hotwords=hotwords, speech_s=piece.speech_s)
    start = piece.sound.start_s
    moved = (Segment(word.text, start + word.start_s, start + word.end_s) for word in hypothesis.words)
    words = fitted(after_pauses(ordered(moved, piece.span), piece.speech), text)
    said = without_repeat(words)
    return (text, words) if len(said) == len(words) else ("".join(word.text for word in said).strip(), said)


def merge(
    name: str,
    audio: Audio,
    hypotheses: Iterable[Heard],
    *,
    language: Language | None,
    hotwords: Sequence[str],
    timestamps: bool,
) -> Transcript:
    """The transcript of a whole recording, merged from the hypotheses of its pieces; implausible ones are dropped.

    It blocks for some milliseconds: call it in a thread.

    Args:
        name: the recogniser's.
        audio: the whole recording.
        hypotheses: of each piece, in order.
        language: what the model was told is spoken; None makes what is spoken longest the transcript's.
        hotwords: those the model was told.
        timestamps: whether to make segments of sentence length, timed by their words or else by where there is speech.
    """
    parts = [_Part.of(*heard, language, hotwords) for heard in hypotheses]
    said = [part for part in parts if part.text]
    spoken, others = _languages(parts, language)
    segments = tuple(
        segment if segment.language in others else replace(segment, language=None)
        for part in parts
        for segment in part.segments(timestamps)
    )
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
        failures=tuple(
            Segment(part.failure or part.cut, *(part.piece.span if part.failure else part.unwritten))
            for part in parts
            if part.failure or part.cut
        ),
    )


def segments_of(
    heard: Iterable[Heard], *, language: Language | None, hotwords: Sequence[str], timestamps: bool
) -> list[Segment]:
    """What :func:`merge` will make of some pieces; the language of each segment is its own. It blocks likewise."""
    return [segment for one in heard for segment in _Part.of(*one, language, hotwords).segments(timestamps)]


class _Part(NamedTuple):
    """What is believed of a hypothesis; times from the start of the recording."""

    piece: Piece
    text: str
    language: Language | None
    words: tuple[Segment, ...]
    words_unavailable: str
    other_languages: tuple[Language, ...]
    failure: str
    cut: str

    @classmethod
    def of(
        cls, piece: Piece, hypothesis: Hypothesis, told: Language | None, hotwords: Sequence[str]
    ) -> _Part:
        text, words = believed(piece, hypothesis, hotwords)
        named = hypothesis.language or told or identify(text, _WRITTEN) if text else hypothesis.unexpected
        misfit = "The times of the words do not fit the text." if hypothesis.words and not words else ""
        unavailable = hypothesis.words_unavailable or misfit
        cut = hypothesis.cut if text else ""
        return cls(
            piece, text, named, words, unavailable, hypothesis.other_languages, hypothesis.failure, cut
        )

    def segments(self, timestamps: bool) -> list[Segment]:
        """Its text and its gaps, in order. A gap among words is not in an unexpected language, which has no words."""
        if self.failure:
            return [Segment("", *self.piece.span, failed=True)]
        if self.language and not self.text:
            return [Segment("", *self.piece.span, language=self.language)]
        gaps = passed_over(self.piece, self.text, self.words)
        if not self.text:
            return [Segment("", *gap, language=self.language) for gap in gaps]
        if self.cut and not (gaps and gaps[-1].end_s >= self.piece.span.end_s):
            gaps = (*gaps, self.unwritten)
        made = self._with_gaps(gaps, timestamps)
        if self.cut and not made[-1].text:
            made[-1] = replace(made[-1], failed=True)
        return [replace(segment, language=self.language) if segment.text else segment for segment in made]

    @property
    def unwritten(self) -> Span:
        """Where speech goes on that a text which was cut off does not hold."""
        end = self.piece.span.end_s
        start = (
            self.words[-1].end_s if self.words else self.piece.span.start_s + letters_in(self.text) / USUAL
        )
        return Span(max(self.piece.span.start_s, min(start, end - LEAST_S)), end)

    def _with_gaps(self, gaps: Sequence[Span], timestamps: bool) -> list[Segment]:
        if not gaps:
            return self._written(self.words, self.text, self.piece.span, timestamps)
        end = self.piece.span.end_s
        words = list(self.words or estimated(self.text, outside(self.piece.speech, gaps)))
        made: list[Segment] = []
        start = self.piece.span.start_s
        for gap in (*gaps, Span(end, end)):
            before = [word for word in words if word.start_s < gap.start_s or gap.start_s == end]
            del words[: len(before)]
            text = "".join(word.text for word in before).strip()
            made += self._written(before, text, Span(start, gap.start_s), timestamps) if text else []
            made += [Segment("", *gap)] if gap in gaps else []
            start = gap.end_s
        return made

    def _written(self, words: Sequence[Segment], text: str, span: Span, timestamps: bool) -> list[Segment]:
        if timestamps:
            return lines(words or estimated(text, self.piece.speech))
        return [Segment(text, *span)]


def _languages(parts: Sequence[_Part], told: Language | None) -> tuple[Language | None, tuple[Language, ...]]:
    """What is spoken: what was told, or what of that which is written down is spoken longest; and the others, the
    longest first."""
    written_s, spoken_s = _seconds(part for part in parts if part.text), _seconds(parts)
    ranked = sorted(spoken_s, key=spoken_s.__getitem__, reverse=True)
    ranked += (language for part in parts if part.text for language in part.other_languages)
    if not any(part.text for part in parts):
        return None, tuple(ranked)
    spoken = told or max(written_s, key=written_s.__getitem__)
    # A model calls a dialect it was told of by its language.
    others = (
        other for other in ranked if other != spoken and not (told and other.base_code == told.base_code)
    )
    return spoken, tuple(dict.fromkeys(others))


def _seconds(parts: Iterable[_Part]) -> Mapping[Language, float]:
    """For how long each language is spoken."""
    spoken_s: dict[Language, float] = defaultdict(float)
    for part in parts:
        if part.language:
            spoken_s[part.language] += part.piece.speech_s
    return spoken_s


def _joined(pieces: Iterable[Sequence[Segment]]) -> tuple[Segment, ...]:
    """The words of all pieces, the first of each with the space that belongs before it."""
    words: list[Segment] = []
    for first, *rest in pieces:
        before = words[-1].text if words else ""
        words += [replace(first, text=join_texts([before, first.text])[len(before) :]), *rest]
    return tuple(words)
