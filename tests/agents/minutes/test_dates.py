"""Dates are counted from the day they were said on; what may be two is both, what is none is none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from emads_voice.agents.minutes.dates import find_when

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)

CERTAIN = {
    "I'll send it by Friday.": "2026-11-27",
    "Please finish on Monday": "2026-11-30",
    "Can you do it this Friday?": "2026-11-27",
    "on Friday next week": "2026-12-04",
    "next week on Tuesday": "2026-12-01",
    "same time next week": "2026-12-02",
    "next week, same day, at half past nine": "2026-12-02T09:30:00+07:00",
    "tuần sau cũng ngày này": "2026-12-02",
    "I will call them tomorrow morning": "2026-11-26",
    "the day after tomorrow": "2026-11-27",
    "by the end of the month": "2026-11-30",
    "before the end of next month": "2026-12-31",
    "at the end of the week": "2026-11-27",
    "by the end of the quarter": "2026-12-31",
    "within two weeks": "2026-12-09",
    "in 3 days": "2026-11-28",
    "in a couple of months": "2027-01-25",
    "on the fifth of December": "2026-12-05",
    "on December 5th": "2026-12-05",
    "by March 1": "2027-03-01",
    "by the 3rd": "2026-12-03",
    "by 2026-12-24": "2026-12-24",
    "on the twenty-first": "2026-12-21",
    "Let's meet on Friday at 3 pm": "2026-11-27T15:00:00+07:00",
    "tomorrow at half past nine": "2026-11-26T09:30:00+07:00",
    "at ten o'clock on Monday": "2026-11-30T10:00:00+07:00",
    "early next week": "2026-11-30",
    "Em gửi trước thứ sáu nhé": "2026-11-27",
    "thứ sáu tuần sau": "2026-12-04",
    "thứ 6 tuần tới em nộp": "2026-12-04",
    "thứ tư này": "2026-11-25",
    "chủ nhật": "2026-11-29",
    "sáng mai anh gọi cho khách": "2026-11-26",
    "ngày kia": "2026-11-27",
    "trước cuối tháng": "2026-11-30",
    "cuối tháng sau": "2026-12-31",
    "hai tuần nữa": "2026-12-09",
    "trong vòng ba ngày": "2026-11-28",
    "ngày 5 tháng 12": "2026-12-05",
    "ngày năm tháng mười hai": "2026-12-05",
    "ngày 5/12": "2026-12-05",
    "trước 15/1/2027": "2027-01-15",
    "mùng ba": "2026-12-03",
    "họp lại lúc 9 giờ rưỡi sáng thứ hai": "2026-11-30T09:30:00+07:00",
    "họp vào thứ năm lúc 2 giờ chiều": "2026-11-26T14:00:00+07:00",
    "đầu tuần sau": "2026-11-30",
    "thu sau tuan sau em gui bao cao": "2026-12-04",
    "hôm nay": "2026-11-25",
    "You'll have it by EOD.": "2026-11-25",
    "by close of business on Thursday": "2026-11-26",
    "in a fortnight": "2026-12-09",
    "a week on Friday": "2026-12-04",
    "I'll call them on Friday week": "2026-12-04",
    "by the last Friday of the month": "2026-11-27",
    "on the first Monday of December": "2026-12-07",
    "on Tuesday of the week after next": "2026-12-08",
    "by the end of November": "2026-11-30",
    "by the end of the first quarter": "2027-03-31",
    "within forty-eight hours": "2026-11-27",
    "in three working days": "2026-11-30",
    "by the 5th of next month": "2026-12-05",
    "by Friday the 4th": "2026-12-04",
    "before the weekend": "2026-11-27",
    "before lunch tomorrow": "2026-11-26",
    "by noon tomorrow": "2026-11-26T12:00:00+07:00",
    "on Monday at quarter past three": "2026-11-30T15:15:00+07:00",
    "on Monday at quarter to one": "2026-11-30T12:45:00+07:00",
    "year-end": "2026-12-31",
    "thứ hai tới": "2026-11-30",
    "thứ tư tới": "2026-12-02",
    "cuối tháng 12": "2026-12-31",
    "hết quý một": "2027-03-31",
    "thứ tư tuần sau nữa": "2026-12-09",
    "tuần sau nữa, thứ tư": "2026-12-09",
    "nửa tháng nữa": "2026-12-10",
    "trong 3 ngày làm việc": "2026-11-30",
    "trong vòng 48 giờ": "2026-11-27",
    "mùng 5": "2026-12-05",
    "ngày 3 tháng sau": "2026-12-03",
    "cuối giờ chiều nay": "2026-11-25",
    "mai em gửi": "2026-11-26",
    "Mai mình họp": "2026-11-26",
    "mai": "2026-11-26",
    "sáng mai 10 giờ": "2026-11-26T10:00:00+07:00",
    "ngày 10 tháng 12, lúc 8 rưỡi": "2026-12-10T08:30:00+07:00",
    "thứ hai lúc 9 giờ kém 15 sáng": "2026-11-30T08:45:00+07:00",
}


@pytest.mark.parametrize(("text", "meant"), CERTAIN.items())
def test_what_is_certain(text: str, meant: str) -> None:
    found = find_when(text, WEDNESDAY)
    assert found is not None
    assert found.iso == meant


@pytest.mark.parametrize(
    ("text", "options"),
    {
        "by next Friday": ("2026-11-27", "2026-12-04"),
        "by Wednesday": ("2026-11-25", "2026-12-02"),
        "on 5/12": ("2026-12-05", "2027-05-12"),
        "thứ tư": ("2026-11-25", "2026-12-02"),
        "cuối tuần này": ("2026-11-27", "2026-11-29"),
        "tomorrow at 7": ("2026-11-26T07:00:00+07:00", "2026-11-26T19:00:00+07:00"),
        "next month": (),
        "tuần sau": (),
        "sometime next week": (),
    }.items(),
)
def test_what_may_be_several_is_not_guessed(text: str, options: tuple[str, ...]) -> None:
    found = find_when(text, WEDNESDAY)
    assert found is not None
    assert tuple(each.isoformat() for each in found.options) == options
    assert found.iso == ""


@pytest.mark.parametrize(
    "text",
    [
        "I sent it last Friday.",
        "We did that two weeks ago.",
        "Em gửi hôm qua rồi.",
        "tuần trước em đã nộp",
        "That takes three hours.",
        "There are five points.",
        "Việc đó mất ba giờ.",
        "Mai phụ trách việc này.",
        "Fridays are busy.",
        "",
    ],
)
def test_what_is_over_or_no_date_is_none(text: str) -> None:
    assert find_when(text, WEDNESDAY) is None


def test_days_that_there_are_not() -> None:
    assert find_when("on February 30", WEDNESDAY) is None
    leap = find_when("on February 29", WEDNESDAY)
    assert leap is not None
    assert leap.iso == "2028-02-29"


def test_the_far_past_and_the_end_of_time() -> None:
    long_ago = find_when("by Friday", datetime(1901, 1, 1, tzinfo=ZONE))
    assert long_ago is not None
    assert long_ago.iso == "1901-01-04"


def test_said_on_a_sunday_next_friday_is_certain() -> None:
    found = find_when("next Friday", datetime(2026, 11, 29, tzinfo=ZONE))
    assert found is not None
    assert found.iso == "2026-12-04"


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("by Friday the 5th", ["2026-11-27", "2026-12-05"]),  # a Saturday
        ("thứ sáu ngày 5 tháng 12", ["2026-11-27", "2026-12-05"]),
        ("by Christmas", ["2026-12-24", "2026-12-25"]),
        ("over the weekend", ["2026-11-28", "2026-11-29"]),
        ("trước Noel", ["2026-12-24", "2026-12-25"]),
        ("trước Tết dương", ["2026-12-31", "2027-01-01"]),
        ("trước Tết", []),
        ("mùng 5 Tết", []),
        ("mùng 10 âm lịch", []),
        ("before Tet", []),
        ("in a few days", []),
        ("by mid-December", []),
        ("early next month", []),
        ("đầu tháng sau", []),
        ("mấy hôm nữa", []),
        ("sau lễ", []),
    ],
)
def test_what_may_be_several_days_or_none_is_a_question(said: str, options: list[str]) -> None:
    when = find_when(said, WEDNESDAY)
    assert when is not None
    assert [option.isoformat() for option in when.options] == options


@pytest.mark.parametrize(
    "said", ["hoa mai nở", "chị Mai gửi thư", "last Friday of course", "a week on the road"]
)
def test_what_is_no_day_is_none(said: str) -> None:
    assert find_when(said, WEDNESDAY) is None
