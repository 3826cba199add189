"""A conversation as a service that can be rated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from dialogue.conversation import Conversation
from ratings.operations import note_service_ended
from ratings.service import ServiceEnded
from ratings.vocabulary import ServiceKind


def service_of_conversation(
    conversation: Conversation, case_services: CaseServices, now: datetime
) -> ServiceEnded:
    """What was done in a conversation that ended now, for the ratings.

    The hotline belongs to the city bureau, so its own service counts there.
    """
    return ServiceEnded(
        key=conversation.id,
        office_id=case_services.offices.bureau.id,
        channel=conversation.channel,
        kind=_kind(conversation),
        phone=conversation.phone,
        phone_key=conversation.phone_key,
        can_text=conversation.can_text,
        language=conversation.language,
        ended_at=now,
        is_proved=conversation.has_proved(conversation.phone),
    )


def note_conversation_ended(
    db: Session, case_services: CaseServices, conversation: Conversation, now: datetime
) -> None:
    """Note a call or text conversation in which something was done for the citizen.

    A conversation in which nothing was given (a hang-up in the greeting) is no service, and
    somebody whose life was in danger is not asked to rate.
    """
    if conversation.services and not conversation.danger:
        note_service_ended(db, service_of_conversation(conversation, case_services, now), now)


def _kind(conversation: Conversation) -> ServiceKind:
    if "person" in conversation.services:
        return ServiceKind.PERSON
    return ServiceKind.CALL if conversation.channel == "voice" else ServiceKind.TEXT
