"""A text as words, figures and marks, each with where it stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from emads_voice.writing import without_accents

KINDS = (
    "account",
    "card",
    "email",
    "iban",
    "id",
    "name",
    "number",
    "passport",
    "phone",
    "pin",
    "tax code",
)
"""What is taken out; ``[phone]`` stands in the place of a telephone number."""

_TAKEN_OUT = {f"[{kind}]" for kind in KINDS}
_MARKS_OF_ACCENTS = "\u0300-\u036f"
_WORD = re.compile(
    rf"\[(?:{'|'.join(KINDS)})\]"  # taken out before
    r"|(?i:\b(?:s[dđ]t|[dđ]t|tel|stk|cccd|cmnd|mst)(?=\d))"  # written in one with the number
    r"|[(\[] ?(?i:at|dot) ?[)\]]"  # in an address that is not for programs
    r"|\b[oO](?=\d{9}\b)"  # a zero, misread
    r"|(?<![\d.,])(?:0[.,]\d++|(?!84)\d++[.,]\d{9,}+)(?![.,]?\d)"  # a fraction
    r"|\d++(?![^\W\d])"
    rf"|[\w{_MARKS_OF_ACCENTS}]++"
    r"|\n|[^\w\s]"
)


def written(table: str) -> frozenset[str]:
    """The words of a table in this package."""
    return frozenset(table.split())


class Word(NamedTuple):
    """One word, number or mark of a text.

    Attributes:
        text: in lower case and composed (NFC).
        start: where it begins in the text that it was found in.
        end: where it ends.
        figures: its digits if it is a whole number in figures, of any script; "" otherwise.
    """

    text: str
    start: int
    end: int
    figures: str = ""


def words(text: str) -> list[Word]:
    """The words of a text, in order. Words with figures in them, as "B12", and fractions are no numbers."""
    return [_word(match) for match in _WORD.finditer(text)]


def _word(match: re.Match[str]) -> Word:
    text, (start, end) = match[0], match.span()
    if text[0] in "([" and len(text) > 1 and text not in _TAKEN_OUT:
        return Word("@" if "a" in text.lower() else ".", start, end)
    if text.isascii():
        return Word(text.lower(), start, end, text if text.isdigit() else "")
    if text.isdecimal():
        return Word(text, start, end, "".join(str(unicodedata.decimal(each)) for each in text))
    return Word(unicodedata.normalize("NFC", text).casefold(), start, end)


@lru_cache(maxsize=2048)
def unaccented(word: str) -> str:
    """A word without its accents, "đỗ" as "do"."""
    return without_accents(word)
