"""Give an answer, and what follows it: more of it, a text with its law, a word that it missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.masking import mask_personal
from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Start, StateSpec, Transition
from dialogue.flows.answer.giving import find_full, give_answer
from dialogue.flows.answer.sending import send_answer
from dialogue.flows.answer.slots import AnswerSlots, AnswerState
from dialogue.flows.delivery.slots import DeliverySlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.person.slots import PersonSlots
from dialogue.heard import Heard
from dialogue.phrases import begins_with, hints_of, is_phrase
from dialogue.spoken_forms import beginning_of
from knowledge_base.operations import record_unanswered

_Way = Callable[[TurnContext], Transition]


def _begin(turn: TurnContext) -> Transition:
    slots = turn.slots(AnswerSlots)
    if slots.wants_more:
        return _give_more(turn)
    if not give_answer(turn, slots):
        turn.say("question.none")
        return FlowSignal.DONE
    return FlowSignal.DONE if turn.is_digressing else GoTo(AnswerState.GIVEN)


def _offer_ways_on(turn: TurnContext) -> None:
    """On the phone; a text carries its ways on itself."""
    if turn.is_voice:
        turn.say("question.answered")
        turn.listen(hints=hints_of(turn.language))


def _handle_given(turn: TurnContext, heard: Heard) -> Transition:
    ways = _VOICE_WAYS if turn.is_voice else _TEXT_WAYS
    way = ways.get(heard.choice) or _said_way(heard)
    if way is not None:
        return way(turn)
    if turn.is_voice and begins_with("no_text", heard.plain):
        turn.say("service.welcome")
        return FlowSignal.PROMPT
    return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD


def _said_way(heard: Heard) -> _Way | None:
    """What people say instead of pressing a key."""
    named = (("text_me", _text_me), ("more", _give_more), ("unhelpful", _note_unhelpful))
    return next((way for kind, way in named if is_phrase(kind, heard.plain)), None)


# --- more of it -----------------------------------------------------------------------------


def _give_more(turn: TurnContext) -> Transition:
    """In a text thread the full answer; on the phone its beginning, and the rest by text."""
    slots = turn.slots(AnswerSlots)
    full = find_full(turn, slots)
    if full is None:
        turn.say("question.no_more")
        return FlowSignal.DONE
    turn.say_words(full if not turn.is_voice else beginning_of(full, turn.language))
    return FlowSignal.DONE if turn.is_digressing else GoTo(AnswerState.MORE_GIVEN)


def _offer_the_rest(turn: TurnContext) -> None:
    if turn.is_voice:
        turn.say("question.more_told")
        turn.listen(hints=hints_of(turn.language))


def _say_sent(turn: TurnContext) -> None:
    turn.say("question.sent")
    turn.listen(hints=hints_of(turn.language))


def _handle_more_given(turn: TurnContext, heard: Heard) -> Transition:
    if turn.is_voice and (heard.choice == "1" or is_phrase("text_me", heard.plain)):
        return send_answer(turn, turn.slots(AnswerSlots), is_full=True)
    return _handle_given(turn, heard)


# --- not what was asked ---------------------------------------------------------------------


def _note_unhelpful(turn: TurnContext) -> Transition:
    services, asked = turn.services, turn.conversation.asked
    if asked:
        record_unanswered(
            services.db,
            mask_personal(asked[-1]),
            reason="unhelpful",
            channel=turn.conversation.channel,
            language=turn.language,
            now=services.now,
        )
    return GoTo(AnswerState.UNHELPFUL)


def _apologise(turn: TurnContext) -> None:
    turn.say("question.unhelpful")
    turn.listen(hints=hints_of(turn.language))


def _handle_unhelpful(turn: TurnContext, heard: Heard) -> Transition:
    choice = heard.choice
    if choice in _TEXT_UNHELPFUL and not turn.is_voice:
        choice = _TEXT_UNHELPFUL[choice]
    match choice:
        case "1":
            turn.say("question.say_again")
            turn.listen(hints=hints_of(turn.language))
            return FlowSignal.STAY
        case "2":
            return Start(PersonSlots())
        case "3":
            return Start(MessageSlots(is_wanted=True))
    return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD


# --- ways on --------------------------------------------------------------------------------


def _text_me(turn: TurnContext) -> Transition:
    return send_answer(turn, turn.slots(AnswerSlots), is_full=False)


def _ask_something_else(turn: TurnContext) -> Transition:
    return FlowSignal.DONE


def _ask_for_person(turn: TurnContext) -> Transition:
    return Start(PersonSlots())


_VOICE_WAYS: Mapping[str, _Way] = {
    "1": _text_me,
    "2": _ask_something_else,
    "3": _give_more,
    "4": _note_unhelpful,
}
_TEXT_WAYS: Mapping[str, _Way] = {"1": _give_more, "2": _note_unhelpful, "3": _ask_for_person}
# Under a text 3 is an agent, as it is under the answer before.
_TEXT_UNHELPFUL: Mapping[str, str] = {"2": "1", "3": "2", "4": "3"}
_TO = (
    AnswerState.MORE_GIVEN,
    AnswerState.SENT,
    AnswerState.UNHELPFUL,
    FlowSignal.DONE,
    DeliverySlots,
    PersonSlots,
)

FLOW = Flow(
    slots=AnswerSlots,
    states=AnswerState,
    begin=_begin,
    to=(AnswerState.GIVEN, AnswerState.MORE_GIVEN, FlowSignal.DONE),
    specs={
        AnswerState.GIVEN: StateSpec(_offer_ways_on, _handle_given, _TO),
        AnswerState.MORE_GIVEN: StateSpec(_offer_the_rest, _handle_more_given, _TO),
        AnswerState.SENT: StateSpec(_say_sent, _handle_given, _TO),
        AnswerState.UNHELPFUL: StateSpec(
            _apologise, _handle_unhelpful, (PersonSlots, MessageSlots)
        ),
    },
)
