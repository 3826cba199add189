"""Rate a service: by key or word at the end of a call for those who cannot text."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.conversation import Conversation
from dialogue.flow import Flow, FlowSignal, GoTo, StateSpec, Transition
from dialogue.flows.rating.slots import RatingSlots, RatingState
from dialogue.heard import Heard
from dialogue.service_given import service_of_conversation
from ratings.operations import rate_at_end_of_call
from ratings.replies import parse_rating

_LEVELS = frozenset("12345")


def is_asked_by_key(conversation: Conversation) -> bool:
    """Whether a service was given to somebody who cannot be asked by text after the call, and who
    was not asked yet."""
    return (
        conversation.channel == "voice"
        and bool(conversation.services)
        and not conversation.can_text
        and not conversation.asked_to_rate
    )


def _begin(turn: TurnContext) -> Transition:
    return GoTo(RatingState.ASK) if is_asked_by_key(turn.conversation) else _say_goodbye(turn)


def _ask(turn: TurnContext) -> None:
    turn.say("rating.offer")
    turn.listen()


def _handle(turn: TurnContext, heard: Heard) -> Transition:
    turn.change(asked_to_rate=True)
    level = int(heard.choice) if heard.choice in _LEVELS else parse_rating(heard.words).level
    if level is not None:
        services = turn.services
        case_services = services.facilities.case_services
        ended = service_of_conversation(turn.conversation, case_services, services.now)
        rate_at_end_of_call(services.db, case_services, ended, level, services.now)
        turn.say("rating.thanks")
    elif heard.words:
        # Something else was said: the call goes on.
        return FlowSignal.NOT_UNDERSTOOD
    return _say_goodbye(turn)


def _say_goodbye(turn: TurnContext) -> Transition:
    turn.say("rating.goodbye")
    turn.end()
    return FlowSignal.STAY


FLOW = Flow(
    slots=RatingSlots,
    states=RatingState,
    begin=_begin,
    to=(RatingState.ASK,),
    specs={RatingState.ASK: StateSpec(_ask, _handle, on_silence=_say_goodbye)},
)
