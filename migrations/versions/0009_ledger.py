"""The ledger of present values, the record's key, salts and tombstones of events, sealed ledgers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_keys")),
    )
    op.create_table(
        "ledger_coverages",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_coverages")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("mac", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("table_name", sa.String(length=48), nullable=False),
        sa.Column("row_name", sa.String(length=96), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("covers", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=240), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("prev_hash", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entries")),
    )
    op.create_index("ix_ledger_entries_row", "ledger_entries", ["table_name", "row_name", "number"])
    for column in (
        sa.Column("detail_salt", sa.String(length=32), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("erased_by", sa.String(length=64), nullable=True),
        sa.Column("erased_for", sa.String(length=64), nullable=True),
        sa.Column("tombstone", sa.String(length=32), nullable=True),
    ):
        op.add_column("case_events", column)
    op.add_column("record_seals", sa.Column("ledger_number", sa.BigInteger(), nullable=True))
    op.add_column("record_seals", sa.Column("ledger_hash", sa.String(length=32), nullable=True))


def downgrade() -> None:
    for name in ("ledger_hash", "ledger_number"):
        op.drop_column("record_seals", name)
    for name in ("tombstone", "erased_for", "erased_by", "erased_at", "detail_salt"):
        op.drop_column("case_events", name)
    for table in ("ledger_entries", "ledger_head", "ledger_coverages", "record_keys"):
        op.drop_table(table)
