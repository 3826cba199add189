"""States and slots of an answer that is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.conversation import Conversation
from dialogue.slots import Slots, State


class AnswerState(State):
    """What follows an answer."""

    GIVEN = "given"
    MORE_GIVEN = "more_given"
    SENT = "sent"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True)
class AnswerSlots(Slots):
    """``topic`` is what is answered, with the confidence (0-1) that it was asked; ``language`` is
    that of the question, ``year`` the calendar year it asks about; ``wants_more``: the whole answer
    is asked for at once."""

    flow: ClassVar[str] = "answer"

    topic: str = ""
    confidence: float = 1.0
    language: str = ""
    year: int | None = None
    wants_more: bool = False


def is_answered(conversation: Conversation) -> bool:
    """Whether the last question was simply answered, so that the next one can be taken."""
    return bool(conversation.stack) and conversation.stack[-1].state is AnswerState.GIVEN
