"""Leave a message: by recording on the phone, in words by text."""

from __future__ import annotations

from dataclasses import replace

from casework.drafts import IdempotencyKey, MessageDraft, Recording
from casework.operations import take_message
from dialogue.announcing import announce_case
from dialogue.contacts import contact_of
from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, StateSpec, Transition
from dialogue.flows.message.slots import MessageSlots, MessageState
from dialogue.heard import Heard
from dialogue.replies import TakeRecording
from dialogue.turn_inputs import Recorded
from nlu.problems import names_problem

MAX_SECONDS = 120
_MAX_EMPTY_TRIES = 2


def _begin(turn: TurnContext) -> Transition:
    return _take(turn) if turn.slots(MessageSlots).is_wanted else GoTo(MessageState.OFFER)


def _take(turn: TurnContext) -> Transition:
    return GoTo(MessageState.RECORD if turn.is_voice else MessageState.WRITE)


def _offer(turn: TurnContext) -> None:
    turn.say("message.offer")
    turn.listen()


def _handle_offer(turn: TurnContext, heard: Heard) -> Transition:
    # 9 leaves a message everywhere, and so here too.
    if heard.choice in ("1", "9") or heard.yes_no is True:
        return _take(turn)
    if heard.choice == "2" or heard.yes_no is False:
        return FlowSignal.DONE
    if names_problem(heard.words):
        # Told instead of a message: the flow below takes it.
        return FlowSignal.LEAVE
    return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD


# --- in words -------------------------------------------------------------------------------


def _ask_for_words(turn: TurnContext) -> None:
    turn.say("message.write")


def _handle_words(turn: TurnContext, heard: Heard) -> Transition:
    if not heard.words:
        return FlowSignal.PROMPT
    _save(turn, text=heard.words)
    return FlowSignal.DONE


# --- by recording ---------------------------------------------------------------------------


def _record(turn: TurnContext) -> None:
    turn.say("message.record")
    turn.replies.append(TakeRecording(turn.language, MAX_SECONDS))


def _handle_recording(turn: TurnContext, heard: Heard) -> Transition:
    recorded = heard.turn_input
    if not isinstance(recorded, Recorded) or not recorded.recording_id:
        return _nothing_recorded(turn)
    slots = turn.slots(MessageSlots)
    turn.put(replace(slots, recording=recorded.recording_id, seconds=recorded.seconds))
    if recorded.hung_up:
        _keep(turn)
        turn.end()
        return FlowSignal.STAY
    return GoTo(MessageState.REVIEW)


def _nothing_recorded(turn: TurnContext) -> Transition:
    slots = turn.slots(MessageSlots)
    turn.put(replace(slots, empty_tries=slots.empty_tries + 1))
    if slots.empty_tries + 1 < _MAX_EMPTY_TRIES:
        return FlowSignal.PROMPT
    turn.say("message.nothing")
    turn.end()
    return FlowSignal.STAY


def _review(turn: TurnContext) -> None:
    turn.say("message.review")
    turn.listen()


def _handle_review(turn: TurnContext, heard: Heard) -> Transition:
    if heard.choice == "2" or heard.yes_no is False:
        turn.put(replace(turn.slots(MessageSlots), recording="", seconds=0))
        return GoTo(MessageState.RECORD)
    if heard.choice == "1" or heard.yes_no is True:
        return _keep_and_go_on(turn)
    return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD


def _keep_and_go_on(turn: TurnContext) -> Transition:
    _keep(turn)
    return FlowSignal.DONE


def _keep(turn: TurnContext) -> None:
    """Make a case of what was recorded, once."""
    slots = turn.slots(MessageSlots)
    if slots.recording:
        recording = Recording(provider_sid=slots.recording, seconds=slots.seconds)
        turn.put(replace(slots, recording="", seconds=0))
        _save(turn, recording=recording)


def _save(
    turn: TurnContext, *, text: str | None = None, recording: Recording | None = None
) -> None:
    services, conversation = turn.services, turn.conversation
    draft = MessageDraft(
        idempotency_key=IdempotencyKey(conversation.id, f"message{conversation.turn}"),
        contact=contact_of(turn),
        text=text,
        recording=recording,
        topic=conversation.topic,
    )
    lodging = take_message(services.db, services.facilities.case_services, draft, services.now)
    turn.serve("message")
    announce_case(turn, "message.saved", lodging)


def _cancel(turn: TurnContext) -> Transition:
    turn.say("service.cancelled")
    return FlowSignal.DONE


FLOW = Flow(
    slots=MessageSlots,
    states=MessageState,
    begin=_begin,
    to=(MessageState.OFFER, MessageState.RECORD, MessageState.WRITE),
    cancel=_cancel,
    hang_up=_keep,
    specs={
        MessageState.OFFER: StateSpec(
            _offer,
            _handle_offer,
            (MessageState.RECORD, MessageState.WRITE, FlowSignal.DONE, FlowSignal.LEAVE),
            takes_yes_no=True,
        ),
        MessageState.WRITE: StateSpec(_ask_for_words, _handle_words, (FlowSignal.DONE,)),
        MessageState.RECORD: StateSpec(
            _record, _handle_recording, (MessageState.REVIEW,), on_silence=_nothing_recorded
        ),
        MessageState.REVIEW: StateSpec(
            _review,
            _handle_review,
            (MessageState.RECORD, FlowSignal.DONE),
            on_silence=_keep_and_go_on,
            takes_yes_no=True,
        ),
    },
)
