"""Texts wait in tables: those that came in are found by their number, those to be sent without
sorting all of them, and our own words by their keyed hash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Texts that were sent before have no hash: an echo of them is answered like any other text.
    op.add_column("outgoing_texts", sa.Column("words_key", sa.String(length=32), nullable=True))
    op.drop_index("ix_outgoing_texts_due", table_name="outgoing_texts")
    op.create_index("ix_outgoing_texts_turn", "outgoing_texts", ["state", "priority", "id"])
    is_waiting = sa.text("outcome = 'waiting'")
    op.create_index(
        "ix_inbound_texts_waiting",
        "inbound_texts",
        ["id"],
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_texts_waiting", table_name="inbound_texts")
    op.drop_index("ix_outgoing_texts_turn", table_name="outgoing_texts")
    op.create_index(
        "ix_outgoing_texts_due", "outgoing_texts", ["state", "next_attempt_at", "priority", "id"]
    )
    op.drop_column("outgoing_texts", "words_key")
