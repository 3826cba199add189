"""Recordings are fetched again with growing waits, and staff have tasks that no text led to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("call_recordings") as batch_op:
        batch_op.add_column(
            sa.Column("provider_state", sa.String(length=16), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("fault", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("next_fetch_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("staff_tasks") as batch_op:
        batch_op.alter_column("text_id", existing_type=_ID, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM staff_tasks WHERE text_id IS NULL")
    with op.batch_alter_table("staff_tasks") as batch_op:
        batch_op.alter_column("text_id", existing_type=_ID, nullable=False)
    with op.batch_alter_table("call_recordings") as batch_op:
        for name in ("next_fetch_at", "fault", "failures", "provider_state"):
            batch_op.drop_column(name)
