"""Who is to be told what: rows that the application turns into texts and console badges.

Casework says who, why and with which facts; the words and the sending are not its own. A notice is
queued once: ``key`` names what it is about, and a second one with the same key is not written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casework.models import Case, RowId
from casework.vocabulary import Audience
from core.database import Base, UtcDateTime

TEXT_KEYS = frozenset(
    f"notice.{name}"
    for name in (
        "citizen_answered",
        "citizen_forwarded",
        "citizen_suspended",
        "citizen_extended",
        "case_forwarded",
        "routing_objected",
        "objection_refused",
        "office_joined",
        "extension_requested",
        "review_requested",
        "recheck_requested",
        "urgent_case",
        "notify_otherwise",
        "mass_matter",
        "clock_soon",
        "clock_due",
        "clock_overdue",
        "clock_escalated",
        "danger_self_harm",
        "danger_injury",
        "danger_fire",
        "danger_violence",
        "danger_no_action",
        "danger_no_call_back",
    )
)
"""Every wording that notices ask for."""


class Notice(Base):
    """One thing that somebody is to be told about a case.

    ``text_key`` names the wording, ``params`` fill it (no personal data). ``office_id`` and
    ``staff_id`` say which office or staff user; a notice to the citizen goes to the case's phone.
    """

    __tablename__ = "case_notices"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    audience: Mapped[str] = mapped_column(String(32))
    office_id: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[str | None] = mapped_column(String(64))
    text_key: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_case_notices_waiting", "taken_at", "is_urgent", "id"),)


def queue_notice(
    db: Session,
    case: Case,
    audience: Audience,
    text_key: str,
    now: datetime,
    *,
    key: str,
    office_id: str,
    params: Mapping[str, Any] | None = None,
    is_urgent: bool = False,
) -> Notice | None:
    """Queue a notice unless one with this key was queued before (then None)."""
    notice = make_notice(
        case,
        audience,
        text_key,
        now,
        key=key,
        office_id=office_id,
        params=params,
        is_urgent=is_urgent,
    )
    return notice if queue_notices(db, [notice]) else None


def make_notice(
    case: Case,
    audience: Audience,
    text_key: str,
    now: datetime,
    *,
    key: str,
    office_id: str,
    params: Mapping[str, Any] | None = None,
    is_urgent: bool = False,
) -> Notice:
    """A notice that is not queued yet.

    The officer's notice names the staff user to whom the case is assigned, if any. Raises
    ValueError for a text key that is not in ``TEXT_KEYS``.
    """
    if text_key not in TEXT_KEYS:
        raise ValueError(f"{text_key} is no wording of notices")
    return Notice(
        case_id=case.id,
        key=f"{case.number}:{key}",
        audience=audience,
        office_id=office_id,
        staff_id=case.assigned_to if audience == Audience.OFFICER else None,
        text_key=text_key,
        params={"number": case.number, **(params or {})},
        is_urgent=is_urgent,
        created_at=now,
    )


def queue_notices(db: Session, notices: Sequence[Notice]) -> int:
    """Queue those whose key was not queued before; how many."""
    keys = [notice.key for notice in notices]
    queued = set(db.scalars(select(Notice.key).where(Notice.key.in_(keys))))
    new = [notice for notice in notices if notice.key not in queued]
    db.add_all(new)
    db.flush()
    return len(new)


def list_waiting_notices(db: Session, *, limit: int = 100) -> list[Notice]:
    """Notices that nobody has taken yet, urgent ones first, then in order."""
    waiting = select(Notice).where(Notice.taken_at.is_(None))
    return list(db.scalars(waiting.order_by(Notice.is_urgent.desc(), Notice.id).limit(limit)))


def take_notice(db: Session, notice: Notice, now: datetime) -> None:
    """Mark a notice as turned into a text (or found to need none)."""
    notice.taken_at = now
    db.flush()
