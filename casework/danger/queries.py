"""Reads of danger alerts: the one that runs, lists for the console, figures for the monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from casework.case_services import Actor
from casework.chain import detail_of
from casework.danger.models import DangerAlert, DangerKind, DangerReportRow
from casework.models import Case, CaseEvent, JointOffice
from casework.vocabulary import EventKind
from core.errors import NotFoundError

PAGE_SIZE = 30
_IS_OPEN = DangerAlert.closed_at.is_(None)


@dataclass(frozen=True)
class Statement:
    """What was said in one report."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True)
class AlertPage:
    """One page of alerts, newest first. Pages count from 1."""

    alerts: tuple[DangerAlert, ...]
    page: int
    has_more: bool


@dataclass(frozen=True)
class AlertFigures:
    """What the monitoring sees: alerts ever raised by kind, how many are open, how old the oldest
    one is that nobody has acknowledged (0 when there is none), and escalations ever."""

    raised: Mapping[str, int]
    open_count: int
    oldest_unacknowledged_seconds: float
    escalations: int


def find_running_alert(
    db: Session, conversation_id: str, phone_key: str | None, since: datetime
) -> DangerAlert | None:
    """The open alert of this conversation, or of this number with a report since ``since``.

    ``phone_key`` is that of a proved number, and so must the alert's be."""
    found = find_alert_of_conversation(db, conversation_id)
    if found is not None or phone_key is None:
        return found
    return db.scalar(
        select(DangerAlert)
        .join(DangerAlert.case)
        .where(
            _IS_OPEN,
            Case.is_phone_proved,
            DangerAlert.phone_key == phone_key,
            DangerAlert.last_report_at >= since,
        )
        .order_by(DangerAlert.id.desc())
        .limit(1)
    )


def find_alert_of_conversation(db: Session, conversation_id: str) -> DangerAlert | None:
    """The open alert to which a conversation reported, the latest; None without one."""
    reports = select(DangerReportRow.alert_id).where(
        DangerReportRow.conversation_id == conversation_id
    )
    query = select(DangerAlert).where(_IS_OPEN, DangerAlert.id.in_(reports))
    return db.scalar(query.order_by(DangerAlert.id.desc()).limit(1))


def list_open_alerts(db: Session, actor: Actor) -> list[DangerAlert]:
    """The open alerts within reach: those on which staff must act first, then the oldest."""
    alerts = db.scalars(_within_reach(actor).where(_IS_OPEN)).all()
    return sorted(alerts, key=lambda a: (a.act_by is None, a.act_by or a.raised_at, a.id))


def list_closed_alerts(db: Session, actor: Actor, *, page: int = 1) -> AlertPage:
    """A page of the alerts within reach that are over, newest first."""
    query = _within_reach(actor).where(~_IS_OPEN).order_by(DangerAlert.id.desc())
    rows = db.scalars(query.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all()
    return AlertPage(tuple(rows[:PAGE_SIZE]), page, len(rows) > PAGE_SIZE)


def get_alert(db: Session, alert_id: int, actor: Actor) -> DangerAlert:
    """The alert. Raises NotFoundError also when it is not within reach."""
    alert = db.scalar(_within_reach(actor).where(DangerAlert.id == alert_id))
    if alert is None:
        raise NotFoundError("There is no such alert.")
    return alert


def find_alert_of_case(db: Session, case: Case) -> DangerAlert | None:
    """The alert that opened a case, or None."""
    return db.scalar(select(DangerAlert).where(DangerAlert.case_id == case.id))


def list_words(db: Session, alert: DangerAlert) -> list[Statement]:
    """What was said in each report, oldest first."""
    events = select(CaseEvent).where(
        CaseEvent.case_id == alert.case_id,
        CaseEvent.kind.in_((EventKind.REGISTERED, EventKind.JOINED)),
    )
    said = [(e.happened_at, detail_of(e)) for e in db.scalars(events.order_by(CaseEvent.sequence))]
    return [Statement(at, detail["danger"], detail["words"]) for at, detail in said]


def count_alerts(db: Session, now: datetime) -> AlertFigures:
    """Figures of all alerts, without personal data."""
    rows = db.execute(select(DangerAlert.kind, func.count()).group_by(DangerAlert.kind))
    raised = {row[0]: row[1] for row in rows}
    open_count = db.scalar(select(func.count()).select_from(DangerAlert).where(_IS_OPEN)) or 0
    oldest = db.scalar(
        select(func.min(DangerAlert.last_report_at)).where(
            _IS_OPEN, DangerAlert.acknowledged_at.is_(None), DangerAlert.reached_at.is_(None)
        )
    )
    return AlertFigures(
        raised={kind: raised.get(kind, 0) for kind in DangerKind},
        open_count=open_count,
        oldest_unacknowledged_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        escalations=db.scalar(select(func.sum(DangerAlert.escalations))) or 0,
    )


def _within_reach(actor: Actor) -> Select[DangerAlert]:
    return (
        select(DangerAlert)
        .join(DangerAlert.case)
        .where(_is_reached(actor))
        .options(joinedload(DangerAlert.case))
    )


def _is_reached(actor: Actor) -> ColumnElement[bool]:
    if actor.office_ids is None:
        return true()
    joint = select(JointOffice.case_id).where(JointOffice.office_id.in_(actor.office_ids))
    return or_(Case.office_id.in_(actor.office_ids), Case.id.in_(joint))
