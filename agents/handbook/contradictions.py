"""Documents that contradict each other: two sentences that say the same, but for their figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from emads_voice.agents.text import fold

_ALIKE = 0.8
"""Share of the words of the shorter of two sentences that the other has too, without their figures."""
_OF_LONGER = 0.35
"""Of the longer one, which may go on."""
_ENOUGH = 5
"""Fewer shared words say nothing."""
_COUNTED = re.compile(r"(\d+(?:[.,:]\d+)*)[^\w]*([^\W\d_]*)")
_SENTENCE = re.compile(r"[^.!?;]+(?:[.]\d[^.!?;]*)*")
_WORD = re.compile(r"[^\W\d_]+")


def contradict(first: str, second: str) -> bool:
    """Whether two texts say the same of other figures: "at least 14 characters", "at least 10 characters"."""
    others = list(_sentences(second))
    return any(
        _alike(words, other_words)
        and any(figures[what].isdisjoint(counted[what]) for what in figures.keys() & counted)
        for words, figures in _sentences(first)
        for other_words, counted in others
    )


def _sentences(text: str) -> Iterator[tuple[frozenset[str], Mapping[str, set[str]]]]:
    """The words of each sentence, and its figures by what is counted."""
    for sentence in _SENTENCE.findall(fold(text)):
        figures: dict[str, set[str]] = defaultdict(set)
        for figure, what in _COUNTED.findall(sentence):
            figures[what].add(figure)
        if figures:
            yield frozenset(_WORD.findall(sentence)), figures


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    shared = len(first & second)
    shorter, longer = sorted((len(first), len(second)))
    return shared >= max(_ENOUGH, _ALIKE * shorter, _OF_LONGER * longer)
