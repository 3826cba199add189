"""What staff do with an alert. Each is an event in the case's record, with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.danger.locking import lock_alert
from casework.danger.models import ACT_WITHIN, AlertOutcome, DangerAlert
from casework.models import JointOffice
from casework.operations.handling import assign_case
from casework.record import record_event
from casework.transition import set_state
from casework.vocabulary import CaseState, EventKind
from core.errors import ConflictError, InputError, PermissionDeniedError

PERMISSION = "danger.handle"
MAX_ATTEMPTS = 3
"""After so many calls that nobody answered, none is due any more; the alert stays open."""


@dataclass(frozen=True)
class Handling:
    """Who does something with an alert, with what, and when."""

    case_services: CaseServices
    actor: Actor
    now: datetime


def acknowledge_alert(
    db: Session, alert: DangerAlert, handling: Handling, note: str = ""
) -> DangerAlert:
    """Somebody has seen the alert and acts on it. A call back that is due stays due.

    Doing it twice changes nothing. Raises PermissionDeniedError, or ConflictError when the alert is
    closed.
    """
    _begin(db, alert, handling)
    if alert.acknowledged_at is None:
        _acknowledge(db, alert, handling, note)
    return alert


def take_alert(db: Session, alert: DangerAlert, handling: Handling) -> DangerAlert:
    """Somebody takes the alert on themselves: its case is assigned to them.

    Raises as ``acknowledge_alert``.
    """
    _begin(db, alert, handling)
    if alert.acknowledged_at is None:
        _acknowledge(db, alert, handling, "")
    if alert.case.assigned_to != handling.actor.id:
        actor, now = handling.actor, handling.now
        assign_case(db, handling.case_services, alert.case, actor, actor.id, now)
    return alert


def note_call_reached(
    db: Session, alert: DangerAlert, handling: Handling, note: str = ""
) -> DangerAlert:
    """Somebody has talked with the citizen: nothing is due until the alert is closed.

    Raises as ``acknowledge_alert``.
    """
    _begin(db, alert, handling)
    _mark_acknowledged(alert, handling)
    _end_round(alert)
    alert.reached_at = handling.now
    alert.act_by = alert.call_back_by = None
    _record(db, alert, handling, EventKind.CONTACTED, "reached", note)
    return alert


def note_call_unanswered(
    db: Session, alert: DangerAlert, handling: Handling, note: str = ""
) -> DangerAlert:
    """Somebody called and nobody answered: the next call is due in ``ACT_WITHIN``, until
    ``MAX_ATTEMPTS`` were made. Raises as ``acknowledge_alert``."""
    _begin(db, alert, handling)
    _mark_acknowledged(alert, handling)
    _end_round(alert)
    alert.attempts += 1
    alert.reached_at = None
    is_due = alert.may_be_called and alert.attempts < MAX_ATTEMPTS
    alert.call_back_by = handling.now + ACT_WITHIN if is_due else None
    alert.act_by = alert.call_back_by
    _record(db, alert, handling, EventKind.CONTACTED, "not_reached", note)
    return alert


def close_alert(
    db: Session, alert: DangerAlert, handling: Handling, outcome: AlertOutcome, note: str
) -> DangerAlert:
    """End the alert and its case, with how it ended.

    Raises InputError without a note, and as ``acknowledge_alert``.
    """
    _begin(db, alert, handling)
    if not note.strip():
        raise InputError("A note needs words.", "text")
    now = handling.now
    _mark_acknowledged(alert, handling)
    alert.closed_at, alert.closed_by, alert.outcome = now, handling.actor.id, outcome
    alert.act_by = alert.call_back_by = None
    set_state(alert.case, CaseState.CLOSED, now)
    _record(db, alert, handling, EventKind.CLOSED, outcome, note)
    return alert


def _begin(db: Session, alert: DangerAlert, handling: Handling) -> None:
    actor = handling.actor
    if not actor.may(PERMISSION):
        raise PermissionDeniedError(f"{PERMISSION} is needed.")
    joint = db.scalars(select(JointOffice.office_id).where(JointOffice.case_id == alert.case_id))
    if not any(actor.reaches(office_id) for office_id in (alert.case.office_id, *joint)):
        raise PermissionDeniedError("The alert belongs to another office.")
    lock_alert(db, alert)
    if alert.closed_at is not None:
        raise ConflictError("This alert is closed.")


def _acknowledge(db: Session, alert: DangerAlert, handling: Handling, note: str) -> None:
    _mark_acknowledged(alert, handling)
    _end_round(alert)
    alert.act_by = alert.call_back_by
    _record(db, alert, handling, EventKind.ACKNOWLEDGED, "", note)


def _mark_acknowledged(alert: DangerAlert, handling: Handling) -> None:
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = handling.now, handling.actor.id


def _end_round(alert: DangerAlert) -> None:
    alert.escalations_in_round, alert.escalated_at = 0, None


def _record(
    db: Session, alert: DangerAlert, handling: Handling, kind: EventKind, about: str, note: str
) -> None:
    detail = {"text": note.strip()} if note.strip() else {}
    case_services, actor = handling.case_services, handling.actor
    record_event(
        db, case_services, alert.case, kind, actor.id, handling.now, about=about, detail=detail
    )
