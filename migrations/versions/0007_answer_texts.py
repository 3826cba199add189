"""An answer receipt keeps the text exactly as it was said or sent, and the year it was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Receipts from before have no text: it can be rendered from their version, but was not kept.
    op.add_column("answer_receipts", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("answer_receipts", sa.Column("year", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer_receipts", "year")
    op.drop_column("answer_receipts", "text")
