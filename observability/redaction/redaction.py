"""Personal data taken out of text before it is kept.

Written numbers are found by their shape and check digits, and by Google's libphonenumber data, valid numbers only, so
that prices, years and order numbers stay readable; dictated ones likewise, once their words are digits. A number that
is no valid one is taken out where the words before it say whose it is: recognisers mishear, and callers are cut off.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .announced import announced
from .checks import ibans
from .emails import WRITTEN, spoken_addresses
from .names import names_in
from .personal import personal_numbers
from .spoken import DIGITS
from .words import Word, words

_REGION = "VN"  # where a phone number without a country code is read
_MAY_BE_PHONE = re.compile(r"\d(?:[\s().-]{0,3}\d){6}")
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{4,20}")
_DOCUMENT = re.compile(r"[a-z]{1,2}\d{6,12}")
_DIALLED = re.compile(r"\W*(?:\+|0|84)")
"""How a number begins that is no amount; what the library takes without is also 912345678 đồng."""
_LONGEST_SPELT = 45


class Found(NamedTuple):
    """Personal data in a text.

    Attributes:
        kind: one of :data:`.words.KINDS`.
        start: where it begins.
        end: where it ends.
    """

    kind: str
    start: int
    end: int


def redact(text: str) -> str:
    """The text with personal data replaced by what it was: ``[phone]``, ``[card]``, ``[email]``.

    A phone number without a country code is read as one of Vietnam. Everything else stays exactly as it is.
    """
    kept, done = [], 0
    for found in find(text):
        kept += [text[done : found.start], f"[{found.kind}]"]
        done = found.end
    return "".join([*kept, text[done:]])


def find(text: str) -> list[Found]:
    """The personal data in a text, in order; no two overlap."""
    given = words(text)
    if not given:
        return []
    found = [Found("email", *match.span()) for match in WRITTEN.finditer(text)] if "@" in text else []
    found += _spans("email", given, spoken_addresses(given))
    found += [Found("iban", *each) for each in ibans(text)]
    found += _spans("iban", given, _spelt_ibans(given))
    found += _codes(given)
    found += _spans("name", given, names_in(text, given))
    rest = _without(given, found) if found else given
    found += [Found(*each) for each in personal_numbers(rest)]
    found += _written_phones(text, given, found)
    return [_with_bracket(text, each) for each in _apart(found)]


def _spans(kind: str, given: Sequence[Word], ranges: Iterator[tuple[int, int]]) -> list[Found]:
    return [Found(kind, given[first].start, given[after - 1].end) for first, after in ranges]


def _without(given: list[Word], found: list[Found]) -> list[Word]:
    """The words with a line end in the place of those that are found already: what stands around them is not joined."""
    taken = sorted((each.start, each.end) for each in found)
    starts = [word.start for word in given]
    rest = list(given)
    for start, end in taken:
        for at in range(bisect_left(starts, start), bisect_left(starts, end)):
            rest[at] = Word("\n", given[at].start, given[at].end)
    return rest


def _spelt_ibans(given: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Letters and digits one by one after the word: no check digit is asked of what was dictated."""
    for at, word in enumerate(given):
        if word.text != "iban":
            continue
        first = at + 1
        while first < len(given) and given[first].text in {"is", "là", "la", ":", "number", "số", "so"}:
            first += 1
        after = first
        while after < len(given) and after - first < _LONGEST_SPELT and _is_spelt(given[after]):
            after += 1
        if after - first >= 4:
            yield first, after


def _is_spelt(word: Word) -> bool:
    return (
        (len(word.text) == 1 and word.text.isalnum())
        or bool(word.figures)
        or word.text in DIGITS
        or word.text in {"double", "triple", ",", "-"}
    )


def _codes(given: Sequence[Word]) -> Iterator[Found]:
    """Letters and digits in one word that are said to be somebody's: "hộ chiếu C1234567", "password abc123"."""
    for at, word in enumerate(given):
        if not _CODE.fullmatch(word.text):
            continue
        kind = announced(given, at)
        if kind == "pin" or (kind in {"passport", "id"} and _DOCUMENT.fullmatch(word.text)):
            yield Found(kind, word.start, word.end)


def _written_phones(text: str, given: Sequence[Word], found: list[Found]) -> list[Found]:
    """Those in other shapes, and of other countries."""
    if not _MAY_BE_PHONE.search(text):
        return []
    rest = list(text)
    fractions = [word for word in given if word.text[0].isdigit() and not word.text.isalnum()]
    for start, end in [
        *((each.start, each.end) for each in found),
        *((word.start, word.end) for word in fractions),
    ]:
        rest[start:end] = "x" * (end - start)
    text = "".join(rest)
    if not _MAY_BE_PHONE.search(text):
        return []

    import phonenumbers  # 0.1 s to import, and most sentences hold no number

    return [
        Found("phone", match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(text, _REGION)
        if _DIALLED.match(match.raw_string)
    ]


def _apart(found: list[Found]) -> list[Found]:
    """In order, and where two overlap the one that was found first."""
    apart: list[Found] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if apart and each.start < apart[-1].end:
            if each.end > apart[-1].end:
                apart[-1] = apart[-1]._replace(end=each.end)
        else:
            apart.append(each)
    return apart


def _with_bracket(text: str, found: Found) -> Found:
    """With the bracket before it that is closed within: "(024) 3826 1234"."""
    opened = found.start and text[found.start - 1] == "("
    within = text[found.start : found.end]
    return found._replace(start=found.start - 1) if opened and ")" in within and "(" not in within else found
