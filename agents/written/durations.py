"""How long something takes, read from words: "6 months", "nửa năm", "2 đến 3 tuần"."""

from __future__ import annotations

import re

from emads_voice.agents.text import fold

_MONTHS = {
    "day": 1 / 30, "days": 1 / 30, "ngay": 1 / 30,
    "week": 7 / 30, "weeks": 7 / 30, "tuan": 7 / 30,
    "month": 1.0, "months": 1.0, "thang": 1.0,
    "quarter": 3.0, "quarters": 3.0, "quy": 3.0,
    "year": 12.0, "years": 12.0, "nam": 12.0,
}  # fmt: skip
_NUMBERS = {
    word: value
    for value, words in (
        (0.5, "half nua"),
        (1, "a an one mot"),
        (2, "two hai"),
        (3, "three ba"),
        (4, "four bon"),
        (5, "five nam"),
        (6, "six sau"),
        (7, "seven bay"),
        (8, "eight tam"),
        (9, "nine chin"),
        (10, "ten muoi"),
        (12, "twelve"),
        (18, "eighteen"),
    )
    for word in words.split()
}
_NUMBER = rf"\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_SPAN = re.compile(
    rf"\b(?:(?P<least>{_NUMBER}) *(?:-|–|to|or|den|hoac|toi) *)?(?P<most>{_NUMBER})[ -]*(?:a |an |of a )?"
    rf"(?P<unit>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b(?P<half> ruoi)?"
)


def months(text: str) -> float | None:
    """The longest time a text speaks of, in months; None if it speaks of none."""
    found = [
        (_value(match["most"]) + (0.5 if match["half"] else 0)) * _MONTHS[match["unit"]]
        for match in _SPAN.finditer(fold(text))
    ]
    return max(found, default=None)


def _value(number: str) -> float:
    return float(_NUMBERS[number]) if number in _NUMBERS else float(number.replace(",", "."))
