"""Reading the outbox: for case pages, metrics and costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.clock import local_midnight
from outbox.kinds import STATUTORY_KINDS
from outbox.models import OutgoingText, RefusedContact, StaffTask
from outbox.states import TextState


@dataclass(frozen=True)
class KindCost:
    """What the texts of one kind cost in a month."""

    kind: str
    texts: int
    segments: int
    yuan: Decimal


def list_case_texts(db: Session, case_number: str) -> list[OutgoingText]:
    """All texts about a case, oldest first, with their delivery states."""
    about = select(OutgoingText).where(OutgoingText.case_number == case_number)
    return list(db.scalars(about.order_by(OutgoingText.id)))


def list_texts_to(db: Session, phone_key: str, *, limit: int = 50) -> list[OutgoingText]:
    """The newest texts to a number, newest first."""
    to_number = select(OutgoingText).where(OutgoingText.phone_key == phone_key)
    return list(db.scalars(to_number.order_by(OutgoingText.id.desc()).limit(limit)))


def find_newest_text(db: Session, phone_key: str) -> OutgoingText | None:
    """The newest text that went, or is going, to a number."""
    newest = (
        select(OutgoingText)
        .where(OutgoingText.phone_key == phone_key, OutgoingText.state != TextState.SUPPRESSED)
        .order_by(OutgoingText.id.desc())
        .limit(1)
    )
    return db.scalar(newest)


def count_by_state(db: Session, since: datetime) -> Mapping[str, int]:
    """How many texts made at or after ``since`` are in each state."""
    counted = (
        select(OutgoingText.state, func.count())
        .where(OutgoingText.created_at >= since)
        .group_by(OutgoingText.state)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def find_oldest_waiting(db: Session, now: datetime) -> datetime | None:
    """Since when the text waits that has been due longest; None when none is due."""
    return db.scalar(
        select(func.min(OutgoingText.next_attempt_at)).where(
            OutgoingText.state == TextState.QUEUED, OutgoingText.next_attempt_at <= now
        )
    )


def list_month_costs(db: Session, month: date) -> list[KindCost]:
    """What the texts first sent in a month (any day of it, local time) cost, by kind."""
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    rows = db.execute(
        select(
            OutgoingText.kind,
            func.count(),
            func.sum(OutgoingText.segments),
            func.sum(OutgoingText.cost_yuan),
        )
        .where(
            OutgoingText.sent_at >= local_midnight(first),
            OutgoingText.sent_at < local_midnight(following),
        )
        .group_by(OutgoingText.kind)
        .order_by(OutgoingText.kind)
    )
    return [KindCost(kind, count, segments, Decimal(yuan)) for kind, count, segments, yuan in rows]


def count_refused(db: Session) -> Mapping[str, int]:
    """How many texts and call-backs the limits refused since the beginning, by kind."""
    counted = select(RefusedContact.kind, func.count()).group_by(RefusedContact.kind)
    return {row[0]: row[1] for row in db.execute(counted)}


def list_open_tasks(db: Session, *, limit: int = 100) -> list[StaffTask]:
    """Tasks for staff that nobody has done yet, oldest first."""
    waiting = select(StaffTask).where(StaffTask.done_at.is_(None)).order_by(StaffTask.id)
    return list(db.scalars(waiting.options(joinedload(StaffTask.text)).limit(limit)))


def list_unreached(db: Session, case_numbers: Iterable[str]) -> frozenset[str]:
    """Those of the cases in which a notice that the law demands waits for a call or a letter."""
    waiting = (
        select(StaffTask.case_number)
        .join(OutgoingText, OutgoingText.id == StaffTask.text_id)
        .where(
            StaffTask.case_number.in_(list(case_numbers)),
            StaffTask.done_at.is_(None),
            OutgoingText.kind.in_(STATUTORY_KINDS),
        )
    )
    return frozenset(number for number in db.scalars(waiting) if number)
