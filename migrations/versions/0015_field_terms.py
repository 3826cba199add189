"""Columns of tables outside the ledger take the field's terms. Those under the ledger keep the names
that their hashes were made with; the mapped attributes carry the new ones."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_UNIQUE = ("case_events", "danger_reports")
_PLAIN = (
    ("mass_matters", "told_people", "notified_people"),
    ("outgoing_texts", "passed_over", "skipped"),
)


def upgrade() -> None:
    for table in _UNIQUE:
        _rename_unique(table, "origin", "idempotency_key")
    for table, old, new in _PLAIN:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for table, old, new in reversed(_PLAIN):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    for table in reversed(_UNIQUE):
        _rename_unique(table, "idempotency_key", "origin")


def _rename_unique(table: str, old: str, new: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(f"uq_{table}_{old}", type_="unique")
        batch.alter_column(old, new_column_name=new)
    with op.batch_alter_table(table) as batch:
        batch.create_unique_constraint(f"uq_{table}_{new}", [new])
