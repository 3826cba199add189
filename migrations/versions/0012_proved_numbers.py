"""Numbers are proved or claimed; texts and call-backs are counted by caller; case numbers are drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = sa.String(length=32)
_WORD = sa.String(length=32)
_NOT_YET = sa.false()


def upgrade() -> None:
    _add_to_cases()
    _add_to_texts()
    op.add_column(
        "calls", sa.Column("is_vouched", sa.Boolean(), nullable=False, server_default=_NOT_YET)
    )
    op.drop_table("case_sequences")
    op.create_table(
        "progress_guesses",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("caller_key", _KEY, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("guessed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_guesses")),
    )
    op.create_index(
        op.f("ix_progress_guesses_conversation_id"), "progress_guesses", ["conversation_id"]
    )
    op.create_index("ix_progress_guesses_caller", "progress_guesses", ["caller_key", "guessed_at"])
    _create_counts()
    op.create_table(
        "number_codes",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("phone_key", _KEY, nullable=False),
        sa.Column("code_hash", _KEY, nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_codes")),
    )
    op.create_index("ix_number_codes_asked", "number_codes", ["conversation_id", "phone_key"])


def _add_to_cases() -> None:
    op.add_column(
        "cases", sa.Column("is_phone_proved", sa.Boolean(), nullable=False, server_default=_NOT_YET)
    )
    op.add_column("cases", sa.Column("code_hash", _KEY, nullable=True))
    cases = sa.table(
        "cases",
        sa.column("phone_key", sa.String),
        sa.column("channel", sa.String),
        sa.column("is_phone_proved", sa.Boolean),
    )
    # Who texted had the number, and staff answer for what they wrote down. Of a call nobody knows
    # any more whether the number was keyed in.
    is_proved = cases.c.phone_key.is_not(None) & cases.c.channel.in_(("text", "sms", "staff"))
    op.execute(cases.update().where(is_proved).values(is_phone_proved=True))


def _add_to_texts() -> None:
    op.add_column("outgoing_texts", sa.Column("caller_key", _KEY, nullable=True))
    op.add_column(
        "outgoing_texts",
        sa.Column("is_claimed", sa.Boolean(), nullable=False, server_default=_NOT_YET),
    )
    op.create_index("ix_outgoing_texts_destination", "outgoing_texts", ["phone_key", "created_at"])
    op.create_index("ix_outgoing_texts_caller", "outgoing_texts", ["caller_key", "created_at"])


def _create_counts() -> None:
    op.create_table(
        "call_backs",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("phone_key", _KEY, nullable=False),
        sa.Column("caller_key", _KEY, nullable=False),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_backs")),
    )
    op.create_index("ix_call_backs_destination", "call_backs", ["phone_key", "created_at"])
    op.create_index("ix_call_backs_caller", "call_backs", ["caller_key", "created_at"])
    op.create_table(
        "refused_contacts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("reason", _WORD, nullable=False),
        sa.Column("phone_key", _KEY, nullable=False),
        sa.Column("caller_key", _KEY, nullable=True),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_contacts")),
    )
    op.create_index(op.f("ix_refused_contacts_refused_at"), "refused_contacts", ["refused_at"])


def downgrade() -> None:
    for table in ("number_codes", "refused_contacts", "call_backs", "progress_guesses"):
        op.drop_table(table)
    op.create_table(
        "case_sequences",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_case_sequences")),
    )
    op.drop_column("calls", "is_vouched")
    for index in ("ix_outgoing_texts_caller", "ix_outgoing_texts_destination"):
        op.drop_index(index, table_name="outgoing_texts")
    for name in ("is_claimed", "caller_key"):
        op.drop_column("outgoing_texts", name)
    for name in ("code_hash", "is_phone_proved"):
        op.drop_column("cases", name)
