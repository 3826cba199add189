"""Scheduled work of alerts: the bureau is notified again while nobody acts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.case_services import SYSTEM, CaseServices
from casework.danger.locking import lock_alert
from casework.danger.models import ACT_WITHIN, DangerAlert
from casework.notices import queue_notice
from casework.record import record_event
from casework.vocabulary import Audience, EventKind

MAX_ESCALATIONS = 3
"""So often since staff last acted; after that the console and the metrics go on showing it."""


def escalate_alerts(db: Session, case_services: CaseServices, now: datetime) -> dict[str, int]:
    """Notify the bureau again of alerts on which nobody acted in time; counts.

    Once every ``ACT_WITHIN``, at most ``MAX_ESCALATIONS`` times in a row. Idempotent, safe to run
    late: missed times are not made up.
    """
    overdue = list(db.scalars(select(DangerAlert).where(*_is_due(now)).order_by(DangerAlert.id)))
    escalated = 0
    for alert in overdue:
        lock_alert(db, alert)
        if _may_escalate(alert, now):
            _escalate(db, case_services, alert, now)
            escalated += 1
    return {"overdue": len(overdue), "escalated": escalated}


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        DangerAlert.closed_at.is_(None),
        DangerAlert.act_by <= now,
        DangerAlert.escalations_in_round < MAX_ESCALATIONS,
        or_(DangerAlert.escalated_at.is_(None), DangerAlert.escalated_at <= now - ACT_WITHIN),
    )


def _may_escalate(alert: DangerAlert, now: datetime) -> bool:
    """The same as ``_is_due`` of an alert that was read again under its lock."""
    is_rested = alert.escalated_at is None or alert.escalated_at <= now - ACT_WITHIN
    is_due = alert.is_overdue(now) and is_rested
    return is_due and alert.escalations_in_round < MAX_ESCALATIONS


def _escalate(db: Session, case_services: CaseServices, alert: DangerAlert, now: datetime) -> None:
    alert.escalations += 1
    alert.escalations_in_round += 1
    alert.escalated_at = now
    about = "call_back" if alert.call_back_by is not None else "act"
    queue_notice(
        db,
        alert.case,
        Audience.BUREAU,
        f"notice.danger_{'no_call_back' if alert.call_back_by is not None else 'no_action'}",
        now,
        key=f"danger-overdue:{alert.escalations}",
        office_id=case_services.offices.bureau.id,
        params={"minutes": int((now - alert.last_report_at).total_seconds() // 60)},
        is_urgent=True,
    )
    record_event(db, case_services, alert.case, EventKind.ESCALATED, SYSTEM.id, now, about=about)
