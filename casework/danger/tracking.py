"""What the phone line notes of an alert: a person was reached, or the call ended without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import SYSTEM, CaseServices
from casework.danger.locking import lock_alert
from casework.danger.models import ACT_WITHIN, DangerAlert
from casework.danger.queries import find_alert_of_conversation
from casework.record import record_event
from casework.vocabulary import EventKind


def note_caller_gone(
    db: Session, case_services: CaseServices, conversation_id: str, now: datetime
) -> DangerAlert | None:
    """The call ended: staff call back within ``ACT_WITHIN``, unless a person was reached before.

    Without a number, or when a call could endanger the citizen, no call is owed; what was due stays
    due. Noted once a call. Returns the alert; None when the conversation has no open one.
    """
    alert = _find_locked(db, conversation_id)
    if alert is None or alert.caller_gone_at is not None:
        return alert
    if alert.conversation_id != conversation_id:
        # The citizen has come back in another conversation.
        return alert
    alert.caller_gone_at = now
    if alert.reached_at is not None:
        db.flush()
        return alert
    if alert.may_be_called:
        alert.call_back_by = now + ACT_WITHIN
        alert.act_by = min(alert.act_by or alert.call_back_by, alert.call_back_by)
    record_event(
        db,
        case_services,
        alert.case,
        EventKind.CALLER_GONE,
        SYSTEM.id,
        now,
        about="" if alert.may_be_called else "no_call_back",
    )
    return alert


def note_person_reached(
    db: Session, case_services: CaseServices, conversation_id: str, now: datetime
) -> DangerAlert | None:
    """A person talks with the citizen: nothing is due any more until the alert is closed.

    Noted once a call. Returns the alert; None when the conversation has no open one.
    """
    alert = _find_locked(db, conversation_id)
    if alert is None or alert.reached_at is not None:
        return alert
    alert.reached_at = now
    alert.act_by = alert.call_back_by = None
    record_event(
        db, case_services, alert.case, EventKind.CONTACTED, SYSTEM.id, now, about="connected"
    )
    return alert


def note_person_lost(
    db: Session, case_services: CaseServices, conversation_id: str, now: datetime
) -> DangerAlert | None:
    """A person took the call and was not connected after all: staff must act again.

    Returns the alert; None when the conversation has no open one.
    """
    alert = _find_locked(db, conversation_id)
    if alert is None or alert.reached_at is None:
        return alert
    alert.reached_at = None
    alert.act_by = now + ACT_WITHIN
    if alert.caller_gone_at is not None and alert.may_be_called:
        alert.call_back_by = alert.act_by
    record_event(
        db, case_services, alert.case, EventKind.CONTACTED, SYSTEM.id, now, about="not_connected"
    )
    return alert


def _find_locked(db: Session, conversation_id: str) -> DangerAlert | None:
    alert = find_alert_of_conversation(db, conversation_id)
    if alert is not None:
        lock_alert(db, alert)
    return None if alert is None or alert.closed_at is not None else alert
