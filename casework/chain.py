"""The hash chain of a case's events: each carries a keyed hash of itself and the one before it.

The key (``core.record_key``) lies encrypted in the database: who only edits rows there cannot mend
the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent
from casework.transition_table import STATE_AFTER
from casework.vocabulary import CaseState
from core.canonical import canonical_json
from core.encrypted_columns import decrypt_raw, raw_value
from core.encryption import DecryptionError, Vault
from core.record_key import RecordMac, record_mac

ERASED = "{}"
"""The detail of an event whose words were erased."""

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class ChainFault:
    """A place where the record was changed. ``sequence`` 0 is the case row itself."""

    case_number: str
    sequence: int
    reason: str


def detail_of(event: CaseEvent) -> dict[str, Any]:
    """What else belongs to the event, as a mapping."""
    return cast("dict[str, Any]", json.loads(event.detail))


def hash_event(mac: RecordMac, case_number: str, event: CaseEvent | AnyRow) -> str:
    """The hash that the event (or a row of its columns) must carry."""
    body = {
        "case": case_number,
        "sequence": event.sequence,
        "kind": event.kind,
        "about": event.about,
        "days": event.days,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "actor": event.actor,
        "office": event.office_id,
        "detail": event.detail_hash,
        "origin": event.idempotency_key,
        "prev": event.prev_hash,
    }
    return mac.hash(canonical_json(body))


def verify_chain(db: Session, vault: Vault, *, batch: int = 500) -> Iterator[ChainFault]:
    """Every fault in all cases, one after another; nothing when the record is whole.

    Finds changed, missing, inserted and exchanged events, a cut-off end, and a state that the
    events do not give. What was taken away as a whole is found by ``casework.seals``.
    """
    mac, last_id = record_mac(db, vault), 0
    while cases := db.execute(_CASES.where(Case.id > last_id).limit(batch)).all():
        for case in cases:
            yield from _verify_case(db, vault, mac, case)
        last_id = cases[-1].id


_CASES = select(Case.id, Case.number, Case.state, Case.event_count, Case.head_hash).order_by(
    Case.id
)
# The words as they lie in the database: whether they open is part of what is looked at.
_EVENTS = select(
    *(column for column in CaseEvent.__table__.columns if column.name != "detail"),
    raw_value(CaseEvent.__table__.c.detail).label("encrypted"),
).order_by(CaseEvent.sequence)


def _verify_case(db: Session, vault: Vault, mac: RecordMac, case: AnyRow) -> Iterator[ChainFault]:
    prev_hash, expected, state = "", 0, CaseState.REGISTERED
    for event in db.execute(_EVENTS.where(CaseEvent.case_id == case.id)):
        expected += 1
        if event.sequence != expected:
            yield ChainFault(case.number, expected, "missing")
            return
        if event.prev_hash != prev_hash:
            yield ChainFault(case.number, event.sequence, "does not follow the one before")
        if not _is_as_written(vault, mac, case.number, event):
            yield ChainFault(case.number, event.sequence, "changed")
        prev_hash = event.hash
        state = _STATE_AFTER.get(event.kind, state)
    if (case.event_count, case.head_hash) != (expected, prev_hash):
        yield ChainFault(case.number, 0, "end cut off")
    if case.state != state:
        yield ChainFault(case.number, 0, "state does not follow from the events")


_STATE_AFTER: Mapping[str, CaseState] = {str(kind): state for kind, state in STATE_AFTER.items()}


def hash_detail(mac: RecordMac, words: str, salt: str | None) -> str:
    """The salted hash of an event's detail; events from before there were salts have none."""
    return mac.hash(words, salt or "")


def hash_tombstone(mac: RecordMac, case_number: str, event: CaseEvent | AnyRow) -> str:
    """The signature of an event whose detail was lawfully erased."""
    body = {
        "case": case_number,
        "sequence": event.sequence,
        "detail": event.detail_hash,
        "erased_at": None if event.erased_at is None else event.erased_at.isoformat(),
        "erased_by": event.erased_by,
        "erased_for": event.erased_for,
    }
    return mac.hash(canonical_json(body))


def _is_as_written(vault: Vault, mac: RecordMac, case_number: str, event: AnyRow) -> bool:
    try:
        words = decrypt_raw(vault, event.encrypted)
    except (DecryptionError, ValueError):
        return False
    if event.tombstone is not None:
        is_same = words == ERASED and event.tombstone == hash_tombstone(mac, case_number, event)
    else:
        is_same = event.detail_hash == hash_detail(mac, words, event.detail_salt)
    return is_same and bool(event.hash == hash_event(mac, case_number, event))
