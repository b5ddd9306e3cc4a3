"""Names that a deployment wants kept out of what is recorded: its customers', its people's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from .words import Word, unaccented, words

_names: dict[str, set[tuple[str, ...]]] = {}
"""By their first word without accents."""


def conceal_names(names: Iterable[str]) -> None:
    """Take these names out of whatever is redacted in this process from now on: ``[name]`` stands in their place.

    Args:
        names: each is found however it is capitalised, composed and accented, "nguyen van an" for "Nguyễn Văn An".
            One of a single word is found as it is written alone, as "An" is a name and "an" a word.
    """
    for name in names:
        parts = [word.text for word in words(name)]
        if len(parts) > 1:
            key = tuple(unaccented(part) for part in parts)
            _names.setdefault(key[0], set()).add(key)
        elif parts:
            written = unicodedata.normalize("NFC", name.strip())
            _names.setdefault(unaccented(parts[0]), set()).add((written,))


def names_in(text: str, given: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where names stand in a text: the first word of each and the word after its last."""
    if not _names:
        return
    plain = [unaccented(word.text) for word in given]
    at = 0
    while at < len(plain):
        length = max((_length(text, given, plain, at, name) for name in _names.get(plain[at], ())), default=0)
        if length:
            yield at, at + length
        at += length or 1


def _length(text: str, given: Sequence[Word], plain: Sequence[str], at: int, name: tuple[str, ...]) -> int:
    if len(name) > 1:
        return len(name) if tuple(plain[at : at + len(name)]) == name else 0
    written = unicodedata.normalize("NFC", text[given[at].start : given[at].end])
    return 1 if written == name[0] else 0
