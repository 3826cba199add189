"""Encrypting what was stored in plain before its column was encrypted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Table, bindparam, not_, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from core.encrypted_columns import bound_to, vault_of

_BATCH = 500


def encrypt_plain_values(db: Session, column: Column[Any], change: Callable[[str], str]) -> int:
    """Encrypt every value of ``column`` that is stored in plain, after ``change``; how many.

    The columns that name the row must hold their values.
    """
    table, vault, count = column.table, vault_of(db.get_bind().dialect), 0
    assert isinstance(table, Table)
    (primary,) = table.primary_key.columns
    stored = type_coerce(column, Text)
    names = [table.c[name] for name in column.type.names]  # type: ignore[attr-defined]
    query = select(primary.label("row_id"), stored.label("plain"), *names).where(
        column.is_not(None), not_(stored.startswith("v2:"))
    )
    writing = update(table).where(primary == bindparam("row_id"))
    writing = writing.values({column: type_coerce(bindparam("encrypted"), Text)})
    while rows := db.execute(query.limit(_BATCH)).mappings().all():
        values = [
            {
                "row_id": row["row_id"],
                "encrypted": vault.encrypt_text(change(row["plain"]), bound_to(column, dict(row))),
            }
            for row in rows
        ]
        db.connection().execute(writing, values)
        count += len(values)
    return count
