"""An answer by text: to the caller's own number, or to one that is asked for."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Start, Transition
from dialogue.flows.answer.giving import find_answer, find_full
from dialogue.flows.answer.slots import AnswerSlots, AnswerState
from dialogue.flows.delivery.slots import DeliverySlots
from dialogue.phrases import hints_of
from outbox.operations import is_opted_out


def send_answer(turn: TurnContext, slots: AnswerSlots, *, is_full: bool) -> Transition:
    """Send the answer, or ask for a number that can receive texts.

    Somebody who has opted out of texts hears so, and how to turn them on again.
    """
    conversation = turn.conversation
    if not conversation.can_text:
        turn.say("question.needs_mobile")
        return Start(DeliverySlots(topic=slots.topic, is_full=is_full, year=slots.year))
    if is_opted_out(turn.services.db, conversation.phone_key):
        turn.say("service.texts_off")
        turn.listen(hints=hints_of(turn.language))
        return FlowSignal.STAY
    if queue_answer(turn, slots, is_full=is_full, phone=conversation.phone):
        return GoTo(AnswerState.SENT)
    turn.listen(hints=hints_of(turn.language))
    return FlowSignal.STAY


def queue_answer(turn: TurnContext, slots: AnswerSlots, *, is_full: bool, phone: str) -> bool:
    """Send the answer, or all of it, to a number (E.164). False when the limits refuse it, and the
    reason was said."""
    if is_full:
        words = find_full(turn, slots)
    else:
        answer = find_answer(turn, slots, "text")
        words = answer.text if answer is not None else None
    return words is None or turn.send_text("answer", words, phone)
