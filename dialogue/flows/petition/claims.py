"""Which number of a petition is a claim as yet."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flows.petition.slots import PetitionSlots


def number_to_prove(turn: TurnContext, slots: PetitionSlots) -> str:
    """The number (E.164) that is a claim as yet; empty when there is none, or it stays one."""
    conversation = turn.conversation
    phone = slots.phone or (conversation.phone if conversation.can_text else "")
    is_settled = conversation.has_proved(phone) or phone in slots.unproved
    return "" if is_settled else phone
