"""Ratings from unproved numbers stand apart, and many from one number wait for two persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.String(length=64)


def upgrade() -> None:
    # What was counted before stays counted: frozen months compute to the same.
    for table in ("ratings", "rating_services"):
        op.add_column(
            table, sa.Column("is_proved", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    op.create_table(
        "rating_holds",
        sa.Column("rating_id", _ROW_ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=True),
        sa.Column("proposed_by", _ID, nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["ratings.id"], name=op.f("fk_rating_holds_rating_id_ratings")
        ),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_rating_holds")),
    )
    op.create_index(op.f("ix_rating_holds_decided_at"), "rating_holds", ["decided_at"])


def downgrade() -> None:
    op.drop_table("rating_holds")
    for table in ("rating_services", "ratings"):
        op.drop_column(table, "is_proved")
