"""The hash chain of a case's events: each carries a keyed hash of itself and the one before it.

The key (``Vault``) is not in the database, so whoever edits rows there cannot mend the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from casework.models import Case, CaseEvent
from casework.moves import STATE_AFTER
from casework.vocabulary import CaseState
from core.sealed_columns import open_raw, raw_value
from core.sealing import SealBrokenError, Vault

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class ChainFault:
    """A place where the record was changed. ``sequence`` 0 is the case row itself."""

    case_number: str
    sequence: int
    reason: str


def canonical_json(value: Mapping[str, Any]) -> str:
    """JSON that is the same for the same value: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def detail_of(event: CaseEvent) -> dict[str, Any]:
    """What else belongs to the event, as a mapping."""
    return cast("dict[str, Any]", json.loads(event.detail))


def hash_event(vault: Vault, case_number: str, event: CaseEvent | AnyRow) -> str:
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
        "origin": event.origin,
        "prev": event.prev_hash,
    }
    return vault.keyed_hash(canonical_json(body))


def verify_chain(db: Session, vault: Vault, *, batch: int = 500) -> Iterator[ChainFault]:
    """Every fault in all cases, one after another; nothing when the record is whole.

    Finds changed, missing, inserted and exchanged events, a cut-off end, and a state that the
    events do not give. What was taken away as a whole is found by ``casework.seals``.
    """
    last_id = 0
    while cases := db.execute(_CASES.where(Case.id > last_id).limit(batch)).all():
        for case in cases:
            yield from _verify_case(db, vault, case)
        last_id = cases[-1].id


_CASES = select(Case.id, Case.number, Case.state, Case.event_count, Case.head_hash).order_by(
    Case.id
)
# The words as they lie in the database: whether they open is part of what is looked at.
_EVENTS = select(
    *(column for column in CaseEvent.__table__.columns if column.name != "detail"),
    raw_value(CaseEvent.__table__.c.detail).label("sealed"),
).order_by(CaseEvent.sequence)


def _verify_case(db: Session, vault: Vault, case: AnyRow) -> Iterator[ChainFault]:
    prev_hash, expected, state = "", 0, CaseState.REGISTERED
    for event in db.execute(_EVENTS.where(CaseEvent.case_id == case.id)):
        expected += 1
        if event.sequence != expected:
            yield ChainFault(case.number, expected, "missing")
            return
        if event.prev_hash != prev_hash:
            yield ChainFault(case.number, event.sequence, "does not follow the one before")
        if not _is_as_written(vault, case.number, event):
            yield ChainFault(case.number, event.sequence, "changed")
        prev_hash = event.hash
        state = _STATE_AFTER.get(event.kind, state)
    if (case.event_count, case.head_hash) != (expected, prev_hash):
        yield ChainFault(case.number, 0, "end cut off")
    if case.state != state:
        yield ChainFault(case.number, 0, "state does not follow from the events")


_STATE_AFTER: Mapping[str, CaseState] = {str(kind): state for kind, state in STATE_AFTER.items()}


def _is_as_written(vault: Vault, case_number: str, event: AnyRow) -> bool:
    try:
        words = open_raw(vault, event.sealed)
    except (SealBrokenError, ValueError):
        return False
    is_same: bool = event.detail_hash == vault.keyed_hash(words)
    return is_same and bool(event.hash == hash_event(vault, case_number, event))
