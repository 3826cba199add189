"""Ending text conversations that were left idle, so that their service can be rated."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import func, select

from app.services_ended import note_conversation_ended
from app.wiring import Parts
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from ratings.operations.services import find_service

IDLE_AFTER = timedelta(minutes=30)
# Older threads were ended by an earlier run; a scheduler that slept longer makes up a day.
_LOOK_BACK = timedelta(days=1)


def end_idle_threads(parts: Parts) -> dict[str, int]:
    """Note the end of every text conversation idle for half an hour; counts (RULES section 6)."""
    now = parts.clock.now()
    newest = (
        select(TakenTurn.conversation_id, func.max(TakenTurn.id).label("id"))
        .where(TakenTurn.channel == "text", TakenTurn.taken_at > now - _LOOK_BACK)
        .group_by(TakenTurn.conversation_id)
        .subquery()
    )
    with parts.database.read() as db:
        idle = db.scalars(
            select(TakenTurn)
            .join(newest, TakenTurn.id == newest.c.id)
            .where(TakenTurn.taken_at <= now - IDLE_AFTER)
        ).all()
    ended = 0
    for turn in idle:
        conversation = Conversation.from_json(json.loads(turn.state))
        if not conversation.services:
            continue
        with parts.database.write() as db:
            if find_service(db, conversation.id) is None:
                note_conversation_ended(db, parts.desk, conversation, now)
                ended += 1
    return {"ended": ended}
