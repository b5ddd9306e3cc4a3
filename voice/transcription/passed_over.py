"""Speech that a model has passed over: where somebody speaks and it has no words.

Whisper leaves out the second of two speakers, or the end of a long piece; other models lose the thread. What they write
reads well, so only the sound can tell: voice activity says where somebody speaks, and the times of words, or else their
number, how much of it has been put into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.recognizer import Segment

from .hallucinations import letters_in
from .pieces import Piece

LEAST_S = 0.8
"""Speech without words that is told of, with the 0.15 s that voice activity leaves on either side. A cough is
shorter."""

HEARD_AGAIN_S = 0.5
"""Speech without words that is worth another try: a "no" is no longer."""

LEAST_WITHIN_S = 1.6
"""The same in the midst of speech, where words lie on either side and their times are less certain."""

WORD_S, LETTER_S = 0.4, 0.12
"""How long a word may take, and each of its letters: one that is said to last longer covers a pause, or what was passed
over."""

DIGIT = 4
"""Letters that a digit stands for."""

AROUND_WORD_S = 0.3
"""Speech so near to a word belongs to it: its times are where a model's attention lay."""

SLOWEST, ALLOWED_S = 4.0, 1.5
"""Letters a second of which a text without times may have no fewer, and seconds beyond that: nobody speaks so slowly.
Digits read out have 6, and a drawn-out "yes" lasts a second."""

SPARSE, SPARSE_LONG = 6.0, 8.0
"""Letters a second of which 3 s of speech have no fewer, and 10 s: of 29 recordings in nine languages the slowest have
6.6 and 9.2 where all of them is written down. With fewer something may be missing that the times of its neighbours
cover."""

SPARSE_S, SPARSE_LONG_S = 3.0, 10.0

SPARSE_FOR = 0.5
"""The same, of what the whole piece has: none had less than 0.57."""


def passed_over(
    piece: Piece, text: str, words: Sequence[Segment] = (), *, least_s: float = LEAST_S
) -> tuple[Span, ...]:
    """Where somebody speaks in a piece, and a model has no words for it.

    Args:
        piece: that was given to the model.
        text: what is believed of its answer.
        words: with times in those of the recording. Without, what is missing is told by how little text there is, and
            taken to be missing at the end.
        least_s: what is shorter does not count.
    """
    if not text:
        return _lasting(piece.speech, least_s)
    if words:
        said = [_place(word, first=word is words[0]) for word in words]
        unsaid = [
            left
            for voice in piece.speech
            for left in _without(voice, said)
            if left == voice or left.end_s - left.start_s >= LEAST_WITHIN_S
        ]
        return _lasting(unsaid, least_s)
    return _lasting(_after(piece.speech, ALLOWED_S + letters_in(text) / SLOWEST), least_s)


def said_in(text: str) -> int:
    """The letters of a text, as it is said: those of a digit are several."""
    return letters_in(text) + (DIGIT - 1) * sum(map(str.isdigit, text))


def sparse(piece: Piece, text: str, words: Sequence[Segment] = ()) -> bool:
    """Whether there are too few words somewhere for all to be there, though none of them lies beside a silence.

    It is worth another try, and no more: some people do speak so slowly. Arguments as of :func:`passed_over`.
    """
    overall = said_in(text) / piece.speech_s
    if piece.speech_s >= SPARSE_LONG_S and overall < SPARSE_LONG:
        return True
    if not words:
        return piece.speech_s >= SPARSE_S and overall < SPARSE
    # How long somebody has spoken, and how much is written, when each word begins.
    starts = [word.start_s for word in words[1:]]
    spoken = [0.0, *(_spoken_s(piece.speech, start) for start in starts), piece.speech_s]
    written = [0, *accumulate(said_in(word.text) for word in words)]
    least = max(SPARSE, SPARSE_FOR * overall)
    last = 1
    for first, begun in enumerate(spoken):
        while last < len(spoken) and spoken[last] - begun < SPARSE_S:
            last += 1
        if last == len(spoken):
            return False
        if written[last] - written[first] < least * (spoken[last] - begun):
            return True
    return False


def _spoken_s(speech: Sequence[Span], until_s: float) -> float:
    return sum(max(0.0, min(voice.end_s, until_s) - voice.start_s) for voice in speech)


def _place(word: Segment, *, first: bool) -> Span:
    """Where a word was said, at most. What is passed over lengthens the word before it, or else the first."""
    length_s = min(word.end_s - word.start_s, WORD_S + LETTER_S * said_in(word.text))
    start, end = (word.end_s - length_s, word.end_s) if first else (word.start_s, word.start_s + length_s)
    return Span(start - AROUND_WORD_S, end + AROUND_WORD_S)


def outside(speech: Sequence[Span], gaps: Sequence[Span]) -> list[Span]:
    """Speech without what was passed over; all of it if nothing is left."""
    return [left for voice in speech for left in _without(voice, gaps)] or list(speech)


def _lasting(spans: Iterable[Span], least_s: float) -> tuple[Span, ...]:
    return tuple(span for span in spans if span.end_s - span.start_s >= least_s)


def _without(voice: Span, said: Sequence[Span]) -> Iterable[Span]:
    """What of a stretch of speech lies in none of these."""
    start = voice.start_s
    for word in sorted(said):
        if word.end_s <= start or word.start_s >= voice.end_s:
            continue
        if word.start_s > start:
            yield Span(start, word.start_s)
        start = max(start, word.end_s)
    if start < voice.end_s:
        yield Span(start, voice.end_s)


def _after(speech: Sequence[Span], said_s: float) -> Iterable[Span]:
    """What of some speech comes after its first seconds."""
    for voice in speech:
        start = min(voice.end_s, voice.start_s + said_s)
        said_s -= start - voice.start_s
        if start < voice.end_s:
            yield Span(start, voice.end_s)
