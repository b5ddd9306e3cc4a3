"""Dates as people say them, in English and Vietnamese: "by Friday", "thứ sáu tuần sau", "in two weeks", "ngày 5/12".

They are counted from the day they were said on. What may be two days is both ("next Friday" on a Monday; "5/12" in
English), and what is no day is none ("next month"): somebody who was there is asked, nobody guesses. A week begins on
Monday; an hour from 1 to 6 without more is in the afternoon, from 8 to 12 as it is said, 7 may be either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType

from emads_voice.vietnamese import is_vietnamese

from . import english_dates, vietnamese_dates
from .calendar_days import Days

_FEW = 3
"""Words that alone do not show their language: "mai"."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a day and a time, as it was said.

    Attributes:
        text: the words.
        options: what they may mean: one if that is certain, none if they name no day. Each is a date, or a date and
            time with its zone.
    """

    text: str
    options: tuple[date | datetime, ...]

    @property
    def certain(self) -> date | datetime | None:
        """What is meant, if that is certain."""
        return self.options[0] if len(self.options) == 1 else None

    @property
    def iso(self) -> str:
        """The same in ISO 8601; "" if it is not certain."""
        return self.certain.isoformat() if self.certain else ""


def find_when(text: str, said_at: datetime) -> When | None:
    """The first day that a sentence names, with the time that it names; None if it names none.

    Args:
        text: what was said, in English or Vietnamese.
        said_at: when, in the zone of whoever said it.
    """
    vietnamese = is_vietnamese(text)
    found = _find(text, said_at, vietnamese_dates if vietnamese else english_dates)
    if found is None and not vietnamese and len(text.split()) <= _FEW:
        found = _find(text, said_at, vietnamese_dates)
    return found


def _find(text: str, said_at: datetime, spoken: ModuleType) -> When | None:
    over = [match.span() for match in spoken.past(text)]
    today = said_at.date()
    for pattern, days_of in spoken.rules(text):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in over):
                continue
            days = days_of(match, Days(today))
            if days is None:  # it is no date after all
                continue
            at = spoken.time_of(text)
            if at is None:
                return When(match[0].strip(), tuple(days))
            hours, words = at
            options = [datetime.combine(day, hour, said_at.tzinfo) for day in days for hour in hours]
            together = text[min(match.start(), words[0]) : max(match.end(), words[1])]
            return When(together.strip(" .,"), tuple(options))
    return None
