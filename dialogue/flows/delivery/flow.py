"""Ask for a mobile number and send an answer there."""

from __future__ import annotations

from dataclasses import replace

from core.errors import InputError
from core.phones import Phone, digits_apart, parse_phone
from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, StateSpec, Transition
from dialogue.flows.answer.sending import queue_answer
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.delivery.slots import DeliverySlots, DeliveryState
from dialogue.heard import Heard
from dialogue.spoken_digits import digits_of
from outbox.kinds import Kind
from outbox.limits import refuse_number


def _begin(turn: TurnContext) -> Transition:
    return GoTo(DeliveryState.NUMBER)


def _ask(turn: TurnContext) -> None:
    turn.say("question.mobile")
    turn.listen(digits=None)


def _handle_number(turn: TurnContext, heard: Heard) -> Transition:
    phone = read_mobile(heard)
    if phone is None:
        if heard.words and not digits_of(heard.plain):
            return FlowSignal.NOT_UNDERSTOOD
        turn.say("question.mobile_wrong")
        return FlowSignal.PROMPT
    refusal = refuse_number(turn.services.db, Kind.ANSWER, phone.e164)
    if refusal is not None:
        turn.say(f"limits.{refusal}")
        return FlowSignal.PROMPT
    turn.put(replace(turn.slots(DeliverySlots), phone=phone.e164))
    return GoTo(DeliveryState.CONFIRM)


def read_mobile(heard: Heard) -> Phone | None:
    """A number that can receive texts, keyed in or said; None for anything else."""
    digits = heard.keys.strip("#") or digits_of(heard.plain)
    try:
        phone = parse_phone(digits)
    except InputError:
        return None
    return phone if phone.can_receive_texts else None


def _confirm(turn: TurnContext) -> None:
    national = turn.slots(DeliverySlots).phone.removeprefix("+86")
    turn.say("question.mobile_confirm", number=digits_apart(national))
    turn.listen()


def _handle_confirmation(turn: TurnContext, heard: Heard) -> Transition:
    slots = turn.slots(DeliverySlots)
    if heard.choice == "1" or heard.yes_no is True:
        answer = AnswerSlots(topic=slots.topic, year=slots.year)
        if queue_answer(turn, answer, is_full=slots.is_full, phone=slots.phone):
            turn.say("question.text_sent")
        return FlowSignal.DONE
    if heard.choice == "2" or heard.yes_no is False:
        turn.put(replace(slots, phone=""))
        return GoTo(DeliveryState.NUMBER)
    return FlowSignal.NOT_UNDERSTOOD


FLOW = Flow(
    slots=DeliverySlots,
    states=DeliveryState,
    begin=_begin,
    to=(DeliveryState.NUMBER,),
    specs={
        DeliveryState.NUMBER: StateSpec(
            _ask,
            _handle_number,
            (DeliveryState.CONFIRM,),
            expects="question.mobile_example",
            takes_number=True,
        ),
        DeliveryState.CONFIRM: StateSpec(
            _confirm,
            _handle_confirmation,
            (DeliveryState.NUMBER, FlowSignal.DONE),
            takes_yes_no=True,
        ),
    },
)
