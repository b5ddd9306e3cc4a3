"""Fragments of the instructions a model was given: nobody is told them, in whatever order or with whatever in between.

They are recognised by the words they share with the instructions, a row of them or most of a line, and by how one
begins to tell them. A translation shares no words, and is only recognised by its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from emads_voice.agents.text import STOP_WORDS, words

from .phrasing import both

_ROW = 7
"""Words in the same order that no two texts share by chance."""
_PIECE = 4
_PIECES = 0.7
"""Share of a sentence's words that are in rows of four out of the instructions."""
_LINE = 0.75
"""Share of a line's words that are in a sentence: the line in another order, or with others between."""
_OF_SENTENCE = 0.45
"""Share of the sentence's words that are in the line."""
_ENOUGH = 4
"""Words that say something, in fewer of which nothing can be recognised."""

# Told of oneself, the instructions are the same: "I never approve" for "You never approve".
_YOU = ("you", "your", "i", "my", "me", "we", "our")
_ARE = ("am", "are", "m", "re")
_PERSONS = dict.fromkeys(_YOU, "you") | dict.fromkeys(_ARE, "are")


def begins_to_tell(sentence: str) -> bool:
    """Whether a sentence announces what the model was instructed, and does not refuse to."""
    for phrasing in both(sentence):
        found = phrasing.words(sentence)
        if phrasing.sets["instructions"].within(found) and not phrasing.sets["refusing"].within(found):
            return True
    return False


class Instructions:
    """The text that no answer may repeat."""

    def __init__(self, text: str, *, known: Sequence[str] = ()) -> None:
        """Take the instructions, and what of them callers know: the agent's title, say."""
        open_rows = {row for each in known for row in _rows(_plain(each), _PIECE)}
        self._rows: set[tuple[str, ...]] = set()
        self._pieces: set[tuple[str, ...]] = set()
        self._lines: list[frozenset[str]] = []
        whole = _plain(text)
        pieces = list(_rows(whole, _PIECE))
        self._pieces = set(pieces) - open_rows
        self._rows = {row for row in _rows(whole, _ROW) if not _of(row, open_rows)}
        for line in _lines(text):
            said = frozenset(_telling(_plain(line)))
            if len(said) >= _ENOUGH:
                self._lines.append(said)

    def repeated_in(self, sentence: str, before: str = "") -> bool:
        """Whether a sentence repeats them, alone or as the end of a row that began in what was said before it."""
        own = _plain(sentence)
        if not own:
            return False
        joined = [*_plain(before)[-_ROW:], *own]
        if any(row in self._rows for row in _rows(joined, _ROW)):
            return True
        covered = [False] * len(own)
        for place, row in enumerate(_rows(own, _PIECE)):
            if row in self._pieces:
                covered[place : place + _PIECE] = [True] * _PIECE
        if len(own) >= _PIECE and sum(covered) >= _PIECES * len(own):
            return True
        said = frozenset(_telling(own))
        if len(said) < _ENOUGH:
            return False
        return any(
            len(shared) >= _LINE * len(line) and len(shared) >= _OF_SENTENCE * len(said)
            for line in self._lines
            if (shared := said & line)
        )


def _plain(text: str) -> list[str]:
    return [_PERSONS.get(word, word) for word in words(text)]


def _telling(found: Iterable[str]) -> list[str]:
    return [word for word in found if word not in STOP_WORDS]


def _rows(found: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(islice(found, start, None) for start in range(length)), strict=False)


def _of(row: tuple[str, ...], pieces: set[tuple[str, ...]]) -> bool:
    """Whether half of a row or more is known."""
    inner = list(_rows(row, _PIECE))
    return sum(piece in pieces for piece in inner) * 2 >= len(inner)


def _lines(text: str) -> Iterable[str]:
    """Each sentence of the instructions, however they are broken into lines."""
    for paragraph in text.split("\n\n"):
        for item in paragraph.split("\n- "):
            yield from " ".join(item.split()).replace("; ", ". ").replace(": ", ". ").split(". ")
