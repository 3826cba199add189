"""Who is speaking, as casework wants to know it."""

from __future__ import annotations

from casework.drafts import Contact
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.phones import Phone
from dialogue.context import TurnContext
from dialogue.conversation import Conversation


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
        wish=wish_of(conversation),
        is_proved=reached is not None and conversation.has_proved(reached.e164),
    )


def wish_of(conversation: Conversation) -> ContactWish:
    """What was said in this conversation about being reached."""
    return ContactWish(
        way=ContactWay(conversation.contact_way or ContactWay.ANY),
        hours=ContactHours(conversation.contact_hours or ContactHours.ANY),
        is_discreet=conversation.is_contact_discreet,
        words=conversation.contact_words,
    )
