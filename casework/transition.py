"""Making a move: is it in the table, may this actor, is what it needs given? Then record it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.drafts import IdempotencyKey
from casework.models import Case, CaseEvent, JointOffice
from casework.record import append_event, refresh_deadlines
from casework.text_limits import check_reason
from casework.transition_table import TRANSITIONS, Transition
from casework.vocabulary import OPEN_STATES, CaseKind, CaseState
from core.errors import ConflictError, InputError, PermissionDeniedError


def apply_transition(
    db: Session,
    case_services: CaseServices,
    case: Case,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    about: str = "",
    days: int | None = None,
    reason: str | None = None,
    detail: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
    idempotency_key: IdempotencyKey | None = None,
    changes: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Make one move of the table and record it.

    ``changes`` are columns of the case that the move sets. Raises PermissionDeniedError when the
    actor may not, ConflictError when the case's state or kind does not allow it, InputError when
    a reason is missing or the time is not possible.
    """
    transition = TRANSITIONS[name]
    check_transition(db, case, transition, actor)
    if transition.needs_reason and not (reason and reason.strip()):
        raise InputError("A reason is needed.", "reason")
    check_reason(reason)
    if happened_at is not None and happened_at != now and not transition.may_be_late:
        raise InputError("This cannot be entered for another time.", "when")
    if happened_at is not None and transition.to is not None and happened_at < case.state_since:
        raise InputError("This cannot have happened before the step that led here.", "when")
    event = append_event(
        db,
        case_services,
        case,
        transition.event,
        actor.id,
        now,
        about=about,
        days=days,
        detail={**(detail or {}), **({"reason": reason.strip()} if reason else {})},
        happened_at=happened_at,
        idempotency_key=idempotency_key,
    )
    for column, value in (changes or {}).items():
        setattr(case, column, value)
    if transition.to is not None:
        set_state(case, transition.to, happened_at or now)
    refresh_deadlines(db, case_services, case, now)
    return event


def check_transition(db: Session, case: Case, transition: Transition, actor: Actor) -> None:
    """Raise PermissionDeniedError or ConflictError when the move cannot be made."""
    if not actor.may(transition.permission):
        raise PermissionDeniedError(f"{transition.permission} is needed.")
    if not _is_on_side(db, case, transition, actor):
        raise PermissionDeniedError("The case belongs to another office.")
    if (
        CaseKind(case.kind) not in transition.kinds
        or CaseState(case.state) not in transition.states
    ):
        raise ConflictError(f"A {case.kind} that is {case.state} does not allow {transition.name}.")
    if transition.is_for_claims and (case.phone is None or case.is_phone_proved):
        raise ConflictError("This case has no number that nobody has proved.")


def list_possible_transitions(db: Session, case: Case, actor: Actor) -> list[Transition]:
    """The moves that this actor may make now, in the order of the table."""
    possible = []
    for transition in TRANSITIONS.values():
        try:
            check_transition(db, case, transition, actor)
        except (ConflictError, PermissionDeniedError):
            continue
        possible.append(transition)
    return possible


def set_state(case: Case, state: CaseState, at: datetime) -> None:
    """Put the case into a state; open and closed follow from it."""
    was_open = case.is_open
    case.state, case.state_since = state, at
    case.is_open = state in OPEN_STATES
    if case.is_open:
        case.closed_at = None
    elif was_open:
        case.closed_at = at


def _is_on_side(db: Session, case: Case, transition: Transition, actor: Actor) -> bool:
    if transition.side == "responsible":
        return actor.reaches(case.office_id)
    if transition.side == "addressed":
        return actor.reaches(case.addressed_office_id)
    if actor.reaches(case.office_id) or actor.reaches(case.addressed_office_id):
        return True
    joint = db.scalars(select(JointOffice.office_id).where(JointOffice.case_id == case.id))
    return any(actor.reaches(office_id) for office_id in joint)
