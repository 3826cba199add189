"""Months and years of the ranking, in local time (Asia/Shanghai). Pure.

A month is written ``2026-11``, a year ``2026``; they sort as they stand.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from core.clock import LOCAL_ZONE, local_date
from core.errors import InputError

FREEZE_DAY = 8
FREEZE_TIME = time(9)


def month_of(at: datetime) -> str:
    """The local month in which an aware moment lies."""
    return f"{local_date(at):%Y-%m}"


def shift_month(month: str, by: int) -> str:
    """The month ``by`` months after ``month``, or before it when negative."""
    year, number = parse_month(month)
    index = year * 12 + number - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def parse_month(month: str) -> tuple[int, int]:
    """Year and number of a month. Raises InputError when it is none."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise InputError("This is not a month.", "month") from error
    return day.year, day.month


def is_year(period: str) -> bool:
    """Whether a period is a year (``2026``) rather than a month."""
    return len(period) == 4 and period.isascii() and period.isdigit()


def is_period(written: str) -> bool:
    """Whether this is a month or a year."""
    if is_year(written):
        return True
    try:
        parse_month(written)
    except InputError:
        return False
    return len(written) == len("2026-11")


def months_of_year(year: str) -> tuple[str, ...]:
    """The twelve months of a year."""
    return tuple(f"{year}-{number:02d}" for number in range(1, 13))


def freezes_at(month: str) -> datetime:
    """When a month freezes: the 8th of the next month, 09:00, its last window having closed."""
    year, number = parse_month(shift_month(month, 1))
    day = date(year, number, FREEZE_DAY)
    return datetime.combine(day, FREEZE_TIME, LOCAL_ZONE).astimezone(UTC)
