"""Appointments and due tasks as a calendar (iCalendar, RFC 5545) that can be imported again and again.

An entry's UID comes from the recording and the words that it stands on: a second run updates what a calendar has, by a
higher SEQUENCE where something has changed, and doubles nothing. Where an entry is gone from the minutes it is
cancelled.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from emads_voice.agents.text import words
from emads_voice.graph.meetings.state import MeetingState
from emads_voice.messages.formatting import Messages

from .errors import MeetingFilesError

HOUR = timedelta(hours=1)
"""What an appointment takes: nobody says how long."""

_COMPARED = ("SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "STATUS")


def make_calendar(state: MeetingState, said: Messages, before: bytes | None, now: datetime) -> bytes:
    """The calendar of a meeting.

    Args:
        state: of its graph, whole.
        said: what we say, in the meeting's language.
        before: the file of an earlier run; None for none.
        now: the time of this run.

    Raises:
        MeetingFilesError: the earlier file is no calendar.
    """
    earlier = _events(before) if before else {}
    calendar = Calendar()
    calendar.add("PRODID", "-//emads-voice//meeting//EN")
    calendar.add("VERSION", "2.0")
    said_before: Counter[str] = Counter()
    events = [event for entry in _entries(state, said) if (event := _event(*entry, state, said_before))]
    for event in events:
        old = earlier.pop(str(event["UID"]), None)
        _stamp(event, old, now)
        calendar.add_component(event)
    for old in earlier.values():  # gone from the minutes
        if str(old.get("X-EMADS-RECORDING", "")) != state["recording"]["audio_sha256"]:
            calendar.add_component(old)
            continue
        gone = old.copy()
        gone.pop("STATUS", None)
        gone.add("STATUS", "CANCELLED")
        for name, values in old.property_items(recursive=False):
            if name not in ("BEGIN", "END", "STATUS") and name not in gone:
                gone[name] = values
        _stamp(gone, old, now)
        calendar.add_component(gone)
    written: bytes = calendar.to_ical()
    return written


def _entries(state: MeetingState, said: Messages) -> list[tuple[str, Mapping[str, Any], str, str]]:
    """Kind, finding, when and title of what belongs in a calendar."""
    appointments = [
        ("appointment", each, str(each["start"]), str(each["title"])) for each in state["appointments"]
    ]
    due = [
        (
            "due",
            each,
            str(each["due"]),
            said.text(
                "minutes_due_event",
                task=str(each["task"]),
                who=str(each["owner"] or said.text("minutes_nobody")),
            ),
        )
        for each in state["actions"]
    ]
    return [*appointments, *due]


def _event(
    kind: str, found: Mapping[str, Any], when: str, title: str, state: MeetingState, said_before: Counter[str]
) -> Event | None:
    """An entry; None where no day is certain. ``said_before`` counts the words that entries stand on."""
    if not when:
        return None
    event = Event()
    sound = state["recording"]["audio_sha256"]
    key = "\0".join([sound, kind, " ".join(words(str(found["quote"])))])
    said_before[key] += 1
    if said_before[key] > 1:  # two may say the same
        key += f"\0{said_before[key]}"
    event.add("UID", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@emads-voice")
    event.add("SUMMARY", title)
    event.add("DESCRIPTION", f"“{found['quote']}” ({found['speaker'] or '?'}, {found['start_s']:.0f} s)")
    event.add("X-EMADS-RECORDING", sound)
    if "T" in when:
        start = datetime.fromisoformat(when).astimezone(UTC)
        event.add("DTSTART", start)
        event.add("DTEND", start + HOUR)
    else:
        day = date.fromisoformat(when)
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(1))
        event.add("TRANSP", "TRANSPARENT")  # nobody is busy because something is due
    return event


def _stamp(event: Event, old: Event | None, now: datetime) -> None:
    """Its version: that of the earlier one if nothing has changed."""
    same = old is not None and all(_line(event, name) == _line(old, name) for name in _COMPARED)
    for name in ("DTSTAMP", "SEQUENCE"):
        event.pop(name, None)
    if same and old is not None:
        event.add("DTSTAMP", old.decoded("DTSTAMP"))
        event.add("SEQUENCE", int(old.get("SEQUENCE", 0)))
        return
    event.add("DTSTAMP", now.astimezone(UTC).replace(microsecond=0))
    event.add("SEQUENCE", int(old.get("SEQUENCE", 0)) + 1 if old else 0)


def _line(event: Event, name: str) -> bytes:
    value = event.get(name)
    return value.to_ical() if value is not None else b""


def _events(data: bytes) -> dict[str, Event]:
    try:
        calendar = Calendar.from_ical(data)
        return {str(event["UID"]): event for event in calendar.walk("VEVENT") if isinstance(event, Event)}
    except (ValueError, KeyError, IndexError):
        raise MeetingFilesError(
            "calendar.ics of an earlier run is no calendar: remove it, or name another folder."
        ) from None
