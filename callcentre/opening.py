"""When agents can be reached. Pure."""

from __future__ import annotations

from datetime import datetime

from config.office_hours import OfficeHours
from core.clock import to_local
from core.working_calendar import WorkingCalendar


def is_office_open(calendar: WorkingCalendar, hours: OfficeHours, now: datetime) -> bool:
    """Whether an agent can be reached at this moment: on a working day, within office hours."""
    local = to_local(now)
    return calendar.is_working_day(local.date()) and hours.covers(local.time())
