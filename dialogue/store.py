"""Keeping conversations between turns, and giving stored replies to repeated requests.

Every turn is a row, written in one transaction with the facts it led to; the newest row of a
conversation is its state (docs/decisions/0001-state-in-the-turn.md).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.conversation import Conversation
from dialogue.engine import Turn, take_turn
from dialogue.models import TakenTurn
from dialogue.replies import Reply, replies_from_json, replies_to_json
from dialogue.services import DialogueServices
from dialogue.turn_inputs import TurnInput

TEXT_AGE = timedelta(hours=2)


def find_replies(db: Session, request_key: str) -> tuple[Reply, ...] | None:
    """The replies of a request that was already served, or None."""
    row = db.scalar(select(TakenTurn).where(TakenTurn.request_key == request_key))
    return None if row is None else replies_from_json(json.loads(row.replies))


def find_conversation(db: Session, conversation_id: str) -> Conversation | None:
    """The newest state of a conversation, or None when it never began."""
    row = db.scalar(
        select(TakenTurn)
        .where(TakenTurn.conversation_id == conversation_id)
        .order_by(TakenTurn.number.desc())
        .limit(1)
    )
    return None if row is None else Conversation.from_json(json.loads(row.state))


def find_open_text_conversation(db: Session, phone_key: str, now: datetime) -> Conversation | None:
    """The text conversation of a number that is young enough to be gone on with, or None."""
    row = db.scalar(
        select(TakenTurn)
        .where(
            TakenTurn.phone_key == phone_key,
            TakenTurn.channel == "text",
            TakenTurn.taken_at > now - TEXT_AGE,
        )
        .order_by(TakenTurn.taken_at.desc(), TakenTurn.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    conversation = Conversation.from_json(json.loads(row.state))
    return None if conversation.is_over else conversation


def take_and_keep(
    conversation: Conversation,
    turn_input: TurnInput,
    request_key: str,
    services: DialogueServices,
) -> Turn:
    """Take a turn and write its row. The caller commits.

    Raises sqlalchemy's IntegrityError when the same request or turn was written meanwhile.
    """
    turn = take_turn(conversation, turn_input, services)
    services.db.add(
        TakenTurn(
            conversation_id=conversation.id,
            number=turn.conversation.turn,
            request_key=request_key,
            channel=conversation.channel,
            phone_key=conversation.phone_key or None,
            step=turn.conversation.step,
            heard=repr(turn_input),
            state=json.dumps(turn.conversation.to_json(), ensure_ascii=False),
            replies=json.dumps(replies_to_json(turn.replies), ensure_ascii=False),
            taken_at=services.now,
        )
    )
    services.db.flush()
    return turn
