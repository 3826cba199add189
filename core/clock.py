"""Time is given, not taken: everything that needs "now" is handed a Clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Source of the present moment."""

    def now(self) -> datetime:
        """The present moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move forward (or, with a negative span, back)."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Jump to ``at`` (aware)."""
        self._at = at.astimezone(UTC)


class AdvancedClock:
    """The machine's clock plus the seconds written in a file, so that a trial can skip ahead.

    For trials and tests only: the settings refuse it in production. A missing or unreadable file
    means no offset, because a clock must not fail.
    """

    def __init__(self, offset_file: Path) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=read_offset_seconds(self._offset_file))


def read_offset_seconds(offset_file: Path) -> float:
    """Seconds in an offset file; 0 when it is missing or not a number."""
    try:
        return float(offset_file.read_text(encoding="ascii").strip() or 0)
    except (OSError, ValueError):
        return 0.0


def to_local(at: datetime) -> datetime:
    """An aware moment in Asia/Shanghai."""
    return at.astimezone(LOCAL_ZONE)


def local_date(at: datetime) -> date:
    """The calendar day in Asia/Shanghai at an aware moment."""
    return to_local(at).date()


def local_midnight(day: date) -> datetime:
    """The aware UTC moment at which ``day`` begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE).astimezone(UTC)
