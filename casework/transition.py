"""Making a move: is it in the table, may this actor, is what it needs given? Then record it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.desk import Actor, CaseDesk
from casework.drafts import Origin
from casework.models import Case, CaseEvent, JointOffice
from casework.moves import MOVES, Move
from casework.record import append_event, refresh_clocks
from casework.text_limits import check_reason
from casework.vocabulary import OPEN_STATES, CaseKind, CaseState
from core.errors import ConflictError, InputError, PermissionDeniedError


def make_move(
    db: Session,
    desk: CaseDesk,
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
    origin: Origin | None = None,
    changes: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Make one move of the table and record it.

    ``changes`` are columns of the case that the move sets. Raises PermissionDeniedError when the
    actor may not, ConflictError when the case's state or kind does not allow it, InputError when
    a reason is missing or the time is not possible.
    """
    move = MOVES[name]
    check_move(db, case, move, actor)
    if move.needs_reason and not (reason and reason.strip()):
        raise InputError("A reason is needed.", "reason")
    check_reason(reason)
    if happened_at is not None and happened_at != now and not move.may_be_late:
        raise InputError("This cannot be entered for another time.", "when")
    if happened_at is not None and move.to is not None and happened_at < case.state_since:
        raise InputError("This cannot have happened before the step that led here.", "when")
    event = append_event(
        db,
        desk,
        case,
        move.event,
        actor.id,
        now,
        about=about,
        days=days,
        detail={**(detail or {}), **({"reason": reason.strip()} if reason else {})},
        happened_at=happened_at,
        origin=origin,
    )
    for column, value in (changes or {}).items():
        setattr(case, column, value)
    if move.to is not None:
        set_state(case, move.to, happened_at or now)
    refresh_clocks(db, desk, case, now)
    return event


def check_move(db: Session, case: Case, move: Move, actor: Actor) -> None:
    """Raise PermissionDeniedError or ConflictError when the move cannot be made."""
    if not actor.may(move.permission):
        raise PermissionDeniedError(f"{move.permission} is needed.")
    if not _is_on_side(db, case, move, actor):
        raise PermissionDeniedError("The case belongs to another office.")
    if CaseKind(case.kind) not in move.kinds or CaseState(case.state) not in move.states:
        raise ConflictError(f"A {case.kind} that is {case.state} does not allow {move.name}.")
    if move.is_for_claims and (case.phone is None or case.is_phone_proved):
        raise ConflictError("This case has no number that nobody has proved.")


def list_possible_moves(db: Session, case: Case, actor: Actor) -> list[Move]:
    """The moves that this actor may make now, in the order of the table."""
    possible = []
    for move in MOVES.values():
        try:
            check_move(db, case, move, actor)
        except (ConflictError, PermissionDeniedError):
            continue
        possible.append(move)
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


def _is_on_side(db: Session, case: Case, move: Move, actor: Actor) -> bool:
    if move.side == "responsible":
        return actor.reaches(case.office_id)
    if move.side == "addressed":
        return actor.reaches(case.addressed_office_id)
    if actor.reaches(case.office_id) or actor.reaches(case.addressed_office_id):
        return True
    joint = db.scalars(select(JointOffice.office_id).where(JointOffice.case_id == case.id))
    return any(actor.reaches(office_id) for office_id in joint)
