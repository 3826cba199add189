"""When unasked texts may be sent: never between 21:00 and 08:00 local time. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from core.clock import to_local

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)


def is_quiet(at: datetime) -> bool:
    """Whether ``at`` (aware) lies in the quiet hours of Dongguan."""
    local = to_local(at).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def next_allowed(at: datetime) -> datetime:
    """``at`` itself, or the end of the quiet hours it lies in."""
    if not is_quiet(at):
        return at
    local = to_local(at)
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, local.tzinfo).astimezone(at.tzinfo)
