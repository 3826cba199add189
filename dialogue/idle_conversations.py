"""Ending text conversations that were left idle: their service can be rated, and an unfinished
petition in them is saved.

A conversation is due twice: when it was idle for half an hour, and when it is too old to go on. The
job looks only at those that became due since it last ran in this process; the first run of a
process makes up a day.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from casework.case_services import CaseServices
from core.database import hold
from core.jobs import Counts, JobContext, Watermark
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.queueing import queue_texts
from dialogue.service_given import note_conversation_ended
from dialogue.services import DialogueServices, Facilities
from dialogue.store import TEXT_AGE, find_newest_turn, take_and_store
from dialogue.stored_conversation import conversation_from_json
from dialogue.turn_inputs import HungUp
from ratings.models import Service
from ratings.operations.services import find_service

IDLE_AFTER = timedelta(minutes=30)
_LOOK_BACK = timedelta(days=1)


class IdleContext(JobContext, Protocol):
    """What ending needs; ``idle_watermark`` is up to when idle conversations were ended."""

    @property
    def case_services(self) -> CaseServices: ...

    @property
    def facilities(self) -> Facilities: ...

    @property
    def idle_watermark(self) -> Watermark: ...


@dataclass(frozen=True)
class _Due:
    """An idle conversation; ``is_noted``: its service is noted already."""

    conversation: Conversation
    is_too_old: bool
    is_noted: bool


def end_idle(context: IdleContext) -> Counts:
    """Note the end of every text conversation idle for half an hour, and save the petitions
    of those that are too old to go on; counts."""
    now, watermark = context.clock.now(), context.idle_watermark
    due = _list_due(context, watermark.reached_at or now - _LOOK_BACK, now)
    unsaved, ended = [], []
    for one in due:
        conversation = one.conversation
        if one.is_too_old and not (conversation.is_over or conversation.is_asking_freely):
            unsaved.append(conversation)
        elif conversation.services and not one.is_noted:
            ended.append(conversation)
    _note_ended(context, ended, now)
    saved = sum(_save(context, conversation, now) for conversation in unsaved)
    watermark.reached_at = now
    return {"ended": len(ended), "saved": saved}


def _list_due(context: IdleContext, since: datetime, now: datetime) -> list[_Due]:
    """The conversations that became idle or too old after ``since``."""
    later = aliased(TakenTurn)
    is_due = or_(
        *(
            and_(TakenTurn.taken_at > since - age, TakenTurn.taken_at <= now - age)
            for age in (IDLE_AFTER, TEXT_AGE)
        )
    )
    went_on = exists().where(
        later.conversation_id == TakenTurn.conversation_id, later.number > TakenTurn.number
    )
    is_noted = exists().where(Service.key == TakenTurn.conversation_id)
    due = (
        select(TakenTurn, is_noted)
        .where(TakenTurn.channel == "text", is_due, ~went_on)
        .order_by(TakenTurn.id)
    )
    with context.database.read() as db:
        rows = db.execute(due).all()
    return [
        _Due(conversation_from_json(json.loads(turn.state)), turn.taken_at <= now - TEXT_AGE, noted)
        for turn, noted in rows
    ]


def _note_ended(context: IdleContext, ended: Sequence[Conversation], now: datetime) -> None:
    """Note the services of all in one transaction."""
    if not ended:
        return
    with context.database.write() as db:
        for conversation in ended:
            note_conversation_ended(db, context.case_services, conversation, now)


def _save(context: IdleContext, conversation: Conversation, now: datetime) -> int:
    """End a conversation in the middle of something, as a call ends by hanging up; once."""
    try:
        with context.database.write() as db:
            hold(db, f"texts/{conversation.phone_key}")
            newest = find_newest_turn(db, conversation.id)
            if newest is None or newest.conversation.turn != conversation.turn:
                return 0
            services = DialogueServices(context.facilities, db, now)
            turn = take_and_store(conversation, HungUp(), f"{conversation.id}/expired", services)
            queue_texts(
                db, context.database.vault, turn.replies, now, conversation_id=conversation.id
            )
            if turn.conversation.services and find_service(db, conversation.id) is None:
                note_conversation_ended(db, context.case_services, turn.conversation, now)
    except IntegrityError:
        # Another scheduler was first.
        return 0
    return 1
