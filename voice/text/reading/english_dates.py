"""Days, months, years and times of day in English, rewritten to what a normaliser reads as people say them."""

from __future__ import annotations

import re

from .rewriting import Rule, rewritten

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_NAMES = {name[:3]: name for name in _MONTHS} | {
    "Sept": "September", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_SHORT_MONTH = "|".join(sorted((name for name in _NAMES if _NAMES[name] in _MONTHS), key=len, reverse=True))
_SHORT_DAY = "|".join(sorted((name for name in _NAMES if _NAMES[name] not in _MONTHS), key=len, reverse=True))
_TO = r"\s?[-–—]\s?"
_YEAR = r"(?:19|20)\d\d"
_DECADES = {"2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties", "7": "seventies",
            "8": "eighties", "9": "nineties"}  # fmt: skip


def ordinal(number: int) -> str:
    """ "21st" """
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def year(digits: str) -> str:
    """A year from 1900 to 2099 in pairs: "nineteen 99", "twenty 26", "nineteen oh 5", "two thousand 8"."""
    century = "nineteen" if digits[:2] == "19" else "twenty"
    if digits[:3] == "200":
        return "two thousand" + (f" {digits[3]}" if digits[3] != "0" else "")
    if digits[2:] == "00":
        return f"{century} hundred"
    return f"{century} {digits[2:]}" if digits[2] != "0" else f"{century} oh {digits[3]}"


def _day(digits: str) -> str:
    return ordinal(int(digits)) if 0 < int(digits) < 32 else digits


def _iso(match: re.Match[str]) -> str:
    month, day = int(match[1]), int(match[2])
    if month > 12:
        month, day = day, month
    return f"{match[3]}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else match[0]


_NAMED: tuple[Rule, ...] = (
    (re.compile(r"(?<![\w/])(?:24/7|9/11)(?![\w/])"), lambda m: m[0].replace("/", " ")),
    (re.compile(r"(?<![\w./-])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\w/])"), _iso),
    (
        re.compile(
            rf"\b({_SHORT_MONTH})\b\.?{_TO}({_SHORT_MONTH})\b|\b({_SHORT_DAY})\b\.?{_TO}({_SHORT_DAY})\b"
        ),
        lambda m: f"{_NAMES[m[1] or m[3]]} to {_NAMES[m[2] or m[4]]}",
    ),
    (
        re.compile(rf"\b({_SHORT_MONTH})\b\.?(?= \d)|(?<=\d )({_SHORT_MONTH})\b\.?"),
        lambda m: _NAMES[m[1] or m[2]],
    ),
    (re.compile(rf"\b({_SHORT_DAY})\b\.?(?=,? (?:{_MONTH}|\d))"), lambda m: _NAMES[m[1]]),
    (
        re.compile(rf"(?<![\w.,:])(\d{{1,2}}){_TO}(\d{{1,2}}) (?=(?:{_MONTH})\b)"),
        lambda m: f"{_day(m[1])} to {_day(m[2])} ",
    ),
    (
        re.compile(rf"\b({_MONTH}) (\d{{1,2}}){_TO}(\d{{1,2}})(?![\w:/]|[.,]\d)"),
        lambda m: f"{m[1]} {_day(m[2])} to {_day(m[3])}",
    ),
    (re.compile(rf"\b([QH][1-4]) ?/ ?(?={_YEAR}\b)"), r"\1 "),
    (re.compile(r"(?<=:\d\d)\s?h\b"), ""),
    (re.compile(r"(?<![\w.])(\d{1,2})h\s?([0-5]?\d)(?:m|min)?\b"), r"\1 hours \2 minutes"),
)
_NUMBERED: tuple[Rule, ...] = (
    (re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?![\w:]|[.,]\d| to |-)"), lambda m: f"{m[1]} {_day(m[2])}"),
    (re.compile(rf"(?<![\w.,:])(\d{{1,2}}) (?=(?:{_MONTH})\b)"), lambda m: f"{_day(m[1])} "),
    (re.compile(rf"(?<=\d(?:st|nd|rd|th) )({_MONTH}) ({_YEAR})\b(?=[.,])"), lambda m: f"{m[1]} {year(m[2])}"),
    (
        re.compile(rf"\b(between \w+(?: \w+){{0,2}}(?:[- ]\w+)? and|from \w+ to) ({_YEAR})\b", re.I),
        lambda m: f"{m[1]} {year(m[2])}",
    ),
    (re.compile(rf"\b(mid|early|late|pre|post)-({_YEAR})\b", re.I), lambda m: f"{m[1]} {year(m[2])}"),
    (
        re.compile(rf"((?:©|\b[QqHh] ?[1-4](?: of)?,?|\bF ?Y|\bfiscal year|, ) ?)({_YEAR})\b(?![,.]?\d)"),
        lambda m: f"{m[1].replace('©', 'copyright ')}{year(m[2])}",
    ),
    (re.compile("©"), "copyright "),
    (re.compile(r"(?<!\w)['’](\d)0s\b"), lambda m: _DECADES.get(m[1], m[0])),
)


def dates(text: str) -> str:
    """The text with its dates written out; before codes are read, which else take "3-5 May" for a range."""
    return rewritten(text, _NAMED)


def days_and_years(text: str) -> str:
    """The text with its days as ordinals and its years in pairs; after codes were read."""
    return rewritten(text, _NUMBERED)
