"""Handoff to an agent: the free telephones one after the other, else the queue, else a message."""

from __future__ import annotations

from callcentre.operations import end_wait, enter_queue, free_agents_of_call, keep_place
from callcentre.queries import find_in_queue
from callcentre.queue_rules import QueueEntry
from core.masking import mask_personal
from dialogue.contacts import wish_of
from dialogue.context import TurnContext
from dialogue.conversation import Conversation
from dialogue.flow import Flow, FlowSignal, GoTo, Replace, StateSpec, Transition
from dialogue.flows.danger.slots import DangerSlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.person.calling import (
    call,
    find_target,
    has_queue,
    hours_of_service,
    is_waiting_worthwhile,
    offices_of,
)
from dialogue.flows.person.slots import PersonSlots, PersonState
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.flows.rating.slots import RatingSlots
from dialogue.heard import Heard
from dialogue.replies import Enqueue
from dialogue.reporting import note_person_reached
from dialogue.turn_inputs import QueueEnded, TransferEnded
from outbox.limits import CALL_BACK, Destination, note_call_back, refuse_number
from outbox.states import Reason

_MAX_ABOUT = 60


def _begin(turn: TurnContext) -> Transition:
    slots = turn.slots(PersonSlots)
    if not turn.is_voice:
        return _by_text(turn)
    if not turn.services.is_office_open and not slots.is_urgent:
        turn.say("person.closed", hours=hours_of_service(turn))
        return _otherwise(turn)
    # Nobody goes before those who wait already, except for somebody's life.
    if has_queue(turn) and not slots.is_urgent:
        return GoTo(PersonState.QUEUE)
    target = find_target(turn)
    if target:
        turn.say("person.connecting")
        return call(turn, target)
    if is_waiting_worthwhile(turn):
        return GoTo(PersonState.QUEUE)
    if not slots.is_urgent:
        turn.say("person.nobody")
    return _otherwise(turn)


def _by_text(turn: TurnContext) -> Transition:
    if turn.services.is_office_open:
        turn.say("person.by_text")
    else:
        turn.say("person.closed", hours=hours_of_service(turn))
    return _otherwise(turn)


def _otherwise(turn: TurnContext) -> Transition:
    """When no agent can be had: back to what was interrupted, or a message."""
    if turn.slots(PersonSlots).is_urgent:
        danger = turn.find_slots(DangerSlots)
        can_call_back = danger is None or danger.can_call_back
        turn.say("danger.not_reached" if can_call_back else "danger.not_reached_held")
        return FlowSignal.DONE
    return FlowSignal.DONE if turn.is_digressing else Replace(MessageSlots())


# --- a telephone rings ----------------------------------------------------------------------


def _ringing(turn: TurnContext) -> None:
    """All is said: the provider rings the telephone."""


def _handle_transfer(turn: TurnContext, heard: Heard) -> Transition:
    free_agents_of_call(turn.services.db, turn.conversation.id)
    ended = heard.turn_input
    if isinstance(ended, TransferEnded) and ended.outcome == "answered":
        return _reached(turn)
    target = find_target(turn)
    if target and isinstance(ended, TransferEnded):
        if not turn.slots(PersonSlots).is_urgent:
            turn.say("person.next")
        return call(turn, target)
    if is_waiting_worthwhile(turn):
        return GoTo(PersonState.QUEUE)
    return _not_reached(turn)


def _not_reached(turn: TurnContext) -> Transition:
    if not turn.slots(PersonSlots).is_urgent:
        turn.say("person.not_reached")
    return _otherwise(turn)


def _reached(turn: TurnContext) -> Transition:
    """What was being told was told to the agent."""
    turn.serve("person")
    note_person_reached(turn)
    turn.change(stack=(*turn.conversation.stack[:1], turn.frame))
    return Replace(RatingSlots())


# --- the queue ------------------------------------------------------------------------------


