"""Telling the ratings that a service has ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from dialogue.conversation import Conversation
from ratings.operations import ServiceEnded, note_service_ended

if TYPE_CHECKING:
    from app.wiring import Parts


def note_conversation_ended(
    parts: Parts, db: Session, conversation: Conversation, now: datetime
) -> None:
    """Note a call or text conversation in which something was done for the citizen.

    The hotline belongs to the city bureau, so its own service counts there. A conversation in
    which nothing was given (a hang-up in the greeting) is no service.
    """
    if not conversation.services:
        return
    note_service_ended(
        db,
        ServiceEnded(
            key=conversation.id,
            office_id=parts.desk.offices.bureau.id,
            kind="person" if "person" in conversation.services else conversation.channel,
            channel=conversation.channel,
            phone=conversation.phone,
            phone_key=conversation.phone_key,
            language=conversation.language,
            ended_at=now,
        ),
        now,
    )
