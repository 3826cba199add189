"""When somebody is reminded of a running clock, and who: before, on the day, late. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casework.deadlines import DeadlineState
from casework.vocabulary import Audience
from core.working_calendar import ONE_DAY, WorkingCalendar

# Lateness climbs: working days after the due day, and who is told then.
_CLIMB = (
    (1, "overdue", Audience.OFFICE_HEAD),
    (3, "escalated", Audience.BUREAU),
)
# After the last step the bureau is told again every so many working days.
_REPEAT_EVERY = 5


@dataclass(frozen=True)
class Reminder:
    """One reminder: its day, what it says (soon, due, overdue, escalated), and to whom."""

    on: date
    what: str
    audience: Audience


def reminders_of(clock: DeadlineState, calendar: WorkingCalendar) -> list[Reminder]:
    """All reminders of a running duty up to today, and the next one, in order of days."""
    if not (clock.rule.is_duty and clock.is_running) or clock.due is None:
        return []
    due_on = clock.due.on
    soon = {calendar.shift_working_days(due_on, -n) for n in clock.rule.remind_before}
    reminders = [
        Reminder(on, "soon", Audience.OFFICER) for on in sorted(soon) if on > clock.started_on
    ]
    reminders.append(Reminder(due_on, "due", Audience.OFFICER))
    for reminder in _climb(due_on, calendar):
        reminders.append(reminder)
        if reminder.on > clock.today:
            break
    return reminders


def find_latest(reminders: list[Reminder], today: date) -> Reminder | None:
    """The last reminder whose day has come: missed ones before it are not made up one by one."""
    reached = [reminder for reminder in reminders if reminder.on <= today]
    return reached[-1] if reached else None


def next_check_on(
    deadlines: list[DeadlineState], calendar: WorkingCalendar, today: date
) -> date | None:
    """The next day after ``today`` on which a clock of the case needs looking at."""
    days = [
        reminder.on
        for clock in deadlines
        for reminder in reminders_of(clock, calendar)
        if reminder.on > today
    ]
    # The day after the due day is when a breach is written down.
    days += [
        clock.due.on + ONE_DAY
        for clock in deadlines
        if clock.rule.is_duty and clock.is_running and clock.due and clock.due.on >= today
    ]
    return min(days, default=None)


def _climb(due_on: date, calendar: WorkingCalendar) -> Iterator[Reminder]:
    for after, what, audience in _CLIMB:
        yield Reminder(calendar.shift_working_days(due_on, after), what, audience)
    after, what, audience = _CLIMB[-1]
    while True:
        after += _REPEAT_EVERY
        yield Reminder(calendar.shift_working_days(due_on, after), what, audience)
