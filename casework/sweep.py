"""The sweep of the clocks: reminders, breaches, due days computed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.deadlines import DeadlineState
from casework.models import Case
from casework.notices import Notice, make_notice, queue_notices
from casework.queries import list_for_sweep
from casework.record import event_facts_of, renew_deadlines, running_duties
from casework.reminders import find_latest, next_check_on, reminders_of
from casework.vocabulary import Audience
from core.clock import local_date

_BATCH = 200


@dataclass(frozen=True)
class SweepCounts:
    """What a sweep did: cases looked at, notices queued, whether more wait."""

    cases: int
    notices: int
    has_more: bool


def sweep_deadlines(
    db: Session, case_services: CaseServices, now: datetime, *, limit: int = _BATCH
) -> SweepCounts:
    """Remind of clocks before, on and after their due day, climbing from officer to bureau.

    Missed days are made up with the latest reminder only. Breaches are written down, and
    provisional due days computed again when the calendar has changed. At most ``limit`` cases of
    each sort, so that a long backlog is worked off in several short transactions.
    """
    today = local_date(now)
    cases = list_for_sweep(db, case_services, now, limit=limit)
    events = event_facts_of(db, cases)
    notices = []
    for case in cases:
        running = running_duties(
            case, renew_deadlines(db, case_services, case, events[case.id], now)
        )
        notices += [
            n for clock in running if (n := _reminder(case_services, case, clock, now)) is not None
        ]
        case.next_check_on = next_check_on(running, case_services.calendar, today)
    queued = queue_notices(db, notices)
    return SweepCounts(len(cases), queued, has_more=len(cases) >= limit)


def _reminder(
    case_services: CaseServices, case: Case, clock: DeadlineState, now: datetime
) -> Notice | None:
    """The clock's latest reminder, if its day has come."""
    reminder = find_latest(reminders_of(clock, case_services.calendar), local_date(now))
    if reminder is None or clock.due is None:
        return None
    due = clock.due
    return make_notice(
        case,
        reminder.audience,
        f"notice.clock_{reminder.what}",
        now,
        key=f"{clock.id}:{clock.started_on}:{due.on}:{reminder.what}:{reminder.on}",
        office_id=_office_of(case_services, case, clock, reminder.audience),
        params={
            "clock": clock.id,
            "due_on": due.on.isoformat(),
            "is_provisional": due.is_provisional,
            "sources": list(clock.rule.source),
        },
    )


def _office_of(
    case_services: CaseServices, case: Case, clock: DeadlineState, audience: Audience
) -> str:
    if audience == Audience.BUREAU:
        return case_services.offices.bureau.id
    if clock.rule.holder == "above" and case.addressed_office_id is not None:
        return case.addressed_office_id
    return case.office_id
