"""Which of the numbers in a text are somebody's: by what they are said to be, and by what they can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .announced import THING, announced
from .checks import (
    is_card,
    is_mobile_begun,
    is_personal_id,
    is_phone,
    is_tax_code,
    is_vietnamese_phone,
)
from .spoken import UNITS, Group, Number, numbers
from .words import Word, written

_FEWEST_AND_MOST = {
    "pin": (3, 8),
    "id": (6, 12),
    "tax code": (8, 13),
    "passport": (6, 9),
    "account": (6, 19),
    "card": (6, 19),
    "phone": (3, 15),
}
"""Digits of a number that is announced; fewer than a whole number has, as it may have been cut in two."""
_LONGEST_CHECKED = 19
_DATE = re.compile(r"\d{1,2} \d{1,2} (?:19|20)\d\d|(?:19|20)\d\d \d{1,2} \d{1,2}|(?:19|20)\d{6}")
_YEARS = re.compile(r"(?:(?:19|20)\d\d)+")
_COUNTING = "012345678910"
_CORRECTIONS = written("nhầm nham lộn lon khoan quên sorry wait no actually scratch mean correction oops")
_LETTERS = written("bê bờ xê cê cờ en nờ pê")
"""Of passports, as they are said."""
_POINTS = written("point phẩy phay")
"""What follows them is a fraction."""
_MOST_OF_A_CORRECTION = 7
_SENTENCE_MARKS = frozenset(",.;…")

Span = tuple[str, int, int]
"""A kind, and where it begins and ends in the text."""


def personal_numbers(given: Sequence[Word]) -> Iterator[Span]:
    """Numbers among the words of a text that are personal data.

    What stands on the other side of "no, sorry" or "à nhầm" is another try at the same.
    """
    kind = ""
    before: Number | None = None
    for number in numbers(given):
        corrects = before is not None and _corrects(given[before.last : number.first])
        if corrects and kind and _digits(number) >= 2:
            yield kind, number.groups[0].start, number.groups[-1].end
        elif _digits(number) >= 3:
            found = list(_personal(given, number))
            if before and corrects and found and _digits(before) >= 3:
                yield found[0][0], before.groups[0].start, before.groups[-1].end
            yield from found
            kind = found[-1][0] if found else ""
        else:
            kind = ""
        before = number


def _digits(number: Number) -> int:
    return sum(len(group.figures) for group in number.groups)


def _corrects(between: Sequence[Word]) -> bool:
    return len(between) <= _MOST_OF_A_CORRECTION and any(word.text in _CORRECTIONS for word in between)


def _personal(given: Sequence[Word], number: Number) -> Iterator[Span]:
    groups = number.groups
    counts = number.last < len(given) and given[number.last].text in UNITS
    kind = announced(given, number.first)
    if not kind and _with_letter(given, number.first) < groups[0].start:
        kind = "passport" if announced(given, number.first - 1) == "passport" else ""
    if number.first and given[number.first - 1].text in _POINTS:
        return
    if not kind and "".join(group.figures for group in groups) in _COUNTING:
        return
    at = 0
    if kind and kind != THING:
        at = _announced_groups(kind, groups, counts=counts, plus=number.plus)
        if at:
            start = _with_letter(given, number.first) if kind == "passport" else groups[0].start
            yield kind, start, groups[at - 1].end
    begun = at
    while at < len(groups):
        kind_here, end = _whole(groups, at, plus=number.plus and not at, thing=kind == THING)
        if kind_here:
            yield kind_here, groups[at].start, groups[end].end
            at = begun = end + 1
        else:
            at += 1
    if kind != THING and not counts and begun < len(groups):
        yield from _dictated(groups[begun:])


def _with_letter(given: Sequence[Word], first: int) -> int:
    before = given[first - 1] if first else given[first]
    letter = len(before.text) == 1 and before.text.isalpha()
    return before.start if letter or before.text in _LETTERS else given[first].start


def _announced_groups(kind: str, groups: list[Group], *, counts: bool, plus: bool) -> int:
    """How many groups at the beginning are the number that was announced; 0 if none is."""
    if kind not in _FEWEST_AND_MOST:
        return 0
    fewest, most = _FEWEST_AND_MOST[kind]
    digits, taken = "", 0
    for index, group in enumerate(groups):
        if (
            index
            and len(digits) >= 9
            and _SENTENCE_MARKS & {*group.before.split()}
            and len(group.figures) > 1
        ):
            break
        if (
            index
            and len(digits) in (10, 12, 16)
            and _whole(groups, 0, plus=plus, thing=False) == (kind, index - 1)
        ):
            break  # another follows
        digits += group.figures
        taken = index + 1
    if len(digits) > most or len(digits) < fewest:
        return 0
    if counts and taken == len(groups):
        return 0
    if _DATE.fullmatch(" ".join(group.figures for group in groups[:taken])):
        return 0
    if kind == "phone" and not plus and digits[0] != "0" and (len(digits) < 7 or _YEARS.fullmatch(digits)):
        return 0
    return taken


def _whole(groups: list[Group], first: int, *, plus: bool, thing: bool) -> tuple[str, int]:
    """The number that begins with a group, whole and valid: its kind, and its last group. ("", 0): none does."""
    digits = ""
    best = "", 0
    foreign = len(groups) <= _LONGEST_CHECKED  # looking up a number is dear, and no caller dictates more
    for last in range(first, len(groups)):
        digits += groups[last].figures
        if len(digits) > _LONGEST_CHECKED:
            break
        if kind := _kind(digits, groups[first : last + 1], plus=plus, thing=thing, foreign=foreign):
            best = kind, last
    return best


def _kind(digits: str, groups: list[Group], *, plus: bool, thing: bool, foreign: bool) -> str:
    count = len(digits)
    if count >= 13:
        if is_card(digits):
            return "card"
        lengths = [len(group.figures) for group in groups]
        return "tax code" if lengths == [10, 3] and groups[1].before == "-" and is_tax_code(digits) else ""
    if count < 9:
        return ""
    if is_vietnamese_phone(digits):
        return "phone"
    if plus and not groups[0].before and is_phone(f"+{digits}", "VN"):
        return "phone"
    if thing:
        return ""
    listed = 4 < len(groups) < 10 and not any(group.spoken for group in groups)  # "01 02 03 04 05 06"
    if is_personal_id(digits) and not listed:
        return "id"
    if count == 10 and digits[0] in "08" and len(groups) == 1 and is_tax_code(digits):
        return "tax code"
    shape = [(len(group.figures), group.before) for group in groups]
    if shape == [(3, ""), (2, "-"), (4, "-")]:
        return "id"
    if not foreign:
        return ""
    written_apart = len(groups) > 1 and not any(group.spoken for group in groups)
    if count == 11 and digits[0] == "0" and written_apart and is_phone(digits, "GB"):
        return "phone"
    lengths = [length for length, _ in shape]
    dialled = digits[1:] if count == 11 and digits[0] == "1" else digits
    dictated = sum(group.spoken or len(group.figures) == 1 for group in groups) >= 8
    if len(dialled) == 10 and (lengths[-3:] == [3, 3, 4] or dictated) and is_phone(dialled, "US"):
        return "phone"
    return ""


def _dictated(groups: list[Group]) -> Iterator[Span]:
    """What is left of a number, where it was said digit by digit: nobody says prices and years so."""
    digits = "".join(group.figures for group in groups)
    singles = sum(len(group.figures) == 1 for group in groups)
    if _YEARS.fullmatch(digits) or singles < 6:
        return
    begun = is_mobile_begun(digits) and len(digits) >= 6
    if begun or (digits[0] == "0" and len(digits) in (9, 10, 11)):
        yield "phone", groups[0].start, groups[-1].end
    elif len(digits) >= 9 and singles >= 9:
        yield "number", groups[0].start, groups[-1].end
