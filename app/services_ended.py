"""Telling the ratings that a conversation has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from dialogue.conversation import Conversation
from dialogue.service_given import service_of_conversation
from ratings.operations import note_service_ended


def note_conversation_ended(
    db: Session, case_services: CaseServices, conversation: Conversation, now: datetime
) -> None:
    """Note a call or text conversation in which something was done for the citizen.

    A conversation in which nothing was given (a hang-up in the greeting) is no service, and
    somebody whose life was in danger is not asked to rate.
    """
    if conversation.services and not conversation.danger:
        note_service_ended(db, service_of_conversation(conversation, case_services, now), now)