def _queue(turn: TurnContext) -> None:
    conversation, slots = turn.conversation, turn.slots(PersonSlots)
    enter_queue(
        turn.services.db,
        QueueEntry(
            conversation.id,
            phone=_call_back_number(turn),
            language=turn.language,
            office_ids=offices_of(turn),
            about=about_of(conversation),
            is_urgent=slots.is_urgent,
        ),
        turn.services.now,
    )
    turn.say("person.queued")
    turn.replies.append(Enqueue(turn.language, offices_of(turn)[0], slots.is_urgent))


def _handle_queue_end(turn: TurnContext, heard: Heard) -> Transition:
    services, ended = turn.services, heard.turn_input
    waiting = find_in_queue(services.db, turn.conversation.id)
    if isinstance(ended, QueueEnded) and ended.outcome == "answered":
        if waiting is not None:
            end_wait(services.db, waiting, "answered", services.now)
        return _reached(turn)
    wish = waiting.wish if waiting is not None and waiting.ended_at is None else ""
    if wish == "call_back" and not wish_of(turn.conversation).allows_call:
        wish = "message"
        _leave_queue(turn)
    if waiting is not None and wish == "call_back":
        refusal = _refuse_call_back(turn)
        if refusal is None:
            keep_place(services.db, waiting)
            turn.say("person.call_back")
            turn.end()
            return FlowSignal.STAY
        turn.say(f"limits.{refusal}")
        wish = "message"
    _leave_queue(turn)
    return Replace(MessageSlots(is_wanted=True)) if wish == "message" else _not_reached(turn)


def _call_back_number(turn: TurnContext) -> str:
    """The caller's number, if it may be called back at all. Somebody in danger is, wherever."""
    phone = turn.conversation.phone
    is_urgent = turn.slots(PersonSlots).is_urgent
    is_allowed = is_urgent or refuse_number(turn.services.db, CALL_BACK, phone) is None
    return phone if is_allowed else ""


def _refuse_call_back(turn: TurnContext) -> Reason | None:
    """Count the call-back; why it must not be promised, when it must not."""
    if turn.slots(PersonSlots).is_urgent:
        return None
    conversation = turn.conversation
    to = Destination(
        CALL_BACK,
        conversation.phone,
        conversation.phone_key,
        turn.caller_key,
        is_claimed=not conversation.is_proved,
    )
    return note_call_back(turn.services.db, to, turn.services.now)


def _give_up_waiting(turn: TurnContext) -> Transition:
    _leave_queue(turn)
    return _not_reached(turn)


def _leave_queue(turn: TurnContext) -> None:
    services = turn.services
    waiting = find_in_queue(services.db, turn.conversation.id)
    if waiting is not None and waiting.is_on_phone:
        # A caller who hangs up while talking to an agent is reported in either order.
        outcome = "answered" if waiting.connected_at else "left"
        if outcome == "answered":
            turn.serve("person")
        end_wait(services.db, waiting, outcome, services.now)


def about_of(conversation: Conversation) -> str:
    """What was asked or told so far, masked and short, for the agent who takes over."""
    petitions = [f.slots for f in conversation.stack if isinstance(f.slots, PetitionSlots)]
    story = petitions[-1].issue if petitions else ""
    return mask_personal(story or (conversation.asked or ("",))[-1])[:_MAX_ABOUT]


FLOW = Flow(
    slots=PersonSlots,
    states=PersonState,
    begin=_begin,
    to=(PersonState.TRANSFER, PersonState.QUEUE, MessageSlots, FlowSignal.DONE),
    hang_up=_leave_queue,
    specs={
        PersonState.TRANSFER: StateSpec(
            _ringing,
            _handle_transfer,
            (PersonState.TRANSFER, PersonState.QUEUE, RatingSlots, MessageSlots, FlowSignal.DONE),
            on_silence=_not_reached,
        ),
        PersonState.QUEUE: StateSpec(
            _queue,
            _handle_queue_end,
            (RatingSlots, MessageSlots, FlowSignal.DONE),
            on_silence=_give_up_waiting,
        ),
    },
)
