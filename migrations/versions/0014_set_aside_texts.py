"""A text is counted before each attempt to serve it and set aside after the second; staff have it
as a task. A text that was cut says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inbound_texts",
        sa.Column("is_cut", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "inbound_texts",
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("inbound_texts", sa.Column("attempted_at", sa.DateTime(), nullable=True))
    op.add_column("staff_tasks", sa.Column("inbound_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_tasks", "inbound_id")
    op.drop_column("inbound_texts", "attempted_at")
    op.drop_column("inbound_texts", "attempts")
    op.drop_column("inbound_texts", "is_cut")
