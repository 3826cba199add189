"""Encrypted columns, bound to their rows.

``EncryptedText("number")`` is text that is encrypted in the database and plain in the program. The
names are the columns of the same table that name its row for good and are known before the row is
written (a case's number, a call's sid); with table and column they are the associated data of the
ciphertext, so that a value copied into another row or column does not open.

Reading fetches the names together with the value, in one expression. Writing goes through the
mapper's events for objects, and through ``bind_row`` for statements of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, Integer, String, Table, Text, event, inspect, literal_column
from sqlalchemy import cast as sql_cast
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapper
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import Label
from sqlalchemy.sql.expression import ScalarSelect, Select, type_coerce
from sqlalchemy.types import TypeDecorator

from core.encryption import Vault

_BETWEEN = "|"
_STROKE = literal_column("'|'", String)


class BoundText(str):
    """Plain text that knows what it will be bound to (table, column, row)."""

    __slots__ = ("bound_to",)
    bound_to: str

    @classmethod
    def of(cls, plain: str, bound_to: str) -> BoundText:
        """``plain``, to be encrypted for ``bound_to``."""
        bound = cls(plain)
        bound.bound_to = bound_to
        return bound


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted in the database and plain in the program.

    ``names`` are the columns that name the row. ``table`` is the name that the table had when its
    first values were encrypted, where it was renamed since: they stay bound to it. Not searchable:
    keep a keyed hash beside it where a row must be found again.
    """

    impl = Text
    cache_ok = True

    def __init__(self, *names: str, table: str | None = None) -> None:
        super().__init__()
        if not names:
            raise TypeError("EncryptedText needs the columns that name its row")
        self.names = names
        self.table = table

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, BoundText):
            raise TypeError("encrypted text is written by objects or by bind_row")
        return vault_of(dialect).encrypt_text(str(value), value.bound_to)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt_raw(vault_of(dialect), value)

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """What a SELECT fetches: ``'cases|phone|' || number || '|' || phone``; of a value that
        comes by a SELECT of its own, the same inside it."""
        inner = column.element if isinstance(column, Label) else column
        if isinstance(inner, ScalarSelect):
            own = cast("Select[Any]", inner.element)
            raw = own.with_only_columns(raw_value(next(iter(own.selected_columns))))
            return type_coerce(raw.scalar_subquery(), self)
        return type_coerce(raw_value(inner), self)


class HashedText(TypeDecorator[str]):
    """Text of which only the keyed hash is kept: rows are found by it, and it is not read back."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault_of(dialect).keyed_hash(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value


KeyedHash = String(32)
"""Column type of ``Vault.keyed_hash`` values."""


def raw_value(column: ColumnElement[Any]) -> ColumnElement[str]:
    """An encrypted column as text that is not opened: what it is bound to, a stroke, the
    ciphertext."""
    place = cast("Column[Any]", column)
    real = cast("Column[Any]", next(iter(place.base_columns)))
    head = _BETWEEN.join([*_place_of(real), ""])
    whole: ColumnElement[str] = literal_column(f"'{head}'", String)
    for name in cast(EncryptedText, real.type).names:
        named = place.table.c[name]
        text = sql_cast(named, String) if isinstance(named.type, Integer) else named
        whole = whole.concat(type_coerce(text, String)).concat(_STROKE)
    return type_coerce(whole.concat(type_coerce(column, Text)), Text)


def decrypt_raw(vault: Vault, raw: str) -> str:
    """The plain text of a ``raw_value``. Raises DecryptionError when it belongs elsewhere."""
    bound_to, _, encrypted = raw.rpartition(_BETWEEN)
    return vault.decrypt_text(encrypted, bound_to)


def encrypt_raw(vault: Vault, raw: str, plain: str) -> str:
    """The ciphertext of ``plain`` for the place that a ``raw_value`` names."""
    bound_to, _, _ = raw.rpartition(_BETWEEN)
    return vault.encrypt_text(plain, bound_to)


def bind_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for a statement that writes to ``table``, its encrypted values bound to it."""
    bound = dict(row)
    for column in encrypted_columns(table):
        if row.get(column.name) is not None:
            bound[column.name] = _bound(column, row[column.name], row)
    return bound


@cache
def encrypted_columns(table: Table) -> tuple[Column[Any], ...]:
    """The encrypted columns of a table."""
    return tuple(column for column in table.columns if isinstance(column.type, EncryptedText))


def bound_to(column: Column[Any], row: Mapping[str, Any]) -> str:
    """What the value of ``column`` is bound to in ``row``. Raises KeyError without a name."""
    names = cast(EncryptedText, column.type).names
    return _BETWEEN.join([*_place_of(column), *(str(row[name]) for name in names)])


def _place_of(column: Column[Any]) -> tuple[str, str]:
    """The table and column that values are bound to."""
    return cast(EncryptedText, column.type).table or column.table.name, column.name


def bind_objects(base: type[DeclarativeBase]) -> None:
    """Let all mapped classes of ``base`` bind their encrypted values when they are written."""
    event.listen(base, "before_insert", _bind_object, propagate=True)
    event.listen(base, "before_update", _bind_object, propagate=True)


def vault_of(dialect: Dialect) -> Vault:
    """The vault of an engine. Raises RuntimeError when it was made without one."""
    vault = getattr(dialect, "hotline_vault", None)
    if vault is None:
        raise RuntimeError("the engine was made without a vault")
    return cast(Vault, vault)


def _bind_object(mapper: Mapper[Any], _connection: Any, target: Any) -> None:
    state = inspect(target)
    for column in encrypted_columns(cast(Table, mapper.local_table)):
        key = mapper.get_property_by_column(column).key
        names = cast(EncryptedText, column.type).names
        is_renamed = any(state.attrs[name].history.has_changes() for name in names)
        if not (is_renamed or state.attrs[key].history.has_changes()):
            continue
        value = getattr(target, key)
        if value is not None:
            row = {name: getattr(target, name) for name in names}
            setattr(target, key, _bound(column, value, row))
            flag_modified(target, key)


def _bound(column: Column[Any], value: str, row: Mapping[str, Any]) -> BoundText:
    if any(row.get(name) is None for name in cast(EncryptedText, column.type).names):
        raise ValueError(f"{column} is written before its row has its name")
    return BoundText.of(str(value), bound_to(column, row))
