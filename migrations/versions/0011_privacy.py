"""Names of rows with questions, safe contact, proofs of deletion and requests to erase."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAMED = ("question_groups", "unanswered_questions")


def upgrade() -> None:
    for table in _NAMED:
        op.add_column(table, sa.Column("key", sa.String(length=32), nullable=True))
        # What lies there in plain is encrypted right after the migrations (app.migrations).
        op.execute(f"UPDATE {table} SET key = 'row-' || id")
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("key", existing_type=sa.String(length=32), nullable=False)
            batch_op.create_unique_constraint(op.f(f"uq_{table}_key"), ["key"])
    for column in (
        sa.Column("contact_way", sa.String(length=32), nullable=True),
        sa.Column("contact_hours", sa.String(length=32), nullable=True),
        sa.Column("is_contact_discreet", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("contact_words", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
    ):
        op.add_column("cases", column)
    op.create_table(
        "contact_wishes",
        sa.Column("phone_key", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("hours", sa.String(length=32), nullable=False),
        sa.Column("is_discreet", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("phone_key", name=op.f("pk_contact_wishes")),
    )
    op.create_table(
        "deletion_proofs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ran_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("policy_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("table_name", sa.String(length=48), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=True),
        sa.Column("last_at", sa.DateTime(), nullable=True),
        sa.Column("first_key", sa.String(length=64), nullable=False),
        sa.Column("last_key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_proofs")),
    )
    op.create_index("ix_deletion_proofs_ran_at", "deletion_proofs", ["ran_at"])
    op.create_index("ix_deletion_proofs_why", "deletion_proofs", ["why"])
    op.create_table(
        "erasure_requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_key", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_erasure_requests_key")),
    )
    op.create_index("ix_erasure_requests_phone_key", "erasure_requests", ["phone_key"])
    op.create_index("ix_erasure_requests_state", "erasure_requests", ["state"])


def downgrade() -> None:
    for table in ("erasure_requests", "deletion_proofs", "contact_wishes"):
        op.drop_table(table)
    with op.batch_alter_table("cases") as batch_op:
        for name in (
            "erased_at", "contact_words", "is_contact_discreet", "contact_hours", "contact_way",
        ):  # fmt: skip
            batch_op.drop_column(name)
    for table in _NAMED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"uq_{table}_key"), type_="unique")
            batch_op.drop_column("key")
