"""Numbers that are dictated: the digits in a text, however each was said, in the order they were said.

"không chín một hai", "oh nine one double five", "0, 9, 1", "ba mươi bốn", "0912 ba bốn năm". What stands between the
groups of a number when people dictate it, and recognisers punctuate it, is passed over; any other word ends the number,
and so does "triệu" or "thousand": that is an amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .words import Word, unaccented, written

_MOST_BETWEEN = 4
"""Fillers and marks in a row within one number."""


def _table(lines: str) -> dict[str, str]:
    return {word: figures for line in lines.split(";") for figures, *of in [line.split()] for word in of}


_VIETNAMESE = _table(
    "0 không; 1 một mốt; 2 hai; 3 ba; 4 bốn tư; 5 năm lăm nhăm; 6 sáu; 7 bảy bẩy; 8 tám; 9 chín"
)
_ENGLISH = _table(
    "0 zero oh o nought; 1 one; 2 two; 3 three; 4 four; 5 five; 6 six; 7 seven; 8 eight; 9 nine"
)
DIGITS = _VIETNAMESE | {unaccented(word): figure for word, figure in _VIETNAMESE.items()} | _ENGLISH
"""Words for one digit. An accented word has to be the right one; one without any may have lost them."""
_MISHEARD = _table("2 to too; 4 for; 8 ate; 1 won")
"""Taken for digits between two of them."""
_TEENS = _table(
    "10 ten; 11 eleven; 12 twelve; 13 thirteen; 14 fourteen; 15 fifteen; 16 sixteen; 17 seventeen; 18 eighteen;"
    "19 nineteen"
)
_TENS = _table("2 twenty; 3 thirty; 4 forty fourty; 5 fifty; 6 sixty; 7 seventy; 8 eighty; 9 ninety")
_TEN, _TIMES_TEN = {"mười"}, {"mươi"}
_TEN_UNACCENTED = "muoi"
_REPEATED = _table("2 double; 3 triple treble; 4 quadruple")
_SO_MANY = {"2": {"hai"}, "3": {"ba"}, "4": {"bốn", "bon"}}
_OF_THEM = {"số", "so", "con"}
NUMBER_WORDS = frozenset({*DIGITS, *_TEENS, *_TENS, *_REPEATED, *_TEN, _TEN_UNACCENTED, *_TIMES_TEN})
"""Words that numbers are said with."""
_BEGINNINGS = (NUMBER_WORDS | {"tứ"}) - _TIMES_TEN
PLUS = {"+", "plus", "cộng", "cong"}

MAGNITUDES = written(
    """trăm tram nghìn nghin ngàn ngan triệu trieu tỷ tỉ ty tr k chục chuc hundred hundreds thousand thousands
    million millions billion billions m bn"""
)
UNITS = MAGNITUDES | written(
    """đồng dong đô do đ vnd vnđ usd eur dollar dollars euro euros pound pounds cent cents % percent phần phan
    người nguoi cái cai chiếc chiec units people items pieces days ngày giờ mah kwh kg km cm mm gb mb tb kb ms px"""
)
"""What follows a number that counts something."""

_BETWEEN = written(
    """, . - – — … ; ( ) · + uh um er erm hmm hm mm then ờ à ừ ừm ơ ậm um dạ da vâng vang rồi roi tiếp tiep
    theo xong chấm cham gạch gach ngang dash dot hyphen space plus cộng cong"""
)


class Group(NamedTuple):
    """Digits that were said or written together.

    Attributes:
        figures: "0912", or "5" for a word.
        start: where they begin in the text.
        end: where they end.
        before: what stands between them and the group before, as words; "" at the beginning.
        spoken: whether they were words.
    """

    figures: str
    start: int
    end: int
    before: str
    spoken: bool


class Number(NamedTuple):
    """Groups of digits with nothing between them that would end a number.

    Attributes:
        groups: one at least.
        plus: whether a plus sign stands before them, in words or written; the first group begins with it.
        first: which word of the text it begins with.
        last: which word comes after it.
    """

    groups: list[Group]
    plus: bool
    first: int
    last: int


def numbers(given: Sequence[Word]) -> Iterator[Number]:
    """The numbers among the words of a text."""
    at, ended = 0, len(given)
    while at < ended:
        if not _begins(given[at]):
            at += 1
            continue
        if year := _year_named(given, at):
            at += year
            continue
        number = _number(given, at)
        if number:
            yield number
            at = number.last
        else:
            at += 1


def _begins(word: Word) -> bool:
    return bool(word.figures) or word.text in _BEGINNINGS


def _year_named(given: Sequence[Word], at: int) -> int:
    """How many words "năm hai không hai sáu" has at a place; 0 where "năm" is a five."""
    if given[at].text not in {"năm", "nam"}:
        return 0
    digits = "".join(DIGITS.get(word.text, "?") for word in given[at + 1 : at + 5])
    return 5 if digits[:2] in {"19", "20"} and len(digits) == 4 and "?" not in digits else 0


def _number(given: Sequence[Word], at: int) -> Number | None:
    plus = at > 0 and given[at - 1].text in PLUS
    groups: list[Group] = []
    first, after = at, at
    between: list[str] = []
    while at < len(given):
        figures, taken = _group(given, at, begun=bool(groups))
        if taken:
            if given[at + taken - 1].text in MAGNITUDES:
                break
            start = given[first - 1].start if plus and not groups else given[at].start
            groups.append(
                Group(figures, start, given[at + taken - 1].end, " ".join(between), not given[at].figures)
            )
            at += taken
            after, between = at, []
        elif given[at].text in _BETWEEN and len(between) < _MOST_BETWEEN:
            between.append(given[at].text)
            at += 1
        else:
            break
    if len(groups) > 1 and groups[-1].spoken and not groups[-2].spoken and len(groups[-1].figures) == 1:
        after -= 1  # "0912 345 678 không?": no digit, but a word of the question
        groups.pop()
    return Number(groups, plus, first, after) if groups else None


def _group(given: Sequence[Word], at: int, *, begun: bool) -> tuple[str, int]:
    """Digits that begin at a word, and how many words they are; ("", 0) where none do."""
    word = given[at]
    if word.figures:
        return word.figures, 1
    follows = given[at + 1] if at + 1 < len(given) else Word("", 0, 0)
    text, after = word.text, follows.text
    one = follows.figures if len(follows.figures) == 1 else DIGITS.get(after, "")
    if text in _REPEATED:
        return (one * int(_REPEATED[text]), 2) if one else ("", 0)
    if text == "tứ" and after in {"quý", "quí"}:
        digit = _digit_at(given, at + 2)
        return (digit * 4, 3) if digit else ("", 0)
    if text in _TEENS:
        return _TEENS[text], 1
    if text in _TENS:
        return (_TENS[text] + one, 2) if one not in {"", "0"} else (_TENS[text] + "0", 1)
    if text in _TEN or text == _TEN_UNACCENTED:
        return ("1" + one, 2) if one not in {"", "0"} and not follows.figures else ("10", 1)
    digit = DIGITS.get(text, "")
    if not digit and begun and text in _MISHEARD and given[at - 1].text in DIGITS and after in DIGITS:
        digit = _MISHEARD[text]
    if not digit:
        return "", 0
    if (after in _TIMES_TEN or after == _TEN_UNACCENTED) and digit not in {"0", "1"}:
        unit = _digit_at(given, at + 2)
        if unit not in {"", "0"} and not given[at + 2].figures:
            return digit + unit, 3
        return digit + "0", 2
    if after in _OF_THEM and text in _SO_MANY.get(digit, ()) and (repeated := _digit_at(given, at + 2)):
        return repeated * int(digit), 3
    return digit, 1


def _digit_at(given: Sequence[Word], at: int) -> str:
    if at >= len(given):
        return ""
    word = given[at]
    return word.figures if len(word.figures) == 1 else DIGITS.get(word.text, "")
