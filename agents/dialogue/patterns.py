"""The small language in which phrases are written, and how they are found in words.

``could you [just] (say | repeat) (that | it) again``: words, ``( | )`` for one of several, ``[ | ]`` for what may be
left out, ``<name>`` for a pattern that has been given a name, ``{name}`` for one capitalised word, as recognisers
write a person's, and ``{rest}`` for whatever follows, a word at least. There is no repetition, so all but the last is
as long as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

_TOKEN = re.compile(r"[()\[\]|]|<\w+>|\{(?:name|rest)\}|[^\s()\[\]|<>{}]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an utterance.

    Attributes:
        text: in small letters.
        plain: the same without accents.
        named: whether it is written with a capital where a sentence need not begin.
    """

    text: str
    plain: str
    named: bool = False

    @property
    def unaccented(self) -> bool:
        """Whether it has no accents, or has lost them."""
        return self.text == self.plain


class Pattern(Protocol):
    """A part of a phrase."""

    begins: frozenset[str]
    """The words it may begin with, without accents; "" among them if it may be empty, "{name}" for a name,
    "{rest}" for any word."""

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        """Where it may end if it begins at that word; empty if it does not."""


class _One:
    def __init__(self, word: Word) -> None:
        self._word = word
        self.begins = frozenset((word.plain,))

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        if at >= len(words):
            return set()
        said = words[at]
        same = said.text == self._word.text or (said.unaccented and said.plain == self._word.plain)
        return {at + 1} if same else set()


class _Name:
    begins = frozenset(("{name}",))

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        return {at + 1} if at < len(words) and words[at].named else set()


class _Rest:
    begins = frozenset(("{rest}",))

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        return {len(words)} if at < len(words) else set()


class _Sequence:
    def __init__(self, parts: Sequence[Pattern]) -> None:
        self._parts = tuple(parts)
        begins: set[str] = set()
        for part in parts:
            begins |= part.begins - {""}
            if "" not in part.begins:
                break
        else:
            begins.add("")
        self.begins = frozenset(begins)

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        reached = {at}
        for part in self._parts:
            if not reached:
                break
            reached = set().union(*(part.ends(words, start) for start in reached))
        return reached


class _Choice:
    def __init__(self, options: Sequence[Pattern], *, optional: bool) -> None:
        self._empty = optional or any("" in option.begins for option in options)
        self._beginning: dict[str, list[Pattern]] = {}  # so that only those are tried that can fit
        for option in options:
            for word in option.begins - {""}:
                self._beginning.setdefault(word, []).append(option)
        self.begins = frozenset(self._beginning) | ({""} if self._empty else set())

    def ends(self, words: Sequence[Word], at: int) -> set[int]:
        reached = {at} if self._empty else set()
        if at < len(words):
            word = words[at]
            for option in self._beginning.get(word.plain, ()):
                reached |= option.ends(words, at)
            if word.named:
                for option in self._beginning.get("{name}", ()):
                    reached |= option.ends(words, at)
            for option in self._beginning.get("{rest}", ()):
                reached |= option.ends(words, at)
        return reached


def read_pattern(written: str, words: Mapping[str, Sequence[Word]], named: Mapping[str, Pattern]) -> Pattern:
    """A pattern as it is written.

    Args:
        written: in the language that this module describes.
        words: how each word of it is written in an utterance, by the word; a short form may be several.
        named: what ``<name>`` stands for.

    Raises:
        ValueError: it cannot be read; the message says where.
    """
    tokens = _TOKEN.findall(written)
    pattern, rest = _choice(tokens, 0, words, named)
    if rest != len(tokens):
        raise ValueError(f"“{written}” has a {tokens[rest]} too many.")
    return pattern


def words_of(written: str) -> list[str]:
    """The plain words in a pattern, as they are written."""
    return [token for token in _TOKEN.findall(written) if token[0] not in "()[]|<{"]


def _choice(
    tokens: Sequence[str], at: int, words: Mapping[str, Sequence[Word]], named: Mapping[str, Pattern]
) -> tuple[Pattern, int]:
    options: list[Pattern] = []
    parts: list[Pattern] = []
    while at < len(tokens) and tokens[at] not in ")]":
        token, began = tokens[at], at
        at += 1
        if token == "|":
            options.append(_Sequence(parts))
            parts = []
        elif token in ("(", "["):
            inner, at = _choice(tokens, at, words, named)
            if at == len(tokens) or tokens[at] != {"(": ")", "[": "]"}[token]:
                raise ValueError(f"“{' '.join(tokens)}” opens a {token} that is not closed.")
            at += 1
            if token == "(" and "" in inner.begins:
                raise ValueError(
                    f"“{' '.join(tokens[began:at])}” may be empty: use [ ], or words that are not dropped."
                )
            parts.append(_Choice((inner,), optional=True) if token == "[" else inner)
        elif token == "{name}":
            parts.append(_Name())
        elif token == "{rest}":
            parts.append(_Rest())
        elif token.startswith("<"):
            if token[1:-1] not in named:
                raise ValueError(f"“{' '.join(tokens)}” has {token}, which is defined nowhere above.")
            parts.append(named[token[1:-1]])
        else:
            parts.extend(_One(word) for word in words[token])
    options.append(_Sequence(parts))
    return (_Choice(options, optional=False) if len(options) > 1 else options[0]), at
