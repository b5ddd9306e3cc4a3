"""Days and times as they are said in English; see :mod:`.dates`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from functools import cache

from .calendar_days import Days

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Days], Sequence[date] | None]]
"""How a day is said, and which days it may be: none if it is no day, None if it is no date after all."""

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]

_WD = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
_TENS = {"twenty-four": 24, "twenty four": 24, "thirty": 30, "forty-eight": 48, "forty eight": 48, "sixty": 60, "seventy-two": 72, "ninety": 90}  # fmt: skip
_N = rf"(?P<n>\d{{1,3}}|an?|a couple of|couple of|{'|'.join(_TENS)}|{'|'.join(_COUNTS)})"
_ORD = r"(?:{})".format("|".join(word.replace("-", "[- ]") for word in reversed(_ORDINALS)))
_DAY = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b|(?P<word>{_ORD})\b"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_BY = r"(?:(?:on|by|before|until|till|for|at|over|during) )?(?:the )?"
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


def past(text: str) -> Iterable[re.Match[str]]:
    """What is over."""
    return _past().finditer(text)


@cache
def _past() -> re.Pattern[str]:
    days = "|".join(_WEEKDAYS)
    return re.compile(
        rf"\b(?:(?:last|past|previous) (?:week|month|year|quarter|(?:{days})(?! (?:of|in) (?:(?:the|this|next) )?(?:month\b|{'|'.join(_MONTHS)})))(?:'s)?|yesterday"
        rf"|(?:{days}) last week|{_N.replace('?P<n>', '?:')} (?:day|week|month)s? ago)\b",
        re.IGNORECASE,
    )


def rules(_text: str) -> Iterable[Rule]:
    """How days are said, the most exact first."""
    return _rules()


@cache
def _rules() -> tuple[Rule, ...]:

    def rule(pattern: str, days_of: Callable[[re.Match[str], Days], Sequence[date] | None]) -> Rule:
        return re.compile(rf"\b(?:{pattern})", re.IGNORECASE), days_of

    def weekday(match: re.Match[str]) -> int:
        return _WEEKDAYS.index(match["weekday"].lower())

    def next_one(match: re.Match[str], days: Days) -> list[date]:
        """The coming one, or that of next week: people mean either."""
        this, after = days.in_week(weekday(match)), days.in_week(weekday(match), 1)
        return [this, after] if this > days.today else [after]

    def nth(match: re.Match[str], days: Days) -> list[date] | None:
        """ "The last Friday of the month"."""
        months = 1 if match["following"] else 0
        there = days.next_month(_month(match)) if match["month"] else days.months_after(months)
        found = days.nth_in_month(weekday(match), _NTH[match["nth"].lower()], there)
        return [found] if found else None

    def week_later(match: re.Match[str], days: Days) -> list[date]:
        return [day + timedelta(7) for day in days.coming(weekday(match))]

    return (
        rule(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b", lambda m, d: d.on(int(m["d"]), int(m["m"]), int(m["y"]))),
        rule(r"(?:the )?day after tomorrow\b", lambda _, d: [d.after(2)]),
        rule(rf"{_BY}(?P<nth>{'|'.join(_NTH)}) {_WD} (?:of|in) (?:(?:the|this) month|(?P<following>next month)|{_MONTH})", nth),
        rule(rf"{_BY}{_WD},? (?:of )?(?:the )?week after next\b", lambda m, d: [d.in_week(weekday(m), 2)]),
        rule(rf"(?:a week (?:on|from|after)) (?:next |this )?{_WD}\b|{_BY}{_WD.replace('?P<weekday>', '?P<other>')} week\b",
             lambda m, d: week_later(m, d) if m["weekday"] else [day + timedelta(7) for day in d.coming(_WEEKDAYS.index(m["other"].lower()))]),
        rule(r"a week tomorrow\b|a week from tomorrow\b", lambda _, d: [d.after(8)]),
        rule(r"(?:on |at )?(?:the )?same (?:day|time)(?: again)?,? next week\b|next week,? (?:on |at )?(?:the )?same (?:day|time)\b|(?:this time|today) next week\b", lambda _, d: [d.after(7)]),
        rule(rf"(?:on |by |before |until )?{_WD} (?:of )?next week\b", lambda m, d: [d.in_week(weekday(m), 1)]),
        rule(rf"next week,? (?:on |by |before )?{_WD}\b", lambda m, d: [d.in_week(weekday(m), 1)]),
        rule(rf"(?:on |by |before |until )?{_WD} (?:of )?this week\b", lambda m, d: [d.in_week(weekday(m))]),
        rule(rf"{_BY}(?:{_DAY}) of (?:(?P<following>next)|this|the) month\b", lambda m, d: d.of_month(_number(m), 1 if m["following"] else 0)),
        rule(rf"(?:(?:on|by|before|until|for) )?(?:{_WD},? )?(?:the )?(?:{_DAY}) (?:of )?{_MONTH}{_YEAR}", _day_of_month),
        rule(rf"(?:(?:on|by|before|until|for) )?(?:{_WD},? )?{_MONTH} (?:the )?(?:{_DAY}){_YEAR}", _day_of_month),
        rule(rf"(?:(?:on|by|before|until|for) )?{_WD},? the (?:{_DAY})", lambda m, d: d.agreeing(weekday(m), d.next_of_month(_number(m)))),
        rule(rf"(?:by |before |on )?this (?:coming )?{_WD}\b", lambda m, d: d.coming(weekday(m))[:1]),
        rule(rf"(?:by |before |on )?next {_WD}\b", next_one),
        rule(rf"(?:(?:on|by|before|until|till|for|coming) )?{_WD}\b(?!'s|s\b)", lambda m, d: d.coming(weekday(m))),
        rule(r"(?:by |before |at )?(?:the )?end of next week\b", lambda _, d: [d.in_week(4, 1)]),
        rule(r"(?:by |before |at )?(?:the )?end of the week after next\b", lambda _, d: [d.in_week(4, 2)]),
        rule(r"(?:by |before |at )?(?:the )?end of (?:the |this )?(?:working )?week\b|before the weekend\b|ahead of the weekend\b", lambda _, d: [d.in_week(4)] if d.today.weekday() < 5 else []),
        rule(r"(?:early|(?:the )?(?:start|beginning) of) next week\b", lambda _, d: [d.in_week(0, 1)]),
        rule(r"(?:in )?(?:the )?(?:middle of next week|mid next week|midweek next week)\b", lambda _, d: [d.in_week(2, 1)]),
        rule(r"(?:by |before |at )?(?:the )?end of next month\b", lambda _, d: [d.month_end(1)]),
        rule(r"(?:by |before |at )?(?:the )?(?:end of (?:the |this )?month|month[- ]end)\b", lambda _, d: [d.month_end()]),
        rule(r"(?:by |before |at )?(?:the )?end of (?:the |this )?quarter\b|(?:by |at )?(?:the )?quarter[- ]end\b", lambda _, d: [d.quarter_end()]),
        rule(r"(?:by |before |at )?(?:the )?(?:end of (?:the )?(?:q|quarter )(?P<quarter>[1-4])|end of the (?P<nth>first|second|third|fourth|last) quarter)\b", _quarter),
        rule(r"(?:by |before |at )?(?:the )?(?:end of (?:the |this )?year|year[- ]end)\b", lambda _, d: d.on(31, 12)),
        rule(rf"{_BY}end of {_MONTH}(?! \d)", lambda m, d: [d.end_of(_month(m))]),
        rule(rf"(?:with)?in (?:the (?:next|coming) )?{_N} (?:working|business) days?\b|{_N.replace('?P<n>', '?P<n2>')} (?:working|business) days? from (?:now|today)\b",
             lambda m, d: [d.working_after(_count(m["n"] or m["n2"]))] if _count(m["n"] or m["n2"]) <= 200 else None),
        rule(rf"(?:with)?in (?:the (?:next|coming) )?{_N} hours?\b", lambda m, d: [d.hours_after(_count(m["n"]))]),
        rule(r"(?:with)?in (?:a |the next |the coming )?fortnight(?:'s time)?\b|a fortnight from (?:now|today)\b", lambda _, d: [d.after(14)]),
        rule(rf"(?:with)?in (?:the (?:next|coming) )?{_N} (?P<unit>day|week|month)s?\b(?:'? time)?", _later),
        rule(rf"{_N} (?P<unit>day|week|month)s? from (?:now|today)\b", _later),
        rule(r"(?:by |before |until )?tomorrow\b(?: (?:morning|afternoon|evening|night|lunchtime|noon))?", lambda _, d: [d.after(1)]),
        rule(r"(?:by |before )?(?:the )?(?:EOD|COB|(?:end|close) of (?:the |this )?(?:day|business|play))\b", lambda _, d: [d.today]),
        rule(r"(?:later |by |before )?(?:today|tonight|this (?:morning|afternoon|evening))\b", lambda _, d: [d.today]),
        rule(rf"(?:on|by|before|until) the (?:{_DAY})(?! (?:of|floor|point|item|quarter|version|draft|meeting|time|thing))", _in_month),
        rule(r"(?:on |by |before )(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?\b", _numbers),
        rule(r"(?:by|before|until) (?:christmas|xmas)\b(?! eve)", lambda _, d: [day for each in (24, 25) for day in d.on(each, 12) or ()]),
        rule(r"(?:by|on|before) christmas eve\b", lambda _, d: d.on(24, 12)),
        rule(r"(?:by|before|until) (?:the )?new year(?:'s)?(?: day)?\b", lambda _, d: [*(d.on(31, 12) or ()), *(d.on(1, 1) or ())]),
        rule(r"(?:by|on|before) new year's eve\b", lambda _, d: d.on(31, 12)),
        rule(r"(?:over|by|at|on|during) the (?:coming )?weekend\b|(?:by |before |over )?this (?:coming )?weekend\b", lambda _, d: [d.in_week(5), d.in_week(6)]),
        rule(r"(?:by|before|after|until|over) (?:the )?(?:tet|lunar new year|easter|holidays?|summer|winter|spring|autumn|thanksgiving|ramadan|golden week)\b", lambda _, __: []),
        rule(rf"(?:by|before|in|until)? ?(?:early |mid[- ]|late |(?:the )?(?:start|beginning|middle|first week|second week|last week) of ){_MONTH}(?! \d)", lambda _, __: []),
        rule(rf"(?:by|before|in|until) {_MONTH}(?! \d)", lambda _, __: []),
        rule(r"(?:with)?in (?:the (?:next|coming) )?(?:a )?few (?:days|weeks|months)\b|(?:with)?in (?:the coming|the next) (?:days|weeks|months)\b", lambda _, __: []),
        rule(r"(?:early|mid|late|(?:the )?(?:start|beginning|middle) of) next (?:month|quarter|year)\b|(?:mid|middle of the) month\b", lambda _, __: []),
        rule(r"(?:by |before |in |some time |sometime |over |during )?(?:the )?(?:(?:next|this|coming) (?:week(?:end)?|month|quarter|year)|week after next)\b", lambda _, __: []),
        rule(r"(?:by|before) (?:lunch(?:time)?|noon|midday)\b|within the hour\b|in (?:half )?an hour\b|(?:right |straight )?after (?:this|the) (?:call|meeting)\b|(?:right|straight) away\b", lambda _, d: [d.today]),
    )  # fmt: skip


def time_of(text: str) -> tuple[list[time], tuple[int, int]] | None:
    """The time of day that a sentence names, where it may be either of two both, and where it stands."""
    for match in _TIME.finditer(text):
        if match["noon"]:
            return [time(12)], match.span()
        said = match["hour"] or match["sharp"] or match["half"] or match["quarter"]
        hour = int(said) if said.isdecimal() else _COUNTS.index(said.lower()) + 1
        minute = 30 if match["half"] else int(match["minute"] or 0)
        if match["quarter"]:
            hour, minute = (hour, 15) if match["side"].lower() == "past" else (hour - 1 or 12, 45)
        half = (match["ap"] or match["ap2"] or "").lower().replace(".", "").replace(" ", "")
        part = (match["part"] or "").lower()
        if (
            hour > 23
            or minute > 59
            or (
                not half
                and not part
                and not (match["at"] or match["half"] or match["sharp"] or match["quarter"])
            )
        ):
            continue
        if half == "pm" or part in ("afternoon", "evening"):
            hours = [hour % 12 + 12]
        elif half == "am" or part == "morning":
            hours = [hour % 12]
        else:
            hours = hours_meant(hour)
        return [time(each, minute) for each in hours], match.span()
    return None


def hours_meant(hour: int) -> list[int]:
    """Which hour of 24 is meant by one of twelve that says no more."""
    if hour == 7:
        return [7, 19]
    return [hour + 12] if 1 <= hour <= 6 else [hour]


_HOUR = rf"\d{{1,2}}|{'|'.join(_COUNTS)}"
_TIME = re.compile(
    rf"\b(?:(?P<noon>(?:at |by |before )?(?:noon|midday))\b"
    rf"|(?:at )?(?:a )?quarter (?P<side>past|to) (?P<quarter>{_HOUR})\b"
    rf"|(?:at )?half past (?P<half>{_HOUR})\b"
    rf"|(?:at )?(?P<sharp>{_HOUR}) o'?clock"
    rf"|(?P<at>at |@ ?)?(?P<hour>{_HOUR})(?:[:.](?P<minute>\d\d))? ?(?P<ap>[ap]\.? ?m\b\.?)?(?! ?(?:%|percent|days?|weeks?)))"
    rf"(?: ?(?P<ap2>[ap]\.? ?m\b\.?))?(?: in the (?P<part>morning|afternoon|evening))?",
    re.IGNORECASE,
)


def _count(said: str) -> int:
    said = said.lower()
    if said.isdecimal():
        return int(said)
    known = {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, **_TENS}
    return known.get(said) or _COUNTS.index(said) + 1


def _later(match: re.Match[str], days: Days) -> Sequence[date] | None:
    count = _count(match["n"])
    if match["unit"].lower() == "month":
        return [days.months_after(count)] if count <= 120 else None
    return [days.after(count * (7 if match["unit"].lower() == "week" else 1))]


def _quarter(match: re.Match[str], days: Days) -> Sequence[date] | None:
    number = (
        int(match["quarter"])
        if match["quarter"]
        else {"last": 4}.get(match["nth"].lower()) or _NTH[match["nth"].lower()]
    )
    return [days.end_of(3 * number)]


def _month(match: re.Match[str]) -> int:
    return next(
        number for number, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].lower()[:3])
    )


def _number(match: re.Match[str]) -> int:
    if match["day"]:
        return int(match["day"])
    return _ORDINALS.index(match["word"].lower().replace(" ", "-")) + 1


def _day_of_month(match: re.Match[str], days: Days) -> Sequence[date] | None:
    found = days.on(_number(match), _month(match), int(match["year"]) if match["year"] else None)
    return days.agreeing(_WEEKDAYS.index(match["weekday"].lower()) if match["weekday"] else None, found)


def _in_month(match: re.Match[str], days: Days) -> Sequence[date] | None:
    return days.next_of_month(_number(match))


def _numbers(match: re.Match[str], days: Days) -> Sequence[date] | None:
    """The day first, as most write it, or the month, as Americans do."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"]) if match["year"] else None
    found = [*(days.on(a, b, year) or ()), *(days.on(b, a, year) or ())]
    return list(dict.fromkeys(found)) or None
