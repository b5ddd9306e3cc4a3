"""Calendars can be read back by another library, and a second run updates what the first one made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from emads_voice.meetings.calendar_file import make_calendar
from emads_voice.meetings.errors import MeetingFilesError
from emads_voice.messages import shipped

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 8, tzinfo=UTC)
SAID = shipped().minutes("en")


def said(quote: str, **rest: Any) -> dict[str, Any]:
    return {
        "quote": quote,
        "speaker": "Lan",
        "start_s": 3.0,
        "end_s": 5.0,
        "line": 1,
        "confidence": 0.9,
        **rest,
    }


def meeting(due: str = "2026-11-27", sha: str = "aa", appointments: bool = True) -> Any:
    return {
        "recording": {"audio_sha256": sha, "language_code": "en"},
        "actions": [said("I'll send it by Friday", owner="Lan", task="send it; now, \\please", due_text="", due=due)],
        "appointments": [said("Let's meet on Monday at 9", title="Budget", when_text="", start="2026-11-30T09:00:00+07:00")]
        if appointments
        else [],
    }  # fmt: skip


def events(data: bytes) -> dict[str, Any]:
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def test_appointments_have_their_hour_and_tasks_their_day() -> None:
    made = events(make_calendar(meeting(), SAID, None, NOW))
    assert made["Budget"].decoded("DTSTART") == datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert made["Budget"].decoded("DTEND") == datetime(2026, 11, 30, 3, tzinfo=UTC)
    task = made["Due: send it; now, \\please (Lan)"]
    assert task.decoded("DTSTART") == date(2026, 11, 27)
    assert task["TRANSP"] == "TRANSPARENT"
    assert "I'll send it by Friday" in task["DESCRIPTION"]


def test_it_keeps_to_the_form_of_calendars() -> None:
    data = make_calendar(meeting(), SAID, None, NOW)
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert all(len(line) <= 75 for line in lines)
    assert not Calendar.from_ical(data).walk("VEVENT")[0].errors


def test_it_keeps_the_rules_of_rfc_5545() -> None:
    twice = meeting()
    twice["actions"] *= 2  # two people say the same
    twice["appointments"][0]["title"] = "Họp ngân sách, rất dài; " * 9
    data = make_calendar(twice, SAID, None, NOW)
    assert b"\n" not in data.replace(b"\r\n", b""), "lines end with CR and LF"
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:1] + lines[-2:] == ["BEGIN:VCALENDAR", "END:VCALENDAR", ""]
    assert sum(line.startswith(("VERSION:2.0", "PRODID:")) for line in lines) == 2
    found = [event.split("\n") for event in "\n".join(lines).split("BEGIN:VEVENT\n")[1:]]
    for event in found:
        names = [line.partition(":")[0].partition(";")[0] for line in event]
        for once in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY"):
            assert names.count(once) == 1
        (stamp,) = (line for line in event if line.startswith("DTSTAMP"))
        assert stamp == "DTSTAMP:20261125T080000Z"
        starts = next(line for line in event if line.startswith("DTSTART"))
        ends = next(line for line in event if line.startswith("DTEND"))
        assert ends.removeprefix("DTEND") > starts.removeprefix("DTSTART")
        assert not any("," in line.replace("\\,", "") for line in event if line.startswith("SUMMARY"))
    uids = [line for event in found for line in event if line.startswith("UID")]
    assert len(set(uids)) == len(uids) == 3


def test_what_has_no_certain_day_is_not_in_it() -> None:
    assert list(events(make_calendar(meeting(due=""), SAID, None, NOW))) == ["Budget"]


def test_the_same_again_is_the_same() -> None:
    first = make_calendar(meeting(), SAID, None, NOW)
    assert make_calendar(meeting(), SAID, first, LATER) == first


def test_what_changed_is_updated_and_what_is_gone_is_cancelled() -> None:
    first = make_calendar(meeting(), SAID, None, NOW)
    second = make_calendar(meeting(due="2026-11-28", appointments=False), SAID, first, LATER)
    before, after = events(first), events(second)
    assert {str(event["UID"]) for event in after.values()} == {str(event["UID"]) for event in before.values()}
    task = after["Due: send it; now, \\please (Lan)"]
    assert (task.decoded("DTSTART"), task["SEQUENCE"]) == (date(2026, 11, 28), 1)
    assert task.decoded("DTSTAMP") == LATER
    assert (after["Budget"]["STATUS"], after["Budget"]["SEQUENCE"]) == ("CANCELLED", 1)
    assert make_calendar(meeting(due="2026-11-28", appointments=False), SAID, second, LATER) == second


def test_entries_of_another_recording_stay() -> None:
    first = make_calendar(meeting(sha="aa"), SAID, None, NOW)
    both = Calendar.from_ical(make_calendar(meeting(sha="bb"), SAID, first, LATER)).walk("VEVENT")
    assert len(both) == 4
    assert not any("STATUS" in event for event in both)


def test_a_file_that_is_no_calendar_is_not_overwritten() -> None:
    with pytest.raises(MeetingFilesError, match="is no calendar: remove it"):
        make_calendar(meeting(), SAID, b"Dear Sir", NOW)
