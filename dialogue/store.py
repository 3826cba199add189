"""Keeping conversations between turns, and giving stored replies to repeated requests.

Every turn is a row, written in one transaction with the facts it led to; the newest row of a
conversation is its state (docs/decisions/0001-state-in-the-turn.md).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, bindparam, func, insert, select
from sqlalchemy.orm import Session

from core.database import UtcDateTime, table_of
from core.encrypted_columns import bind_row
from dialogue.conversation import Conversation
from dialogue.engine import Turn, take_turn
from dialogue.models import TakenTurn
from dialogue.replies import Reply, replies_from_json, replies_to_json
from dialogue.services import DialogueServices
from dialogue.stored_conversation import conversation_from_json, conversation_to_json
from dialogue.turn_inputs import TurnInput

TEXT_AGE = timedelta(hours=2)

# Statements of every turn, made once: making them takes longer than the database needs for them.
_TURNS = table_of(TakenTurn)
_INSERT = insert(_TURNS)
_NEWEST = (
    select(_TURNS.c.request_key, _TURNS.c.state, _TURNS.c.replies)
    .where(_TURNS.c.conversation_id == bindparam("conversation_id"))
    .order_by(_TURNS.c.number.desc())
    .limit(1)
)
_REPLIES = select(_TURNS.c.replies).where(_TURNS.c.request_key == bindparam("request_key"))
NEWEST_OF_THREAD = (
    select(_TURNS.c.state)
    .where(
        _TURNS.c.phone_key == bindparam("phone_key"),
        _TURNS.c.channel == "text",
        _TURNS.c.taken_at > bindparam("oldest", type_=UtcDateTime()),
    )
    # Not by the clock: those of several machines differ.
    .order_by(_TURNS.c.id.desc())
    .limit(1)
)
"""The newest state of the text conversation of ``phone_key`` since ``oldest``, for
``open_conversation``; to be asked along with other things in one go."""


@dataclass(frozen=True)
class SavedTurn:
    """A turn as it was kept: what it was asked by, the state after it and its replies."""

    request_key: str
    state: str
    replies_json: str

    @property
    def conversation(self) -> Conversation:
        """The state after the turn."""
        return conversation_from_json(json.loads(self.state))

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What was replied."""
        return replies_from_json(json.loads(self.replies_json))


def find_newest_turn(db: Session, conversation_id: str) -> SavedTurn | None:
    """The newest turn of a conversation, or None when it never began."""
    row = db.execute(_NEWEST, {"conversation_id": conversation_id}).one_or_none()
    return None if row is None else SavedTurn(*row)


def find_replies(db: Session, request_key: str) -> tuple[Reply, ...] | None:
    """The replies of a request that was already served, or None."""
    replies = db.execute(_REPLIES, {"request_key": request_key}).scalar_one_or_none()
    return None if replies is None else replies_from_json(json.loads(replies))


def is_turn_of(db: Session, request_key: str, turn_input: TurnInput) -> bool:
    """Whether the turn of this request was taken with this input, and not with one beside it."""
    heard = db.scalar(select(TakenTurn.heard).where(TakenTurn.request_key == request_key))
    return heard == repr(turn_input)


def find_conversation(db: Session, conversation_id: str) -> Conversation | None:
    """The newest state of a conversation, or None when it never began."""
    newest = find_newest_turn(db, conversation_id)
    return None if newest is None else newest.conversation


def find_conversations(db: Session, conversation_ids: Collection[str]) -> dict[str, Conversation]:
    """The newest states of conversations by id, in one query; without those that never began."""
    newest = (
        select(_TURNS.c.conversation_id, func.max(_TURNS.c.number).label("number"))
        .where(_TURNS.c.conversation_id.in_(conversation_ids))
        .group_by(_TURNS.c.conversation_id)
        .subquery()
    )
    states = select(_TURNS.c.conversation_id, _TURNS.c.state).join(
        newest,
        and_(
            _TURNS.c.conversation_id == newest.c.conversation_id,
            _TURNS.c.number == newest.c.number,
        ),
    )
    return {name: conversation_from_json(json.loads(state)) for name, state in db.execute(states)}


def open_conversation(state: str | None) -> Conversation | None:
    """The conversation of a stored state that can be gone on with, or None."""
    if state is None:
        return None
    conversation = conversation_from_json(json.loads(state))
    return None if conversation.is_over else conversation


def take_and_store(
    conversation: Conversation,
    turn_input: TurnInput,
    request_key: str,
    services: DialogueServices,
) -> Turn:
    """Take a turn and write its row. The caller commits.

    Raises sqlalchemy's IntegrityError when the same request or turn was written meanwhile.
    """
    turn = take_turn(conversation, turn_input, services)
    services.db.flush()
    row = {
        "conversation_id": conversation.id,
        "number": turn.conversation.turn,
        "request_key": request_key,
        "channel": conversation.channel,
        "phone_key": conversation.phone_key or None,
        "step": turn.conversation.place,
        "heard": repr(turn_input),
        "state": json.dumps(conversation_to_json(turn.conversation), ensure_ascii=False),
        "replies": json.dumps(replies_to_json(turn.replies), ensure_ascii=False),
        "taken_at": services.now,
    }
    # Straight into the table: the row is never changed, and this is the busiest write of all.
    services.db.execute(_INSERT, bind_row(_TURNS, row))
    return turn
