"""Bringing encrypted columns to the present form: bound to their rows, with the present key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Column, MetaData, bindparam, not_, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from core.database import Base
from core.sealed_columns import (
    open_raw,
    raw_value,
    seal_raw,
    sealed_columns,
    vault_of,
)
from core.sealing import SealBrokenError

_BATCH = 500


def reencrypt(db: Session, *, batch: int = _BATCH, metadata: MetaData = Base.metadata) -> int:
    """Encrypt the next values that are not in the present form, ``batch`` of each column at most;
    how many. 0 when none are left that open. ``metadata`` has the tables.

    Values stay the same, and so do the ledger and the chain, which hash them in plain.
    """
    return sum(_reencrypt_column(db, column, batch) for column in all_sealed_columns(metadata))


def all_sealed_columns(metadata: MetaData = Base.metadata) -> Iterator[Column[Any]]:
    """All encrypted columns of all tables."""
    for table in metadata.sorted_tables:
        yield from sealed_columns(table)


def count_old_values(db: Session, metadata: MetaData = Base.metadata) -> dict[str, int]:
    """How many values of each column are not in the present form, where there are any."""
    counts = {}
    for column in all_sealed_columns(metadata):
        found = len(db.scalars(_old_values(db, column, next(iter(_primary(column))))).all())
        if found:
            counts[str(column)] = found
    return counts


def _reencrypt_column(db: Session, column: Column[Any], batch: int) -> int:
    primary, vault = _primary(column), vault_of(db.get_bind().dialect)
    rows = db.execute(_old_values(db, column, *primary, raw_value(column)).limit(batch)).all()
    changed = []
    for *key, raw in rows:
        try:
            sealed = seal_raw(vault, raw, open_raw(vault, raw))
        except (SealBrokenError, ValueError):
            continue
        changed.append({f"key_{n}": part for n, part in enumerate(key)} | {"sealed": sealed})
    if changed:
        db.connection().execute(_writing(column), changed)
    return len(changed)


def _writing(column: Column[Any]) -> Any:
    """An update that takes the ciphertext as it is."""
    table = column.table
    statement = update(table).values({column: type_coerce(bindparam("sealed"), Text)})
    for number, part in enumerate(_primary(column)):
        statement = statement.where(part == bindparam(f"key_{number}"))
    return statement


def _primary(column: Column[Any]) -> list[Column[Any]]:
    return cast("list[Column[Any]]", list(column.table.primary_key.columns))


def _old_values(db: Session, column: Column[Any], *wanted: Any) -> Any:
    head = f"v2:{vault_of(db.get_bind().dialect).keys.present.id}:"
    stored = type_coerce(column, Text)
    return (
        select(*wanted)
        .where(column.is_not(None), not_(stored.startswith(head)))
        .order_by(*_primary(column))
    )
