"""What a seat says of itself, since when it rings or talks, and which seats declined a caller."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("availability", sa.String(length=16), nullable=False, server_default="away")
        )
        batch_op.add_column(sa.Column("busy_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("serving", sa.String(length=64), nullable=True))
    op.execute(sa.text("UPDATE seats SET availability = 'available' WHERE is_available"))
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_column("is_available")
        batch_op.alter_column("availability", server_default=None)

    with op.batch_alter_table("waiting_callers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("declined_by", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("connected_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("waiting_callers", schema=None) as batch_op:
        batch_op.alter_column("declined_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("waiting_callers", schema=None) as batch_op:
        batch_op.drop_column("connected_at")
        batch_op.drop_column("declined_by")

    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_available", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    is_available = sa.table("seats", sa.column("is_available"), sa.column("availability"))
    op.execute(
        is_available.update()
        .where(is_available.c.availability == "available")
        .values(is_available=sa.true())
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.alter_column("is_available", server_default=None)
        batch_op.drop_column("serving")
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("busy_since")
        batch_op.drop_column("availability")
