"""Rows as the ledger sees them: their covered values, plain and in one form on all databases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, Table, select, tuple_
from sqlalchemy.orm import Mapper, Session

from core.encrypted_columns import EncryptedText, decrypt_raw, raw_value, vault_of
from core.encryption import DecryptionError, Vault


@dataclass(frozen=True)
class Coverage:
    """Which columns of a class are covered."""

    mapper: Mapper[Any]
    columns: tuple[Column[Any], ...]

    @property
    def table(self) -> Table:
        """The table of the class."""
        return cast(Table, self.mapper.local_table)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, sorted."""
        return tuple(sorted(column.name for column in self.columns))

    @property
    def id(self) -> str:
        """16 hex digits that stand for the names."""
        return hashlib.sha256(" ".join(self.names).encode()).hexdigest()[:16]

    def of_columns(self, names: Iterable[str]) -> Coverage:
        """The same class with other columns; those that are gone are left out."""
        wanted = frozenset(names)
        columns = cast("list[Column[Any]]", list(self.table.columns))
        return Coverage(self.mapper, tuple(c for c in columns if c.name in wanted))


@dataclass(frozen=True)
class CoveredRow:
    """One row: its primary key, and its values by column without those that are NULL.

    ``moved`` are columns whose encrypted value does not open in this row.
    """

    key: tuple[Any, ...]
    values: Mapping[str, Any]
    moved: tuple[str, ...] = ()


@cache
def coverage_of(mapper: Mapper[Any]) -> Coverage:
    """The coverage that the class declares now."""
    left_out = mapper.class_.__ledger__
    columns = cast("list[Column[Any]]", list(mapper.local_table.columns))
    return Coverage(mapper, tuple(c for c in columns if c.name not in left_out))


def name_of(key: Sequence[Any]) -> str:
    """A primary key as text."""
    return "|".join(str(part) for part in key)


def read_rows(
    db: Session, coverage: Coverage, keys: Sequence[tuple[Any, ...]]
) -> Iterator[CoveredRow]:
    """Rows with these primary keys as they lie in the database, in the order of the keys."""
    primary = list(coverage.mapper.primary_key)
    query = select(*primary, *map(_as_stored, coverage.columns))
    if len(primary) == 1:
        query = query.where(primary[0].in_([key[0] for key in keys]))
    else:
        query = query.where(tuple_(*primary).in_(keys))
    vault = vault_of(db.get_bind().dialect)
    for row in db.execute(query.order_by(*primary)):
        key = tuple(row[: len(primary)])
        yield _covered(vault, coverage, key, row[len(primary) :])


def _as_stored(column: Column[Any]) -> Any:
    return raw_value(column) if isinstance(column.type, EncryptedText) else column


def _covered(
    vault: Vault, coverage: Coverage, key: tuple[Any, ...], stored: Sequence[Any]
) -> CoveredRow:
    values, moved = {}, []
    for column, value in zip(coverage.columns, stored, strict=True):
        if value is None:
            continue
        if isinstance(column.type, EncryptedText):
            try:
                values[column.name] = decrypt_raw(vault, value)
            except (DecryptionError, ValueError):
                moved.append(column.name)
        else:
            values[column.name] = _plain(value)
    return CoveredRow(key, values, tuple(moved))


def _plain(value: Any) -> Any:
    """A value that JSON knows. JSON columns are as they were given."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
