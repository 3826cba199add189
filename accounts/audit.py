"""The audit trail: what staff did that no case's own record holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry

PAGE_SIZE = 50


class Action(StrEnum):
    """What can stand in the audit trail."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET = "password_reset"
    PASSWORD_CHOSEN = "password_chosen"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    SESSIONS_ENDED = "sessions_ended"
    CASES_HANDED_OVER = "cases_handed_over"
    PHONE_SHOWN = "phone_shown"
    PHONE_PROVED = "phone_proved"
    RECORDING_PLAYED = "recording_played"
    PICTURE_SEEN = "picture_seen"
    RANKING_EXPORTED = "ranking_exported"
    TASK_DONE = "task_done"
    CALL_READ = "call_read"
    # Agents were called seats: the stored words stay.
    AGENT_ADDED = "seat_added"
    AGENT_CHANGED = "seat_changed"
    AGENT_REMOVED = "seat_removed"
    AVAILABILITY_SET = "availability_set"
    DANGER_READ = "danger_read"
    CITIZEN_SEARCHED = "citizen_searched"
    CITIZEN_EXPORTED = "citizen_exported"
    ERASURE_PROPOSED = "erasure_proposed"
    ERASURE_REFUSED = "erasure_refused"
    ERASURE_DONE = "erasure_done"
    TRANSCRIPT_READ = "transcript_read"
    SEARCHED = "searched"


@dataclass(frozen=True)
class AuditPage:
    """One page of the trail, newest first. Pages count from 1."""

    entries: tuple[AuditEntry, ...]
    page: int
    has_more: bool


def record_audit(
    db: Session,
    action: Action,
    actor_id: str,
    subject: str,
    now: datetime,
    *,
    address: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append an entry. ``subject`` is a case number, a login, a month; never a citizen's data."""
    entry = AuditEntry(
        at=now,
        actor=actor_id,
        action=action,
        subject=subject[:64],
        address=address,
        detail=dict(detail or {}),
    )
    db.add(entry)
    db.flush()
    return entry


def list_audit(
    db: Session,
    *,
    actor_id: str | None = None,
    subject: str | None = None,
    action: str | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> AuditPage:
    """A page of the trail, newest first, narrowed by what is given."""
    query = select(AuditEntry)
    given = {"actor": actor_id, "subject": subject, "action": action}
    for column, value in given.items():
        if value:
            query = query.where(getattr(AuditEntry, column) == value)
    query = query.order_by(AuditEntry.id.desc()).limit(size + 1).offset((page - 1) * size)
    rows = db.scalars(query).all()
    return AuditPage(tuple(rows[:size]), page, len(rows) > size)
