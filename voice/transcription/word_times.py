"""When each word was said: the times a model gives, fitted to the text, or an estimate by where there is speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import numpy as np

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.recognizer import Segment
from emads_voice.writing import UNSPACED, columns

from .subtitle_lines import CLAUSE_ENDS, SENTENCE_ENDS

_WORD = re.compile(rf"\s*(?:[{UNSPACED}][^\w\s]*|[^\s{UNSPACED}]+)")
# A pause is rather after a sentence than after a comma, or any other word, that is this much nearer to it. With these
# words of eight recordings were 0.35 s from where Whisper's attention had them, without 0.67.
_AT_CLAUSE_S = 0.5
_AT_WORD_S = 2.0
_EDGE_S = 0.15  # that voice activity leaves on either side of speech
_WAITING_S = 0.5  # before the end of speech: a word that begins there and ends in other speech is of that


def fitted(words: Sequence[Segment], text: str) -> tuple[Segment, ...]:
    """Words with times, with the punctuation and spaces of a text added, so that joined they are that text.

    Args:
        words: in order, as an aligner writes them: letters and digits. Those that are not in the text are left out.
        text: what they were taken from.

    Returns:
        No words at all if parts of the text are not among them.
    """
    letters = [(at, character) for at, character in enumerate(text) if character.isalnum()]
    found: list[tuple[int, int, Segment]] = []  # first and last letter
    done = 0
    for word in words:
        wanted = [character for character in word.text.casefold() if character.isalnum()]
        there = letters[done : done + len(wanted)]
        if wanted and [character.casefold() for _, character in there] == wanted:
            found.append((there[0][0], there[-1][0], word))
            done += len(wanted)
    if not found or done < len(letters):
        return ()
    starts = [0, *(_boundary(text, one[1] + 1, other[0]) for one, other in pairwise(found)), len(text)]
    return tuple(
        Segment(text[start:end], word.start_s, word.end_s)
        for (start, end), (_, _, word) in zip(pairwise(starts), found, strict=True)
    )


def ordered(words: Iterable[Segment], within: Span) -> list[Segment]:
    """Words with their times moved into a stretch, and so that none begins before the one before it has ended."""
    made: list[Segment] = []
    earliest = within.start_s
    for word in words:
        start = min(max(word.start_s, earliest), within.end_s)
        earliest = min(max(word.end_s, start), within.end_s)
        made.append(Segment(word.text, start, earliest))
    return made


def after_pauses(words: Iterable[Segment], speech: Sequence[Span]) -> list[Segment]:
    """Words of which those that begin in a pause begin after it.

    A model's attention goes on to the next word as soon as one is said, and waits there till somebody speaks again.

    Args:
        words: in order.
        speech: where somebody speaks, in order.
    """
    made: list[Segment] = []
    for word in words:
        ends_in = [voice for voice in speech if voice.start_s < word.end_s <= voice.end_s + _EDGE_S]
        before = [voice for voice in speech if voice.start_s <= word.start_s]
        in_pause = not before or word.start_s >= before[-1].end_s - _WAITING_S
        start = max(word.start_s, ends_in[-1].start_s) if ends_in and in_pause else word.start_s
        made.append(Segment(word.text, start, word.end_s))
    return made


def estimated(text: str, spans: Sequence[Span]) -> list[Segment]:
    """Words with times estimated by their share of the text; every pause falls between two of them.

    Each pause is put at the end of a sentence or clause near it. Good enough for subtitles, not for single words.

    Args:
        text: what was said.
        spans: where there is speech, in order; at least one.
    """
    words = _WORD.findall(text)
    weights = np.array(list(accumulate(max(1, columns(word)) for word in words)), float)
    spoken = list(accumulate(span.end_s - span.start_s for span in spans))  # up to the end of each span
    unlikely = np.array([_reluctance(word) for word in words])
    marks, times, first = [0.0], [0.0], 0
    for pause in spoken[:-1]:
        # Seconds a column, from the last pause on.
        left = (spoken[-1] - times[-1]) / (weights[-1] - marks[-1])
        costs = (np.abs(times[-1] + (weights - marks[-1]) * left - pause) + unlikely)[first:-1]
        if not len(costs):
            break
        last = first + int(costs.argmin())
        marks.append(float(weights[last]))
        times.append(pause)
        first = last + 1
    ends = np.interp(weights, [*marks, weights[-1]], [*times, spoken[-1]])
    starts = [0.0, *ends[:-1]]
    after = np.searchsorted(spoken, starts, side="right").clip(max=len(spans) - 1)
    before = np.searchsorted(spoken, ends, side="left").clip(max=len(spans) - 1)
    return [
        Segment(
            word,
            float(start - spoken[i] + spans[i].end_s),
            float(end - spoken[j] + spans[j].end_s),
        )
        for word, start, end, i, j in zip(words, starts, ends, after, before, strict=True)
    ]


def _reluctance(word: str) -> float:
    if word.endswith(SENTENCE_ENDS):
        return 0
    return _AT_CLAUSE_S if word.endswith(CLAUSE_ENDS) else _AT_WORD_S


def _boundary(text: str, end: int, start: int) -> int:
    """Where the next word begins between two letters: at the first space, else right at its letter."""
    return next((at for at in range(end, start) if text[at].isspace()), start)
