"""Ask a question: listen, read back what was heard badly, ask back, offer keys."""

from __future__ import annotations

from dataclasses import replace

from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Start, StateSpec, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.question.naming import named_topic, offered_options
from dialogue.flows.question.slots import QuestionSlots, QuestionState
from dialogue.heard import Heard
from dialogue.phrases import hints_of, key_menu
from dialogue.spoken_forms import shortened

_LANGUAGE_KEYS = {"1": "zh", "2": "yue", "3": "en"}


def _begin(turn: TurnContext) -> Transition:
    slots = turn.slots(QuestionSlots)
    if slots.heard:
        return GoTo(QuestionState.CONFIRM)
    if slots.wants_keys:
        return GoTo(QuestionState.KEYS)
    return GoTo(QuestionState.CLARIFY if slots.offered else QuestionState.LISTEN)


# --- listening ------------------------------------------------------------------------------


def _greet(turn: TurnContext) -> None:
    turn.say("question.greeting")
    turn.listen(hints=hints_of(turn.language))


def _handle_greeted(turn: TurnContext, heard: Heard) -> Transition:
    chosen = _LANGUAGE_KEYS.get(heard.keys)
    if chosen is None:
        return _handle(turn, heard)
    turn.change(language=chosen)
    return GoTo(QuestionState.LISTEN)


def _listen(turn: TurnContext) -> None:
    """On the phone a prompt; in a text thread nothing, because one always may write on."""
    if turn.is_voice:
        turn.say("question.prompt")
        turn.listen(hints=hints_of(turn.language))


def _handle(turn: TurnContext, heard: Heard) -> Transition:
    if heard.keys:
        return GoTo(QuestionState.KEYS)
    if not heard.words:
        turn.say("question.empty")
        return GoTo(QuestionState.LISTEN)
    return FlowSignal.NOT_UNDERSTOOD


def _rephrase(turn: TurnContext) -> None:
    turn.say("question.again")
    turn.listen(hints=hints_of(turn.language))


# --- reading back unsure speech -------------------------------------------------------------


def _confirm(turn: TurnContext) -> None:
    turn.say("question.confirm", heard=shortened(turn, turn.slots(QuestionSlots).heard))
    turn.listen()


def _handle_confirmation(turn: TurnContext, heard: Heard) -> Transition:
    slots = turn.slots(QuestionSlots)
    if heard.choice == "1" or heard.yes_no is True:
        turn.heard = heard.again(slots.heard)
        return FlowSignal.NOT_UNDERSTOOD
    if heard.choice == "2" or heard.yes_no is False or not heard.words:
        turn.put(replace(slots, heard=""))
        return GoTo(QuestionState.REPHRASE)
    # Said once more: taken as it is, so that nobody is read back to in circles.
    turn.heard = heard.again(heard.words)
    return FlowSignal.NOT_UNDERSTOOD


# --- the flat key menu ----------------------------------------------------------------------


def _keys(turn: TurnContext) -> None:
    turn.say("question.keys")
    turn.listen()


def _handle_keys(turn: TurnContext, heard: Heard) -> Transition:
    topics = key_menu().get(heard.choice)
    if topics is None:
        return FlowSignal.NOT_UNDERSTOOD if heard.words else FlowSignal.PROMPT
    turn.put(replace(turn.slots(QuestionSlots), offered=topics))
    return GoTo(QuestionState.CLARIFY)


# --- asking back ----------------------------------------------------------------------------


def _clarify(turn: TurnContext) -> Transition | None:
    slots = turn.slots(QuestionSlots)
    # An entry may be withdrawn while it is being offered.
    offered, options = offered_options(turn, slots.offered)
    turn.put(replace(slots, offered=offered))
    if not offered:
        return GoTo(QuestionState.REPHRASE)
    turn.say("question.clarify", options=options)
    turn.listen()
    return None


def _handle_offer(turn: TurnContext, heard: Heard) -> Transition:
    offered = turn.slots(QuestionSlots).offered
    number = heard.number_of(len(offered))
    topic = offered[number] if number is not None else named_topic(turn, heard, offered)
    if topic is not None:
        return _answer(turn, topic)
    if heard.yes_no is True and len(offered) == 1:
        return _answer(turn, offered[0])
    if turn.is_digressing and heard.words:
        # No choice: an answer to what was asked before, perhaps.
        return FlowSignal.LEAVE
    if heard.yes_no is False or heard.choice or not heard.words:
        return GoTo(QuestionState.REPHRASE)
    return FlowSignal.NOT_UNDERSTOOD


def _answer(turn: TurnContext, topic: str) -> Transition:
    turn.put(replace(turn.slots(QuestionSlots), offered=()))
    return Start(AnswerSlots(topic=topic, confidence=1.0))


FLOW = Flow(
    slots=QuestionSlots,
    states=QuestionState,
    begin=_begin,
    to=(QuestionState.CONFIRM, QuestionState.KEYS, QuestionState.CLARIFY, QuestionState.LISTEN),
    specs={
        QuestionState.GREETING: StateSpec(
            _greet, _handle_greeted, (QuestionState.LISTEN, QuestionState.KEYS)
        ),
        QuestionState.LISTEN: StateSpec(
            _listen, _handle, (QuestionState.LISTEN, QuestionState.KEYS)
        ),
        QuestionState.REPHRASE: StateSpec(
            _rephrase, _handle, (QuestionState.LISTEN, QuestionState.KEYS)
        ),
        QuestionState.CONFIRM: StateSpec(
            _confirm, _handle_confirmation, (QuestionState.REPHRASE,), takes_yes_no=True
        ),
        QuestionState.KEYS: StateSpec(_keys, _handle_keys, (QuestionState.CLARIFY, MessageSlots)),
        QuestionState.CLARIFY: StateSpec(
            _clarify, _handle_offer, (QuestionState.REPHRASE, AnswerSlots, FlowSignal.LEAVE)
        ),
    },
)
