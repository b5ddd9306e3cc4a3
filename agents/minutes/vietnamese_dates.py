"""Days and times as they are said in Vietnamese, with accents or without; see :mod:`.dates`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from functools import cache

from emads_voice.writing import without_accents

from .calendar_days import Days
from .english_dates import Rule, hours_meant

_UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _numerals() -> dict[str, int]:
    """How numbers up to 60 are said, each in the ways there are."""
    said = {word: number for number, word in enumerate(_UNITS) if word}
    for ten in range(1, 7):
        tens = ["mười"] if ten == 1 else [f"{_UNITS[ten]} mươi", _UNITS[ten]]
        for start in tens:
            if "mười" in start or "mươi" in start:
                said[start] = ten * 10
            for number in range(1, 10):
                ways = {1: ["một", "mốt"], 4: ["bốn", "tư"], 5: ["lăm", "nhăm"], 7: ["bảy", "bẩy"]}.get(
                    number, [_UNITS[number]]
                )
                said |= {f"{start} {way}": ten * 10 + number for way in ways}
    return said | {"bẩy": 7, "mốt": 1, "tư": 4}


_NUMERALS = _numerals() | {without_accents(word): number for word, number in _numerals().items()}
_NUMERAL = "|".join(sorted(_numerals(), key=len, reverse=True))
_N = rf"\d{{1,3}}|{_NUMERAL}"
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tư": 2, "tu": 2, "4": 2, "năm": 3, "nam": 3, "5": 3, "sáu": 4, "sau": 4, "6": 4,
             "bảy": 5, "bay": 5, "bẩy": 5, "7": 5}  # fmt: skip
_WD = r"(?:thứ (?P<weekday>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|(?P<sunday>chủ nhật))"
_BEFORE = (
    r"(?:(?:trước|vào|đến|trong|chậm nhất(?: là)?|muộn nhất(?: là)?) )?(?:(?:ngày|sáng|trưa|chiều|tối|hết) )?"
)
_NEXT = r"(?:tuần (?:sau|tới|kế(?: tiếp)?))"


@cache
def _compiled(pattern: str, plain: bool) -> re.Pattern[str]:
    """A pattern, for texts without accents without them."""
    return re.compile(rf"\b(?:{without_accents(pattern) if plain else pattern})", re.IGNORECASE)


def past(text: str) -> Iterable[re.Match[str]]:
    """What is over."""
    return _compiled(_PAST, text.isascii()).finditer(text)


def rules(text: str) -> Iterable[Rule]:
    """How days are said, the most exact first; without accents for a text that has none."""
    return ((_compiled(pattern, text.isascii()), days_of) for pattern, days_of in _RULES)


def time_of(text: str) -> tuple[list[time], tuple[int, int]] | None:
    """The time of day that a sentence names, where it may be either of two both, and where it stands."""
    for match in _compiled(_TIME, text.isascii()).finditer(text):
        if not (match["at"] or match["part"] or match["before"]):
            continue  # it is how long something takes
        hour = number(match["hour"])
        half = match["minute"] and without_accents(match["minute"].lower()) == "ruoi"
        minute = 30 if half else number(match["minute"]) if match["minute"] else 0
        if match["less"]:  # "9 giờ kém 15"
            hour, minute = hour - 1, 60 - number(match["less"])
        part = without_accents((match["part"] or match["before"] or "").lower())
        if not 0 <= hour <= 23 or not 0 <= minute <= 59:
            continue
        if part in ("chieu", "toi") or (part == "trua" and hour < 10):
            hours = [hour % 12 + 12]
        elif part in ("sang", "trua"):
            hours = [hour]
        else:
            hours = hours_meant(hour)
        return [time(each, minute) for each in hours], match.span()
    return None


def number(said: str) -> int:
    """A number in digits or words."""
    return int(said) if said.isdecimal() else _NUMERALS[said.lower()]


_PAST = (
    r"(?:hôm (?:qua|kia|trước)|(?:(?:thứ \w+|chủ nhật) )?(?:tuần|tháng|năm) (?:trước|vừa rồi|rồi|ngoái)"
    rf"|(?:{_N}) (?:ngày|tuần|tháng) trước)\b"
)
_TIME = (
    r"(?:(?P<before>sáng|trưa|chiều|tối)(?: mai| nay| mốt)?,? )?(?P<at>lúc |vào lúc |hồi |trước |đúng |khoảng )?"
    rf"(?P<hour>{_N}) ?(?:(?:giờ|h)(?![a-zà-ỹ])|(?= rưỡi))(?: ?(?:kém (?P<less>{_N})|(?P<minute>rưỡi|\d\d|(?:{_NUMERAL})(?= phút))))?(?: phút)?(?: (?P<part>sáng|trưa|chiều|tối))?"
)


def _weekday(match: re.Match[str]) -> int:
    return 6 if match["sunday"] else _WEEKDAYS[match["weekday"].lower()]


def _later(match: re.Match[str], days: Days) -> Sequence[date] | None:
    count, unit = number(match["n"]), without_accents(match["unit"].lower())
    if unit == "thang":
        return [days.months_after(count)] if count <= 120 else None
    return [days.after(count * (7 if unit == "tuan" else 1))]


def _day_of_month(match: re.Match[str], days: Days) -> Sequence[date] | None:
    found = days.on(
        number(match["day"]), number(match["month"]), int(match["year"]) if match["year"] else None
    )
    said = match.groupdict()
    return days.agreeing(_weekday(match) if said.get("weekday") or said.get("sunday") else None, found)


def _end_of_month(match: re.Match[str], days: Days) -> Sequence[date] | None:
    month = number(match["month"])
    return [days.end_of(month)] if 1 <= month <= 12 else None


def _end_of_quarter(match: re.Match[str], days: Days) -> Sequence[date] | None:
    quarter = number(match["quarter"])
    return [days.end_of(3 * quarter)] if 1 <= quarter <= 4 else None


def _in_month(match: re.Match[str], days: Days) -> Sequence[date] | None:
    return days.next_of_month(number(match["day"]))


_RULES: tuple[tuple[str, Callable[[re.Match[str], Days], Sequence[date] | None]], ...] = (
    (
        r"(?:(?:trước|vào|đến|sau) )?(?:(?:mùng|mồng|ngày|rằm) )?(?:\w+ )?(?:tết(?! dương)(?: nguyên đán| âm lịch)?|âm lịch|tháng giêng|tháng chạp)(?!\w)|(?:trước |đến |vào )?rằm\b",
        lambda _, __: [],
    ),
    (
        rf"(?:vào )?(?:cùng )?(?:giờ này|hôm nay|ngày này|cùng ngày|cùng giờ),? {_NEXT}(?!\w)"
        rf"|{_NEXT},? (?:(?:cũng|cùng|vẫn|vào|đúng) )+(?:ngày|giờ|thứ)(?: này| đó| như hôm nay)?(?!\w)(?! (?:hai|ba|tư|năm|sáu|bảy|[2-7]))",
        lambda _, d: [d.after(7)],
    ),
    (rf"{_BEFORE}{_WD},? {_NEXT} nữa\b", lambda m, d: [d.in_week(_weekday(m), 2)]),
    (rf"{_BEFORE}{_NEXT} nữa,? (?:vào )?{_WD}\b", lambda m, d: [d.in_week(_weekday(m), 2)]),
    (rf"{_BEFORE}{_WD},? {_NEXT}\b", lambda m, d: [d.in_week(_weekday(m), 1)]),
    (rf"{_BEFORE}{_NEXT},? (?:vào )?{_WD}\b", lambda m, d: [d.in_week(_weekday(m), 1)]),
    (rf"{_BEFORE}{_WD},? (?:tuần )?này\b", lambda m, d: [d.in_week(_weekday(m))]),
    (
        rf"{_BEFORE}(?:{_WD},? )?(?:ngày |mùng |mồng )(?P<day>{_N})(?: tháng |/|-)(?P<month>{_N})\b"
        r"(?:(?: năm |/|-)(?P<year>20\d\d))?",
        _day_of_month,
    ),
    (rf"{_BEFORE}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/(?P<year>20\d\d))?\b", _day_of_month),
    (
        rf"{_BEFORE}(?:ngày |mùng |mồng )(?P<day>{_N}) (?:của )?tháng (?:(?P<following>sau|tới)|này)\b",
        lambda m, d: d.of_month(number(m["day"]), 1 if m["following"] else 0),
    ),
    (
        rf"{_BEFORE}{_WD},? (?:ngày |mùng |mồng )(?P<day>{_N})\b(?! (?:tháng|ngày))",
        lambda m, d: d.agreeing(_weekday(m), d.next_of_month(number(m["day"]))),
    ),
    (rf"{_BEFORE}{_WD} (?:tới|sắp tới)\b", lambda m, d: d.coming(_weekday(m))[-1:]),
    (rf"{_BEFORE}{_WD}(?! (?:là|nhất|hạng))\b", lambda m, d: d.coming(_weekday(m))),
    (rf"{_BEFORE}cuối {_NEXT}\b", lambda _, d: [d.in_week(4, 1), d.in_week(6, 1)]),
    (rf"{_BEFORE}đầu {_NEXT}\b", lambda _, d: [d.in_week(0, 1)]),
    (rf"{_BEFORE}giữa {_NEXT}\b", lambda _, d: [d.in_week(2, 1)]),
    (
        rf"{_BEFORE}cuối tuần(?: này)?\b",
        lambda _, d: [d.in_week(4), d.in_week(6)] if d.today.weekday() < 4 else [],
    ),
    (rf"{_BEFORE}(?:cuối |hết )tháng (?P<month>{_N})\b(?! (?:ngày|người))", _end_of_month),
    (rf"{_BEFORE}(?:cuối |hết )quý (?P<quarter>{_N})\b", _end_of_quarter),
    (rf"{_BEFORE}(?:cuối |hết )tháng (?:sau|tới)\b", lambda _, d: [d.month_end(1)]),
    (rf"{_BEFORE}(?:cuối |hết )tháng(?: này)?\b(?! \d)", lambda _, d: [d.month_end()]),
    (rf"{_BEFORE}(?:cuối |hết )quý(?: này)?\b", lambda _, d: [d.quarter_end()]),
    (rf"{_BEFORE}(?:cuối |hết )năm(?: nay)?\b", lambda _, d: d.on(31, 12)),
    (
        rf"(?:(?:trong|sau) )?(?:vòng )?(?P<n>{_N}) ngày làm việc\b",
        lambda m, d: [d.working_after(number(m["n"]))] if number(m["n"]) <= 200 else None,
    ),
    (
        rf"(?:trong|sau) (?:vòng )?(?P<n>{_N}) (?:giờ|tiếng)\b(?: nữa)?",
        lambda m, d: [d.hours_after(number(m["n"]))],
    ),
    (r"(?:(?:trong|sau) )?(?:vòng )?nửa tháng(?: nữa| tới)?\b", lambda _, d: [d.after(15)]),
    (rf"(?:(?:trong|sau) )?(?:vòng )?(?P<n>{_N}) (?P<unit>ngày|tuần|tháng) (?:nữa|tới|sau)\b", _later),
    (rf"(?:trong|sau) (?:vòng )?(?P<n>{_N}) (?P<unit>ngày|tuần|tháng)\b", _later),
    (rf"{_BEFORE}(?:ngày kia|ngày mốt)\b", lambda _, d: [d.after(2)]),
    (
        r"(?:(?:trước|vào|đến) )?(?:ngày|sáng|trưa|chiều|tối|hết ngày) mai\b|(?:trước|vào|đến) mai\b",
        lambda _, d: [d.after(1)],
    ),
    (rf"{_BEFORE}(?:hôm|sáng|trưa|chiều|tối) nay\b|trong ngày\b", lambda _, d: [d.today]),
    (rf"{_BEFORE}(?:ngày |mùng |mồng )(?P<day>{_N})\b(?! (?:ngày|người|tháng))", _in_month),
    (r"(?:(?:trước|đến) )?tết dương(?: lịch)?\b", lambda _, d: [*(d.on(31, 12) or ()), *(d.on(1, 1) or ())]),
    (
        r"(?:trước|đến|vào) (?:lễ )?(?:noel|giáng sinh)\b",
        lambda _, d: [day for each in (24, 25) for day in d.on(each, 12) or ()],
    ),
    (
        r"(?:(?:trước|đến) )?(?:cuối ngày|hết ngày|cuối buổi|cuối giờ|hết giờ)(?: (?:hôm nay|làm|hành chính|chiều))*\b|(?:ngay )?sau (?:buổi|cuộc) họp(?: này)?\b",
        lambda _, d: [d.today],
    ),
    (
        r"(?<!hoa )(?-i:mai)\b(?! (?:đào|mối))|^(?-i:Mai)(?= (?:em|anh|chị|tôi|mình|ta|chúng|cả|mọi)\b)",
        lambda _, d: [d.after(1)],
    ),
    (
        rf"{_BEFORE}hết tuần(?: này)?\b",
        lambda _, d: [d.in_week(4), d.in_week(6)] if d.today.weekday() < 4 else [],
    ),
    (
        rf"(?:trước|sau|đến|qua) (?:kỳ |đợt )?(?:nghỉ )?lễ\b|(?:(?:trước|vào|trong|đến) )?(?:(?:đầu|giữa) tháng(?: (?:này|sau|tới|{_N}))?|(?:đầu|giữa) (?:quý|năm)(?: (?:sau|tới|nay))?)\b|(?:trước|vào|trong|đến|sang) tháng (?:{_N})\b|(?:vài|mấy) (?:ngày|hôm|tuần) (?:nữa|tới)\b",
        lambda _, __: [],
    ),
    (
        rf"{_BEFORE}(?:{_NEXT}(?: nữa)?|sang tuần|trong tuần|(?:tháng|quý) (?:sau|tới)|năm sau|tuần này|tháng này)\b",
        lambda _, __: [],
    ),
)
