"""A petition's day, people and amount have two ends, it may have several problems, and it may be
unfinished."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UPPER_ENDS = {
    "since_until": "since_on",
    "people_max": "people",
    "amount_max_yuan": "amount_yuan",
}


def upgrade() -> None:
    for column in (
        sa.Column("since_until", sa.Date(), nullable=True),
        sa.Column("people_max", sa.Integer(), nullable=True),
        sa.Column("amount_max_yuan", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("is_unfinished", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("cases", column)
    cases = sa.table("cases", *(sa.column(name) for pair in _UPPER_ENDS.items() for name in pair))
    # Values so far were written down as exact.
    op.execute(cases.update().values({upper: cases.c[low] for upper, low in _UPPER_ENDS.items()}))
    _fill_topics()


def _fill_topics() -> None:
    cases = sa.table("cases", sa.column("topic", sa.String), sa.column("topics", sa.JSON))
    bind = op.get_bind()
    found = bind.scalars(sa.select(cases.c.topic).where(cases.c.topic.is_not(None)).distinct())
    for topic in found.all():
        bind.execute(cases.update().where(cases.c.topic == topic).values(topics=[topic]))


def downgrade() -> None:
    for name in ("is_unfinished", "topics", *_UPPER_ENDS):
        op.drop_column("cases", name)
