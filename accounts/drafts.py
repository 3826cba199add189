"""What staff are writing, kept while they write: a sign-out or an idle session loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import StoredDraft

MAX_DRAFT = 4_000
_KEPT_FOR = timedelta(days=14)


def keep_draft(db: Session, user_id: int, place: str, body: str, now: datetime) -> None:
    """Keep what a user has written so far at a place (``case/DG.../answer``); empty: forget it."""
    row = _find(db, user_id, place)
    if not body.strip():
        if row is not None:
            db.delete(row)
        db.flush()
        return
    if row is None:
        row = StoredDraft(user_id=user_id, place=place[:96], body="", saved_at=now)
        db.add(row)
    row.body, row.saved_at = body[:MAX_DRAFT], now
    db.flush()


def find_draft(db: Session, user_id: int, place: str) -> str:
    """What the user wrote at a place and has not sent; empty when there is nothing."""
    row = _find(db, user_id, place)
    return "" if row is None else row.body


def forget_old_drafts(db: Session, now: datetime) -> int:
    """Delete drafts that nobody came back to; how many."""
    old = delete(StoredDraft).where(StoredDraft.saved_at < now - _KEPT_FOR)
    return int(db.execute(old).rowcount)  # type: ignore[attr-defined]


def _find(db: Session, user_id: int, place: str) -> StoredDraft | None:
    query = select(StoredDraft).where(
        StoredDraft.user_id == user_id, StoredDraft.place == place[:96]
    )
    return db.scalar(query)
