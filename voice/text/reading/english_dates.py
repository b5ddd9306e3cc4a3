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
DECADES = {"2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties", "7": "seventies",
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


def _short_year(match: re.Match[str]) -> str:
    month, day = int(match[1]), int(match[2])
    if month > 12:
        month, day = day, month
    return f"20{match[3]}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else match[0]


def _month(number: str, of_year: str) -> str:
    return f"{_MONTHS[int(number) - 1]} {year(of_year)}"


def _seconds(match: re.Match[str]) -> str:
    seconds = int(match[2])
    return f"{match[1]} and {seconds} second{'' if seconds == 1 else 's'}" if seconds else match[1]


def _hours(match: re.Match[str]) -> str:
    one_hour, one_minute = match[1] == "1", int(match[2]) == 1
    return f"{match[1]} hour{'' if one_hour else 's'} {int(match[2])} minute{'' if one_minute else 's'}"


_NAMED: tuple[Rule, ...] = (
    (re.compile(r"(?<![\w/])(?:24/7|9/11)(?![\w/])"), lambda m: m[0].replace("/", " ")),
    (re.compile(r"(?<![\w./-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\w/-])"), _iso),
    (re.compile(r"(?<![\w./-])(\d{1,2})/(\d{1,2})/(\d{2})(?![\w/]|\.\d)"), _short_year),
    (re.compile(r"(?<![\w./-])(\d{4})/(\d{2})/(\d{2})(?![\w/])"), r"\1-\2-\3"),
    (re.compile(rf"(?<![\w./-])(0?[1-9]|1[0-2])/({_YEAR})(?![\w/])"), lambda m: _month(m[1], m[2])),
    (
        re.compile(
            r"\b(?:([Ee]xp)\.|([Ee]xpir(?:es?|y|ing|ation)|[Vv]alid (?:until|thru|through)))"
            r"(\W{1,2})(0[1-9]|1[0-2])/(\d\d)\b"
        ),
        lambda m: f"{m[2] or m[1] + 'ires'}{m[3]}{_month(m[4], '20' + m[5])}",
    ),
    (
        re.compile(
            r"\b(on|due(?: on| by)?|until|till|before|after|since|[Dd]eadline(?: is|:)?|"
            r"(?:Mon|Tues?|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?,?) "
            r"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?![\w/%]| (?:of|cup|tea|table|full|done|inch|mile|hour|way)|\.\d)"
        ),
        lambda m: f"{m[1]} {_MONTHS[int(m[2]) - 1]} {ordinal(int(m[3]))}",
    ),
    (
        re.compile(
            rf"(?<![\w.,$€£/-])({_YEAR}){_TO}({_YEAR})(?![\w/%-]|[.,]\d| (?:users|people|units|MB|GB|rpm|kg|km))"
        ),
        lambda m: f"{year(m[1])} to {year(m[2])}",
    ),
    (re.compile(r"(?<![\w:.])(\d{1,2}:\d\d):([0-5]\d)(?![\w:]|\.\d)"), _seconds),
    (re.compile(r"\b12:00 (?=noon|midnight|p\.?m|a\.?m)"), "12 "),
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
    (re.compile(r"\b([QH][1-4])['’](\d\d)(?!\d)"), lambda m: f"{m[1]} 20{m[2]}"),
    (re.compile(rf"\b([QH][1-4]) ?/ ?(?={_YEAR}\b)"), r"\1 "),
    (re.compile(r"(?<=:\d\d)\s?h\b"), ""),
    (re.compile(r"(?<![\w.])(\d{1,2})h\s?([0-5]?\d)(?:m|min)?\b"), _hours),
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
    (re.compile(r"(?<!\w)['’](\d)0s\b"), lambda m: DECADES.get(m[1], m[0])),
)


def dates(text: str) -> str:
    """The text with its dates written out; before codes are read, which else take "3-5 May" for a range."""
    return rewritten(text, _NAMED)


def days_and_years(text: str) -> str:
    """The text with its days as ordinals and its years in pairs; after codes were read."""
    return rewritten(text, _NUMBERED)
