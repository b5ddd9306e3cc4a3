"""Days, months and times of day in Vietnamese, rewritten to what a normaliser reads as people say them."""

from __future__ import annotations

import re

from .rewriting import Rule, rewritten

_TO = r"\s?[-–—]\s?"
_DAY = r"(\d{1,2})/(\d{1,2})"
BESIDE = re.compile(
    r"(?:ngày|hôm|từ|đến|sáng|trưa|chiều|tối|đêm|hết|trước|sau|vào|tháng|mùng|mồng|thứ \w+,?|nhật,?|lễ)\s*$",
    re.I,
)
"""Before a figure that is a day whatever it looks like."""
_DATED = re.compile(r"\b(?:ngày|lễ|tết|nghỉ)\b", re.I)
_HOUSE = re.compile(
    r"(?:số|nhà|hẻm|ngõ|ngách|kiệt|lô|căn|phòng|lớp|điểm|tỷ lệ|tỉ lệ|hình|huyết áp|áp)\s*$", re.I
)
_ADDRESS = re.compile(r"\s+(?:đường|phố|điểm|[A-ZĐÂÊÔƠƯ])")


def _is_date(match: re.Match[str]) -> bool:
    """Whether "30/4" is a day: no part of a whole is more than the whole, and "1/5" is one beside a day."""
    day, month = int(match[1]), int(match[2])
    before = match.string[: match.start()]
    if match[0] == "24/7" or not (0 < day < 32 and 0 < month < 13) or _HOUSE.search(before):
        return False
    if _ADDRESS.match(match.string, match.end()):
        return False
    return day > month or _DATED.search(before) is not None


def _said(day: str, month: str) -> str:
    return f"{int(day)} tháng {'tư' if int(month) == 4 else int(month)}"


def _date(match: re.Match[str]) -> str:
    if BESIDE.search(match.string[: match.start()]) or not _is_date(match):
        return match[0]
    return _said(match[1], match[2])


def _dates(match: re.Match[str]) -> str:
    return f"{_said(match[1], match[2])} đến {_said(match[3], match[4])}" if _is_date(match) else match[0]


def _due(match: re.Match[str]) -> str:
    day, month = int(match[2]), int(match[3])
    return f"{match[1]} {_said(match[2], match[3])}" if 0 < day < 32 and 0 < month < 13 else match[0]


def _days(match: re.Match[str]) -> str:
    """ "1-15/3": the days of one month, unless it may be a part of a whole ("3-4/10 người")."""
    first, last, month = int(match[1]), int(match[2]), int(match[3])
    if match.string[: match.start()].rstrip().casefold().endswith("tháng"):
        return match[0]  # "tháng 10-12/2026"
    named = BESIDE.search(match.string[: match.start()]) or match[4] or last > month
    if not named or not 0 < first < last < 32 or not 0 < month < 13:
        return match[0]
    return f"{first} đến {_said(match[2], match[3])}" + (f" năm {match[4]}" if match[4] else "")


def _weekdays(match: re.Match[str]) -> str:
    end = f" đến thứ {match[2]}" if match[2] else " đến chủ nhật" if match[3] else ""
    return f"thứ {match[1]}{end}"


def _half_day(match: re.Match[str]) -> str:
    hour, minutes = int(match[1]), match[2]
    if not 0 < hour < 13:
        return match[0]
    afternoon = "trưa" if hour == 12 else "chiều" if hour < 6 else "tối"
    part = "sáng" if match[3] in "Aa" else afternoon
    return f"{hour} giờ{f' {int(minutes)}' if minutes and minutes != '00' else ''} {part}"


_RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<![\w.,/])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?![\w.,]*\d)"), r"\1/\2/\3"),
    (re.compile(r"(?<=ngày )(\d{1,2})[-.](\d{1,2})(?![\w/-])"), r"\1/\2"),
    (re.compile(r"(?<![\w/-])(\d{1,2})-(\d{1,2})-((?:19|20)\d\d)(?![\w/-])"), r"\1/\2/\3"),
    (
        re.compile(rf"(?<![\w/.,-])(\d{{1,2}}){_TO}(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?(?![\w/]|[.,]\d)"),
        _days,
    ),
    (
        re.compile(
            r"\b(hạn(?: chót| nộp| cuối)?(?: là|:)?|deadline(?: là|:)?|kể từ) (\d{1,2})/(\d{1,2})(?![\w/]|[.,]\d)",
            re.I,
        ),
        _due,
    ),
    (re.compile(rf"\b[Tt]háng (\d{{1,2}}){_TO}(\d{{1,2}})/(\d{{4}})\b"), r"tháng \1 đến tháng \2 năm \3"),
    (re.compile(rf"(?<![\w/.,-]){_DAY}{_TO}{_DAY}(?![\w/]|[.,]\d)"), _dates),
    (re.compile(rf"(?<![\w/.,-]){_DAY}(?![\w/]|[.,]\d| ?[-–])"), _date),
    (re.compile(r"\b((?:đường|phố) )(\d{1,2})/(\d{1,2})(?![\w/])", re.I), r"\1\2 tháng \3"),
    (re.compile(r"(?<!\w)T([2-7])(?:\s?[-–]\s?(?:T([2-7])|(CN)))?(?!\w)"), _weekdays),
    (
        re.compile(rf"\b(thứ (?:hai|ba|tư|năm|sáu|bảy|\d)){_TO}(?=thứ |chủ nhật|CN\b)", re.I),
        r"\1 đến ",
    ),
    (
        re.compile(
            r"(?<=thứ \d, )CN\b|(?<=[Tt]hứ \d và )CN\b|(?<=[Tt]hứ [Hh]ai, )CN\b|(?<=[Tt]hứ [Bb]ảy, )CN\b"
            r"|(?<=đến )CN\b|(?<=sáng )CN\b|(?<=ngày )CN\b"
            r"|(?<=chiều )CN\b|(?<=tối )CN\b|\bCN(?= (?:hằng|hàng|tuần|này|tới|\d))"
        ),
        "chủ nhật",
    ),
    (re.compile(r"(?<![\w:])(\d{1,2})(?::(\d\d))?\s?([AaPp])\.?[Mm]\b\.?"), _half_day),
    (re.compile(r"(?<![\w.,])(\d{1,2}[hg]\d{0,2})\s?[-–]\s?(?=\d{1,2}[hg])"), r"\1 đến "),
    (re.compile(r"(?<![\w.,])(\d{1,2})[hg]00\b"), r"\1 giờ"),
    (re.compile(r"(?<=\d)['′](?![\w'])"), " phút"),
    (re.compile(r"(?<=\dh\d\d) phút"), ""),
)


def dates(text: str) -> str:
    """The text with its days and times as a normaliser knows them."""
    return rewritten(text, _RULES)
