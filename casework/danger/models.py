"""Rows of danger alerts, and the state that follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models import Case, RowId
from core.database import Base, KeyedHash, UtcDateTime

ACT_WITHIN = timedelta(minutes=5)
"""Our own promise: staff act on an alert, or call back, within this time."""


class DangerKind(StrEnum):
    """What threatens a life."""

    SELF_HARM = "self_harm"
    INJURY = "injury"
    FIRE = "fire"
    VIOLENCE = "violence"


class AlertState(StrEnum):
    """Where an alert stands; follows from its times."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CALL_BACK = "call_back"
    NOT_REACHED = "not_reached"
    REACHED = "reached"
    CLOSED = "closed"


class AlertOutcome(StrEnum):
    """How an alert ended."""

    SAFE = "safe"
    HANDED_OVER = "handed_over"
    NOT_REACHED = "not_reached"
    FALSE_ALARM = "false_alarm"


class DangerAlert(Base):
    """One alert and the case that it opened. Words are in the case's events only (encrypted).

    ``kind`` is the first kind reported, ``kinds`` all. ``conversation_id`` is the latest
    conversation. ``act_by`` is the next moment by which staff must act, None when nothing is due;
    ``call_back_by`` is set while staff owe a call. ``escalations`` counts all, and
    ``escalations_in_round`` those since staff last acted. ``is_new`` is True on the instance that
    ``raise_danger_alert`` has just made.
    """

    __tablename__ = "danger_alerts"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    conversation_id: Mapped[str] = mapped_column(String(64))
    reports: Mapped[int] = mapped_column(Integer)
    can_call_back: Mapped[bool] = mapped_column(Boolean)

    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_report_at: Mapped[datetime] = mapped_column(UtcDateTime)
    act_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(64))
    caller_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_back_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer)
    escalations: Mapped[int] = mapped_column(Integer)
    escalations_in_round: Mapped[int] = mapped_column(Integer)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(32))

    case: Mapped[Case] = relationship()
    is_new = False

    __table_args__ = (
        Index("ix_danger_alerts_running", "closed_at", "phone_key"),
        Index("ix_danger_alerts_due", "closed_at", "act_by"),
    )

    @property
    def state(self) -> AlertState:
        """Where the alert stands."""
        if self.closed_at is not None:
            return AlertState.CLOSED
        if self.reached_at is not None:
            return AlertState.REACHED
        if self.call_back_by is not None:
            return AlertState.CALL_BACK
        if self.attempts:
            return AlertState.NOT_REACHED
        return AlertState.NEW if self.acknowledged_at is None else AlertState.ACKNOWLEDGED

    @property
    def first_action_at(self) -> datetime | None:
        """When somebody first acted: acknowledged it, or talked with the citizen."""
        times = (self.acknowledged_at, self.reached_at)
        return min((at for at in times if at is not None), default=None)

    @property
    def may_be_called(self) -> bool:
        """Whether there is a number that can be called without endangering anybody."""
        return self.can_call_back and self.phone_key is not None

    def is_overdue(self, now: datetime) -> bool:
        """Whether staff should have acted by now."""
        return self.closed_at is None and self.act_by is not None and self.act_by <= now


class DangerReportRow(Base):
    """One report of danger, as it came from one turn of one conversation; written once."""

    __tablename__ = "danger_reports"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("danger_alerts.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    can_call_back: Mapped[bool] = mapped_column(Boolean)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)

    alert: Mapped[DangerAlert] = relationship()
