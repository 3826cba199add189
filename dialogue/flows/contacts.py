"""Who is speaking, as casework wants to know it."""

from __future__ import annotations

from casework.drafts import Contact
from core.phones import Phone
from dialogue.turning import Turning


def contact_of(turning: Turning, *, name: str | None = None) -> Contact:
    """The citizen of this conversation: the number given for the case, else the caller's own."""
    conversation = turning.conversation
    given = turning.slot("case_phone")
    phone = None
    if given:
        phone = Phone(given, can_receive_texts=True)
    elif conversation.phone:
        phone = Phone(conversation.phone, conversation.can_text)
    return Contact(
        phone=phone, channel=conversation.channel, language=conversation.language, name=name
    )
