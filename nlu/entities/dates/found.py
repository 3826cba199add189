"""A day or stretch of days found in a text, and the arithmetic of months and years."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.ranges import Range

Days = Range[date]
InYear = Callable[[int], Days | None]

_YEARS_BACK = 5
MIN_YEAR, MAX_YEAR = 1950, 2100


@dataclass(frozen=True)
class Found:
    """Where a date stands in the text and what it means.

    ``days`` is None for an impossible day (2月30号): it names nothing, and its words are used up.
    ``in_year`` gives the same words in another year when none was said with them; ``year`` is the
    year that was said; ``days_of_month`` is set for a bare 15号, of a month said before.
    """

    start: int
    end: int
    days: Days | None
    in_year: InYear | None = None
    year: int | None = None
    days_of_month: tuple[int, int] | None = None

    @classmethod
    def of(cls, start: int, end: int, year: int | None, in_year: InYear, today: date) -> Found:
        """In the year said, or the latest that has begun when none was."""
        if year is not None:
            return cls(start, end, in_year(year), year=year)
        return cls(start, end, latest_begun(in_year, today), in_year)


def latest_begun(in_year: InYear, today: date, not_after: date | None = None) -> Days | None:
    """The latest of the days of each year that begin by ``not_after`` (default: today)."""
    limit = not_after or today
    for year in range(limit.year, limit.year - _YEARS_BACK, -1):
        days = in_year(year)
        if days is not None and days.lower is not None and days.lower <= limit:
            return days
    return None


def day_in(year: int, month: int, day: int) -> date | None:
    """A day of the calendar; None when there is no such day or its year is out of all reason."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_between(first: date | None, last: date | None) -> Days | None:
    """From the first to the last day; None when either is missing or they are the wrong way."""
    if first is None or last is None or first > last:
        return None
    return Range(first, last)


def month_days(year: int, month: int, first: int = 1, last: int = 31) -> Days | None:
    """A month or the part of it between two days of it; None when it has no such days."""
    if not 1 <= month <= 12 or not MIN_YEAR <= year <= MAX_YEAR:
        return None
    length = monthrange(year, month)[1]
    return days_between(day_in(year, month, first), day_in(year, month, min(last, length)))


def months_between(year: int, first: int, last: int) -> Days | None:
    """Whole months of a year; ``last`` above twelve reaches into the next one."""
    over, month = divmod(last - 1, 12)
    end = month_days(year + over, month + 1)
    start = day_in(year, first, 1)
    return days_between(start, end.upper if end else None)


def year_days(year: int) -> Days | None:
    """A whole year."""
    return months_between(year, 1, 12)


def shift_months(day: date, months: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def week_days(today: date, weeks: int) -> Days:
    """A week from Monday to Sunday, counted from this one."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return Range(monday, monday + timedelta(days=6))
