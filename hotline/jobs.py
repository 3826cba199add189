"""Scheduled work of the voice channel."""

from __future__ import annotations

from sqlalchemy import select

from hotline.calls import SILENT_CALL_IS_OVER
from hotline.models import Call
from hotline.turns import CallServices, take_status


def end_lost_calls(services: CallServices) -> dict[str, int]:
    """End calls that no webhook spoke of for a long time, as their hang-up would have; counts."""
    with services.database.read() as db:
        lost = db.scalars(
            select(Call.sid).where(
                Call.ended_at.is_(None),
                Call.last_seen_at <= services.clock.now() - SILENT_CALL_IS_OVER,
            )
        ).all()
    for sid in lost:
        take_status(services, sid, "completed", None)
    return {"calls": len(lost)}
