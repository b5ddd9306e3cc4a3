"""Days counted from another day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted from ``today``, the one on which something was said."""

    today: date

    def after(self, days: int) -> date:
        """So many days later."""
        return self.today + timedelta(days)

    def months_after(self, months: int) -> date:
        """The same day so many months later, or the last of that month."""
        month = self.today.month - 1 + months
        year, month = self.today.year + month // 12, month % 12 + 1
        return date(year, month, min(self.today.day, calendar.monthrange(year, month)[1]))

    def in_week(self, weekday: int, weeks: int = 0) -> date:
        """A day of this week (0 is Monday), or of one so many weeks later."""
        return self.today + timedelta(weekday - self.today.weekday() + 7 * weeks)

    def coming(self, weekday: int) -> list[date]:
        """The next day of that name; today as well if it is one."""
        ahead = (weekday - self.today.weekday()) % 7
        return [self.after(ahead)] if ahead else [self.today, self.after(7)]

    def working_after(self, days: int) -> date:
        """So many days later, without Saturdays and Sundays."""
        found = self.today
        while days:
            found += timedelta(1)
            days -= found.weekday() < 5
        return found

    def hours_after(self, hours: int) -> date:
        """The day on which so many hours are over, where whole days of them are meant."""
        return self.after(hours // 24)

    def nth_in_month(self, weekday: int, number: int, there: date) -> date | None:
        """The first (1), second … or last (-1) day of that name in a month; None if it has none."""
        first, length = there.replace(day=1), calendar.monthrange(there.year, there.month)[1]
        found = [day for at in range(length) if (day := first + timedelta(at)).weekday() == weekday]
        return found[number - 1 if number > 0 else number] if abs(number) <= len(found) else None

    def next_month(self, month: int) -> date:
        """The first day of the next month of that number; this one counts."""
        return date(self.today.year + (month < self.today.month), month, 1)

    def end_of(self, month: int) -> date:
        """The last day of the next month of that number."""
        there = self.next_month(month)
        return there.replace(day=calendar.monthrange(there.year, month)[1])

    def agreeing(self, weekday: int | None, found: list[date] | None) -> list[date] | None:
        """A day, and where it is not the weekday that was said as well, the next one that is."""
        if weekday is None or not found or found[0].weekday() == weekday:
            return found
        return [self.coming(weekday)[-1], *found]

    def month_end(self, months: int = 0) -> date:
        """The last day of this month, or of one so many months later."""
        there = self.months_after(months)
        return there.replace(day=calendar.monthrange(there.year, there.month)[1])

    def quarter_end(self) -> date:
        """The last day of this quarter."""
        return self.month_end((-self.today.month) % 3)

    def of_month(self, day: int, months: int) -> list[date] | None:
        """The day of that number in the month so many months later; None if it has none."""
        there = self.months_after(months)
        return self.on(day, there.month, there.year)

    def next_of_month(self, day: int) -> list[date] | None:
        """The next day of that number; None if there is none."""
        if not 1 <= day <= 31:
            return None
        for months in range(4):
            there = self.months_after(months)
            if day <= calendar.monthrange(there.year, there.month)[1]:
                found = there.replace(day=day)
                if found >= self.today:
                    return [found]
        return None

    def on(self, day: int, month: int, year: int | None = None) -> list[date] | None:
        """That day, without a year the next of it; None if there is no such day."""
        years = (
            [year if year >= 100 else 2000 + year]
            if year is not None
            else range(self.today.year, self.today.year + 9)
        )
        for each in years:
            try:
                found = date(each, month, day)
            except ValueError:  # 29 February, or no day at all
                continue
            if year is not None or found >= self.today:
                return [found]
        return None
