"""Deleting rows, or emptying their personal columns, with a proof in the same transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.ledger import is_covered, note_erasure
from privacy.holdings import ERASED, Holding
from privacy.models import DeletionProof


@dataclass(frozen=True)
class Ground:
    """Why something is deleted: the retention policy of a day, or a request, and by whom."""

    why: str
    by: str
    policy_on: date | None = None


def delete_rows(
    db: Session, holding: Holding, rows: Sequence[Any], ground: Ground, now: datetime
) -> DeletionProof | None:
    """Delete or empty rows of one holding and write the proof; None when there are none."""
    if not rows:
        return None
    proof = prove(db, holding, rows, ground, now)
    for row in rows:
        if holding.blanks:
            _empty(db, holding, row, ground)
        else:
            db.delete(row)
    db.flush()
    return proof


def prove(
    db: Session, holding: Holding, rows: Sequence[Any], ground: Ground, now: datetime
) -> DeletionProof:
    """Write down what is about to go: how many, from when to when, and which."""
    keys = sorted(_key_of(row) for row in rows)
    moments = sorted(at for row in rows if (at := getattr(row, holding.dated_by)) is not None)
    proof = DeletionProof(
        ran_at=now,
        why=ground.why,
        policy_on=ground.policy_on,
        kind=holding.kind,
        table_name=holding.table,
        action="emptied" if holding.blanks else "deleted",
        count=len(rows),
        first_at=moments[0] if moments else None,
        last_at=moments[-1] if moments else None,
        first_key=keys[0],
        last_key=keys[-1],
        digest=hashlib.sha256("\n".join(keys).encode()).hexdigest(),
    )
    db.add(proof)
    return proof


def _empty(db: Session, holding: Holding, row: Any, ground: Ground) -> None:
    mapper = inspect(type(row))
    for name in holding.blanks:
        column = mapper.local_table.c[name]
        may_be_none = None if column.nullable else ""
        is_text = not column.nullable and not name.endswith("_key")
        setattr(row, name, ERASED if is_text else may_be_none)
    if is_covered(mapper):
        note_erasure(db, row, ground.by, ground.why)


def _key_of(row: Any) -> str:
    """The primary key as text; numbers are filled up, so that they sort as numbers."""
    key = inspect(type(row)).primary_key_from_instance(row)
    return "|".join(f"{part:020d}" if isinstance(part, int) else str(part) for part in key)
