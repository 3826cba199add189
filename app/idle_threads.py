"""Ending text conversations that were left idle: their service can be rated, and what was told in
them is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.services_ended import note_conversation_ended
from app.wiring import Parts
from core.database import hold
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.queueing import queue_texts
from dialogue.services import DialogueServices
from dialogue.store import TEXT_AGE, find_newest_turn, take_and_store
from dialogue.stored_conversation import conversation_from_json
from dialogue.turn_inputs import HungUp
from ratings.operations.services import find_service

IDLE_AFTER = timedelta(minutes=30)
# Older threads were ended by an earlier run; a scheduler that slept longer makes up a day.
_LOOK_BACK = timedelta(days=1)


def end_idle_threads(parts: Parts) -> dict[str, int]:
    """Note the end of every text conversation idle for half an hour, and save what was being told
    in those that are too old to go on; counts."""
    now = parts.clock.now()
    counts = {"ended": 0, "saved": 0}
    for turn in _idle_threads(parts, now):
        conversation = conversation_from_json(json.loads(turn.state))
        if turn.taken_at <= now - TEXT_AGE and not conversation.is_over:
            if not conversation.is_asking_freely:
                counts["saved"] += _save(parts, conversation, now)
        elif conversation.services:
            counts["ended"] += _note_ended(parts, conversation, now)
    return counts


def _idle_threads(parts: Parts, now: datetime) -> Sequence[TakenTurn]:
    newest = (
        select(TakenTurn.conversation_id, func.max(TakenTurn.id).label("id"))
        .where(TakenTurn.channel == "text", TakenTurn.taken_at > now - _LOOK_BACK)
        .group_by(TakenTurn.conversation_id)
        .subquery()
    )
    with parts.database.read() as db:
        return db.scalars(
            select(TakenTurn)
            .join(newest, TakenTurn.id == newest.c.id)
            .where(TakenTurn.taken_at <= now - IDLE_AFTER)
        ).all()


def _note_ended(parts: Parts, conversation: Conversation, now: datetime) -> int:
    with parts.database.write() as db:
        if find_service(db, conversation.id) is not None:
            return 0
        note_conversation_ended(db, parts.case_services, conversation, now)
    return 1


def _save(parts: Parts, conversation: Conversation, now: datetime) -> int:
    """End a thread in the middle of something, as a call ends by hanging up; once."""
    try:
        with parts.database.write() as db:
            hold(db, f"texts/{conversation.phone_key}")
            newest = find_newest_turn(db, conversation.id)
            if newest is None or newest.conversation.turn != conversation.turn:
                return 0
            services = DialogueServices(parts.facilities, db, now)
            turn = take_and_store(conversation, HungUp(), f"{conversation.id}/expired", services)
            queue_texts(
                db,
                parts.text_services.database.vault,
                turn.replies,
                now,
                conversation_id=conversation.id,
            )
            if turn.conversation.services and find_service(db, conversation.id) is None:
                note_conversation_ended(db, parts.case_services, turn.conversation, now)
    except IntegrityError:
        # Another scheduler was first.
        return 0
    return 1
