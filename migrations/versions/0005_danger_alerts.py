"""Alerts of danger to life with their reports, and callers who stand before all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "danger_alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("phone_key", sa.String(length=32), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("can_call_back", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("last_report_at", sa.DateTime(), nullable=False),
        sa.Column("act_by", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=64), nullable=True),
        sa.Column("caller_gone_at", sa.DateTime(), nullable=True),
        sa.Column("call_back_by", sa.DateTime(), nullable=True),
        sa.Column("reached_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("escalations_in_round", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_danger_alerts_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_alerts")),
        sa.UniqueConstraint("case_id", name=op.f("uq_danger_alerts_case_id")),
    )
    op.create_index("ix_danger_alerts_running", "danger_alerts", ["closed_at", "phone_key"])
    op.create_index("ix_danger_alerts_due", "danger_alerts", ["closed_at", "act_by"])
    op.create_table(
        "danger_reports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("can_call_back", sa.Boolean(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["danger_alerts.id"],
            name=op.f("fk_danger_reports_alert_id_danger_alerts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_reports")),
        sa.UniqueConstraint("origin", name=op.f("uq_danger_reports_origin")),
    )
    op.create_index("ix_danger_reports_alert_id", "danger_reports", ["alert_id"])
    op.create_index("ix_danger_reports_conversation_id", "danger_reports", ["conversation_id"])
    op.add_column(
        "waiting_callers",
        sa.Column("is_urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("waiting_callers") as table:
        table.drop_column("is_urgent")
    op.drop_table("danger_reports")
    op.drop_table("danger_alerts")
