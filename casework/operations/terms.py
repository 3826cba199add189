"""Clocks that stand still or get longer: pauses and extensions, each approved and recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.independence import are_independent
from casework.case_services import Actor, CaseServices
from casework.chain import detail_of
from casework.deadline_rules import PAUSE_GROUNDS
from casework.deadlines import DeadlineState
from casework.models import Case, CaseEvent
from casework.notices import queue_notice
from casework.operations.handling import queue_citizen_notice
from casework.record import deadlines_of_case
from casework.transition import apply_transition, check_transition
from casework.transition_table import TRANSITIONS
from casework.vocabulary import Audience, EventKind, Notified
from core.errors import ConflictError, InputError

_EXTENSION_STEPS = (
    EventKind.EXTENSION_REQUESTED,
    EventKind.EXTENSION_APPROVED,
    EventKind.EXTENSION_REFUSED,
)


def pause_deadlines(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    ground: str,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Let the clocks that know this ground stand still from tomorrow on.

    Raises InputError for an unknown ground, ConflictError when no running clock of the case may
    pause on it, or it is on already.
    """
    if ground not in PAUSE_GROUNDS:
        raise InputError("This is no ground for a pause.", "ground")
    deadlines = deadlines_of_case(db, case_services, case, now)
    if not any(clock.is_running and ground in clock.rule.pauses for clock in deadlines):
        raise ConflictError("No running clock of this case may pause on this ground.")
    if ground in _open_pauses(db, case):
        raise ConflictError("The clock stands still on this ground already.")
    event = apply_transition(
        db, case_services, case, "pause", actor, now, about=ground, reason=reason
    )
    if PAUSE_GROUNDS[ground].must_notify:
        params = {"ground": ground}
        queue_citizen_notice(
            db,
            case,
            "notice.citizen_suspended",
            event,
            now,
            notifies=Notified.SUSPENSION,
            params=params,
        )
    return event


def resume_deadlines(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, ground: str, now: datetime
) -> CaseEvent:
    """End a pause. Raises ConflictError when none is on for this ground."""
    if ground not in _open_pauses(db, case):
        raise ConflictError("No clock stands still on this ground.")
    return apply_transition(db, case_services, case, "resume", actor, now, about=ground)


def request_extension(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    deadline_id: str,
    days: int,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Ask the office's head for more days on a running clock.

    Raises ConflictError when the clock cannot be extended (any more), InputError when the days
    are more than the law allows.
    """
    clock = _extendable(deadlines_of_case(db, case_services, case, now), deadline_id)
    if not 1 <= days <= (clock.rule.extension.days if clock.rule.extension else 0):
        raise InputError("The law does not allow that many days.", "days")
    event = apply_transition(
        db,
        case_services,
        case,
        "request_extension",
        actor,
        now,
        about=deadline_id,
        days=days,
        reason=reason,
    )
    queue_notice(
        db,
        case,
        Audience.OFFICE_HEAD,
        "notice.extension_requested",
        now,
        key=f"extension:{event.sequence}",
        office_id=case.office_id,
        params={"clock": deadline_id, "days": days},
    )
    return event


def decide_extension(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    deadline_id: str,
    *,
    approves: bool,
    reason: str | None,
    now: datetime,
) -> CaseEvent:
    """The head's decision on the request that waits; approved, the citizen is told the reason:
    the head's own, or else that of the request.

    Raises ConflictError when none waits, when who approves is not another person than who
    asked (``accounts.independence``), or the clock has run out meanwhile.
    """
    request = _waiting_request(db, case, deadline_id)
    if request is None:
        raise ConflictError("No request for an extension of this clock waits.")
    if not approves:
        return apply_transition(
            db,
            case_services,
            case,
            "refuse_extension",
            actor,
            now,
            about=deadline_id,
            reason=reason,
        )
    check_transition(db, case, TRANSITIONS["approve_extension"], actor)
    if not are_independent(db, request.actor, actor.id, now):
        raise ConflictError("Another person than who asked approves an extension.")
    _extendable(deadlines_of_case(db, case_services, case, now), deadline_id)
    event = apply_transition(
        db,
        case_services,
        case,
        "approve_extension",
        actor,
        now,
        about=deadline_id,
        days=request.days,
        reason=reason,
        detail={"request": request.sequence, "reason": detail_of(request)["reason"]},
    )
    queue_citizen_notice(
        db,
        case,
        "notice.citizen_extended",
        event,
        now,
        notifies=Notified.EXTENSION,
        params={"clock": deadline_id, "days": request.days},
    )
    return event


def _extendable(deadlines: list[DeadlineState], deadline_id: str) -> DeadlineState:
    clock = next((c for c in deadlines if c.id == deadline_id and c.is_running), None)
    if clock is None or clock.rule.extension is None:
        raise ConflictError("This clock does not run or cannot be extended.")
    if clock.extended_by or clock.is_late:
        raise ConflictError("This clock was extended before or has run out.")
    return clock


def _open_pauses(db: Session, case: Case) -> set[str]:
    steps = (EventKind.PAUSED, EventKind.RESUMED)
    on: set[str] = set()
    for event in _events_of(db, case, steps):
        if event.kind == EventKind.PAUSED:
            on.add(event.about)
        else:
            on.discard(event.about)
    return on


def _waiting_request(db: Session, case: Case, deadline_id: str) -> CaseEvent | None:
    steps = [
        event for event in _events_of(db, case, _EXTENSION_STEPS) if event.about == deadline_id
    ]
    last = steps[-1] if steps else None
    return last if last is not None and last.kind == EventKind.EXTENSION_REQUESTED else None


def _events_of(db: Session, case: Case, kinds: tuple[EventKind, ...]) -> list[CaseEvent]:
    events = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind.in_(kinds))
    return list(db.scalars(events.order_by(CaseEvent.sequence)))
