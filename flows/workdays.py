"""Mainland working days: which days count, and when a review is due."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

import chinese_calendar
from msgspec import Struct

# China has kept one offset, without summer time, since 1992; a fixed one needs no time zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = timedelta(days=1)
LAST_KNOWN_YEAR = max(chinese_calendar.holidays).year

Pause = tuple[datetime, datetime | None]
"""The case waits for the customer: from, and until when; None while it still waits."""


class Calendar(Struct, frozen=True):
    """The mainland calendar with a shop's corrections. Past its last year only weekends are known to be off."""

    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()  # that these days fill in whole

    def is_working(self, day: date) -> bool:
        if self.days_off or self.days_on:
            if day in self.days_on:
                return True
            if day in self.days_off:
                return False
        return _mainland(day)

    def known_through(self) -> date:
        """The last day whose holidays are known. The owner is told before it comes; later days go by weekends alone."""
        year = LAST_KNOWN_YEAR
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)


MAINLAND = Calendar()


def due_at(
    submitted_at: datetime, pauses: Sequence[Pause] = (), days: int = 3, calendar: Calendar = MAINLAND
) -> datetime:
    """The end of the last of `days` working days after the day of submission: 24:00 in Shanghai, the next day's 00:00.

    A working day at whose end the case waits for the customer does not count. A wait that still lasts is left out:
    the answer is then the earliest end there can be.
    """
    day, left = submitted_at.astimezone(SHANGHAI).date(), days
    waits = [(start, until) for start, until in pauses if until is not None]
    while left:
        day = _next_awake(day, waits) if waits else day + DAY
        left -= calendar.is_working(day)
    return end_of(day)


def stands(submitted_at: datetime, pauses: Sequence[Pause], days: int = 3, calendar: Calendar = MAINLAND) -> bool:
    """Whether the clock stands: the case still waits for the customer, and began to before its review was due."""
    due = due_at(submitted_at, pauses, days, calendar)
    return any(until is None and start < due for start, until in pauses)


def end_of(day: date) -> datetime:
    """24:00 of a day in Shanghai."""
    return datetime.combine(day + DAY, time(), SHANGHAI)


def _next_awake(day: date, waits: Sequence[tuple[datetime, datetime]]) -> date:
    """The next day at whose end the case does not wait for the customer."""
    day += DAY
    while over := [until for start, until in waits if start <= end_of(day) < until]:
        # The day in which the longest of these waits ends; one that ends at midnight ends the day before.
        day = (max(over).astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
    return day


@lru_cache(maxsize=16384)
def _mainland(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
