"""Bringing encrypted columns to the present form: bound to their rows, with the present key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Column, MetaData, bindparam, not_, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from core.database import Base
from core.encrypted_columns import (
    decrypt_raw,
    encrypt_raw,
    encrypted_columns,
    raw_value,
    vault_of,
)
from core.encryption import DecryptionError

_BATCH = 500


def reencrypt(db: Session, *, batch: int = _BATCH, metadata: MetaData = Base.metadata) -> int:
    """Encrypt the next values that are not in the present form, ``batch`` of each column at most;
    how many. 0 when none are left that open. ``metadata`` has the tables.

    Values stay the same, and so do the ledger and the chain, which hash them in plain.
    """
    return sum(_reencrypt_column(db, column, batch) for column in all_encrypted_columns(metadata))


def all_encrypted_columns(metadata: MetaData = Base.metadata) -> Iterator[Column[Any]]:
    """All encrypted columns of all tables."""
    for table in metadata.sorted_tables:
        yield from encrypted_columns(table)


def count_old_values(db: Session, metadata: MetaData = Base.metadata) -> dict[str, int]:
    """How many values of each column are not in the present form, where there are any."""
    counts = {}
    for column in all_encrypted_columns(metadata):
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
            encrypted = encrypt_raw(vault, raw, decrypt_raw(vault, raw))
        except (DecryptionError, ValueError):
            continue
        changed.append({f"key_{n}": part for n, part in enumerate(key)} | {"encrypted": encrypted})
    if changed:
        db.connection().execute(_writing(column), changed)
    return len(changed)


def _writing(column: Column[Any]) -> Any:
    """An update that takes the ciphertext as it is."""
    table = column.table
    statement = update(table).values({column: type_coerce(bindparam("encrypted"), Text)})
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
