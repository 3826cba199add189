"""Daily seals as they leave the house, to where the database's administrator has no hand.

A seal proves nothing to who could make the whole database again with its keys. So its statement is
handed to others the day it is made: a folder, named persons by mail or text, an authority that
stamps its time (RFC 3161). What they hold is compared with the database by ``cases verify``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import Date, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casework.models import RecordSeal
from core.canonical import canonical_json
from core.database import Base, UtcDateTime


class SealExport(Base):
    """A seal that was handed over to ``target``; ``receipt`` is what came back, if anything."""

    __tablename__ = "seal_exports"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    target: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt: Mapped[str] = mapped_column(Text, default="")
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime)


def statement_of(seal: RecordSeal) -> str:
    """A seal as one line of JSON. It holds hashes and counts, and nothing of a citizen."""
    return canonical_json(
        {
            "day": seal.day.isoformat(),
            "cases": seal.case_count,
            "prev_hash": seal.prev_hash,
            "hash": seal.hash,
            "ledger_number": seal.ledger_number,
            "ledger_hash": seal.ledger_hash,
            "sealed_at": seal.sealed_at.isoformat(),
        }
    )


def list_unexported(db: Session, target: str, *, limit: int = 31) -> list[RecordSeal]:
    """Seals that were not handed to a target yet, the oldest first.

    A target that is new gets the newest seal and those that follow: each holds the hash of the one
    before.
    """
    last = db.scalar(
        select(SealExport.day)
        .where(SealExport.target == target)
        .order_by(SealExport.day.desc())
        .limit(1)
    )
    seals = select(RecordSeal)
    if last is None:
        newest = db.scalars(seals.order_by(RecordSeal.day.desc()).limit(1)).all()
        return list(newest)
    return list(
        db.scalars(seals.where(RecordSeal.day > last).order_by(RecordSeal.day).limit(limit))
    )


def note_export(db: Session, day: date, target: str, receipt: str, now: datetime) -> None:
    """Keep that a seal was handed over."""
    db.add(SealExport(day=day, target=target, receipt=receipt, exported_at=now))
    db.flush()


def compare_statements(db: Session, statements: Iterable[str]) -> Iterator[str]:
    """What differs between statements that others hold and the database, in words."""
    for line in filter(None, map(str.strip, statements)):
        try:
            held = json.loads(line)
            seal = db.get(RecordSeal, date.fromisoformat(held["day"]))
        except (ValueError, KeyError, TypeError):
            yield f"not a statement of a seal: {line[:80]}"
            continue
        if seal is None:
            yield f"the seal of {held['day']} is gone"
        elif canonical_json(held) != statement_of(seal):
            yield f"the seal of {held['day']} is not the one that was handed over"
