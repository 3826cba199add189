"""Who is speaking, as casework wants to know it."""

from __future__ import annotations

from casework.drafts import Contact
from core.phones import Phone
from dialogue.context import TurnContext


def contact_of(turn: TurnContext, *, name: str | None = None, phone: str = "") -> Contact:
    """The citizen of this conversation: the number given for the case, else the caller's own; and
    whether it is proved."""
    conversation = turn.conversation
    reached: Phone | None = None
    if phone:
        reached = Phone(phone, can_receive_texts=True)
    elif conversation.phone:
        reached = Phone(conversation.phone, conversation.can_text)
    return Contact(
        phone=reached,
        channel=conversation.channel,
        language=conversation.language,
        name=name,
        is_proved=reached is not None and conversation.has_proved(reached.e164),
    )
