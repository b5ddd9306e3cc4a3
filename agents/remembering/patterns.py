"""How a language says what it wants of the memory: patterns over folded words, parted by single spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The patterns of one language.

    A group ``s`` is the subject, ``p`` the subject where ``s`` has none, ``q`` one in which no word may make it a
    question about something else, and ``r`` the digits of a reference.

    Attributes:
        decided: ask about a decision, whatever the subject.
        perhaps: ask about one if there is one on the subject.
        undecided: of what the pattern has matched before its subject, this makes it no question about the past.
        keep: want the subject kept.
        tell: ask what is known of the caller.
        forget: want the subject forgotten.
        forget_all: want all forgotten.
        around: words about a subject that are no part of it, wherever they stand.
        beside: words that are none at its beginning and end.
        digits: the words for digits.
        remembers: a word that means to remember only with these accents, and what it is without: "nhớ", not "nhỏ".
    """

    decided: Sequence[re.Pattern[str]]
    perhaps: Sequence[re.Pattern[str]]
    undecided: re.Pattern[str]
    keep: Sequence[re.Pattern[str]]
    tell: Sequence[re.Pattern[str]]
    forget: Sequence[re.Pattern[str]]
    forget_all: Sequence[re.Pattern[str]]
    around: re.Pattern[str]
    beside: frozenset[str]
    digits: Mapping[str, str]
    remembers: Mapping[str, str]


def compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Patterns, ready to be searched."""
    return tuple(map(re.compile, patterns))


def four(digits: Mapping[str, str]) -> str:
    """A pattern for four digits, written or said."""
    return rf"(?P<r>(?:\d{{4}}|(?:(?:\d|{'|'.join(digits)}) ?){{4}}))\b(?! ?\d)"
