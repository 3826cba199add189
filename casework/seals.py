"""Daily seals over the whole record, so that not even a whole case can vanish unseen.

The chain of a case (``casework.chain``) shows what was changed in it. A seal keeps, for each local
day, one keyed hash over the record's end of every case that grew that day, the newest entry of the
ledger (``core.ledger``: present values, audit trail, ratings), and the seal before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent, RecordSeal
from core.clock import local_date, local_midnight
from core.encryption import Vault
from core.ledger import LedgerEntry, LedgerHead
from core.record_key import RecordMac, ensure_record_key, record_mac

_ONE_DAY = timedelta(days=1)


def seal_record(db: Session, now: datetime) -> int:
    """Seal every day up to yesterday that is not sealed yet; how many."""
    last = db.scalar(select(RecordSeal).order_by(RecordSeal.day.desc()).limit(1))
    first_at = db.scalar(select(func.min(CaseEvent.recorded_at)))
    if last is None and first_at is None:
        return 0
    day = last.day + _ONE_DAY if last is not None else local_date(first_at or now)
    prev_hash, encrypted = (last.hash if last is not None else ""), 0
    ensure_record_key(db)
    head = db.get(LedgerHead, 1)
    while day < local_date(now):
        seal = RecordSeal(day=day, prev_hash=prev_hash, sealed_at=now)
        if head is not None:
            seal.ledger_number, seal.ledger_hash = head.number, head.hash
        seal.case_count, seal.hash = _hash_day(db, record_mac(db), seal)
        db.add(seal)
        prev_hash, day, encrypted = seal.hash, day + _ONE_DAY, encrypted + 1
    db.flush()
    return encrypted


def verify_seals(db: Session, vault: Vault) -> Iterator[date]:
    """Days whose seal no longer fits the record; a broken one does not spoil those after it."""
    prev_hash, expected, mac = "", None, record_mac(db, vault)
    for seal in db.scalars(select(RecordSeal).order_by(RecordSeal.day)).all():
        count_and_hash = _hash_day(db, mac, seal)
        is_next = expected in (None, seal.day) and seal.prev_hash == prev_hash
        is_whole = is_next and count_and_hash == (seal.case_count, seal.hash)
        if not (is_whole and _has_its_entry(db, seal)):
            yield seal.day
        prev_hash, expected = seal.hash, seal.day + _ONE_DAY


def _has_its_entry(db: Session, seal: RecordSeal) -> bool:
    """Whether the entry of the ledger that a seal names is still the one that it sealed."""
    if not seal.ledger_number:
        return True
    entry = db.get(LedgerEntry, seal.ledger_number)
    return entry is not None and entry.hash == seal.ledger_hash


def _hash_day(db: Session, mac: RecordMac, seal: RecordSeal) -> tuple[int, str]:
    """Number of cases that grew that day, and the keyed hash over their record's end."""
    day = seal.day
    grown = (
        select(CaseEvent.case_id, func.max(CaseEvent.sequence).label("sequence"))
        .where(
            CaseEvent.recorded_at >= local_midnight(day),
            CaseEvent.recorded_at < local_midnight(day + _ONE_DAY),
        )
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    ends = (
        select(Case.number, CaseEvent.sequence, CaseEvent.hash)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .join(
            grown,
            (grown.c.case_id == CaseEvent.case_id) & (grown.c.sequence == CaseEvent.sequence),
        )
        .order_by(Case.number)
    )
    digest, count = hashlib.sha256(), 0
    for number, sequence, hash_ in db.execute(ends):
        digest.update(f"{number} {sequence} {hash_}\n".encode())
        count += 1
    body = f"seal {day} {seal.prev_hash} {digest.hexdigest()}"
    if seal.ledger_number is not None:
        body += f" {seal.ledger_number} {seal.ledger_hash}"
    return count, mac.hash(body)
