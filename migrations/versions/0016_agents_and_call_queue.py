"""Seats become agents, waiting callers queued callers. Encrypted values stay bound to the old names
of their tables (``EncryptedText(..., table=...)``), so that old rows open as before."""

from __future__ import annotations

from typing import NamedTuple

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


class _Table(NamedTuple):
    """A table by its old and new name, with all that is named after it."""

    old: str
    new: str
    unique: str
    indexes: tuple[tuple[str, str, tuple[str, ...]], ...]
    columns: tuple[tuple[str, str], ...] = ()

    def back(self) -> _Table:
        indexes = tuple((new, old, columns) for old, new, columns in self.indexes)
        columns = tuple((new, old) for old, new in self.columns)
        return _Table(self.new, self.old, self.unique, indexes, columns)


def _plain(*columns: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((f"ix_seats_{c}", f"ix_agents_{c}", (c,)) for c in columns)


_TABLES = (
    _Table("seats", "agents", "address_key", _plain("busy_with", "office_id", "staff_user_id")),
    _Table(
        "waiting_callers",
        "queued_callers",
        "conversation_id",
        (("ix_waiting_callers_line", "ix_queued_callers_queue", ("ended_at", "entered_at")),),
        (("holds_line", "is_on_phone"),),
    ),
)


def upgrade() -> None:
    for table in _TABLES:
        _rename(table)


def downgrade() -> None:
    for table in reversed(_TABLES):
        _rename(table.back())


def _rename(table: _Table) -> None:
    for old, new in table.columns:
        op.execute(f"ALTER TABLE {table.old} RENAME COLUMN {old} TO {new}")
    if op.get_bind().dialect.name == "postgresql":
        _rename_on_postgresql(table)
    else:
        _rename_on_sqlite(table)


def _rename_on_postgresql(table: _Table) -> None:
    op.rename_table(table.old, table.new)
    for kind, rest in (("pk", ""), ("uq", f"_{table.unique}")):
        op.execute(
            f"ALTER TABLE {table.new} RENAME CONSTRAINT"
            f" {kind}_{table.old}{rest} TO {kind}_{table.new}{rest}"
        )
    for old, new, _columns in table.indexes:
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    op.execute(f"ALTER SEQUENCE {table.old}_id_seq RENAME TO {table.new}_id_seq")


def _rename_on_sqlite(table: _Table) -> None:
    with op.batch_alter_table(table.old) as batch:
        for old, _new, _columns in table.indexes:
            batch.drop_index(old)
        batch.drop_constraint(f"uq_{table.old}_{table.unique}", type_="unique")
        batch.drop_constraint(f"pk_{table.old}", type_="primary")
        batch.create_primary_key(f"pk_{table.new}", ["id"])
        batch.create_unique_constraint(f"uq_{table.new}_{table.unique}", [table.unique])
    op.rename_table(table.old, table.new)
    with op.batch_alter_table(table.new) as batch:
        for _old, new, columns in table.indexes:
            batch.create_index(new, list(columns))
