"""Thanks, goodbye, a moment's wait, "are you a machine": answered as what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Start, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.question.slots import QuestionSlots, QuestionState
from dialogue.flows.rating.slots import RatingSlots
from dialogue.phrases import ends_with, has_phrase
from dialogue.saving import save_everything
from nlu.repair import RepairKind

# So many silences in a row after "wait" are no silence.
_PATIENCE = 2


def _say_and_prompt(key: str) -> Callable[[TurnContext], Transition]:
    def respond(turn: TurnContext) -> Transition:
        turn.say(key)
        return FlowSignal.PROMPT

    return respond


def _wait(turn: TurnContext) -> Transition:
    turn.say("service.take_your_time")
    turn.change(silences=-_PATIENCE)
    turn.is_aside = True
    turn.listen(is_patient=True)
    return FlowSignal.STAY


def _keep_listening(turn: TurnContext) -> Transition:
    turn.say("service.listening")
    turn.is_aside = True
    turn.listen(is_patient=True)
    return FlowSignal.STAY


def _goodbye(turn: TurnContext) -> Transition | None:
    """The end of a call, or of a text thread. In the middle of something "没有了" is an answer,
    and only a farewell is one."""
    if turn.is_digressing:
        return _leave_unfinished(turn) if has_phrase("farewell", turn.heard.plain) else None
    if turn.is_voice:
        return Start(RatingSlots())
    turn.say("service.goodbye")
    return FlowSignal.STAY


def _leave_unfinished(turn: TurnContext) -> Transition:
    save_everything(turn)
    turn.change(stack=turn.conversation.stack[:1])
    if turn.is_voice:
        return Start(RatingSlots())
    turn.say("service.goodbye")
    return FlowSignal.STAY


def leave_with_farewell(turn: TurnContext) -> Transition | None:
    """ "先这样吧，拜拜" in the middle of something ends it, and what was told is saved."""
    is_leaving = turn.is_digressing and ends_with("farewell", turn.heard.plain)
    return _leave_unfinished(turn) if is_leaving and not turn.heard.is_asking else None


def _acknowledge(turn: TurnContext) -> Transition | None:
    """ "OK", "收到": nothing to do, unless it answers what was asked."""
    if turn.is_digressing or not isinstance(turn.frame.slots, QuestionSlots | AnswerSlots):
        return None
    if turn.frame.state in (QuestionState.CONFIRM, QuestionState.CLARIFY):
        return None
    turn.say("service.ready")
    turn.listen()
    return FlowSignal.STAY


SMALL_TALK: Mapping[RepairKind, Callable[[TurnContext], Transition | None]] = {
    RepairKind.THANKS: _say_and_prompt("service.welcome"),
    RepairKind.GREETING: _say_and_prompt("service.hello"),
    RepairKind.BOT: _say_and_prompt("service.bot"),
    RepairKind.CAPABILITY: _say_and_prompt("service.help"),
    RepairKind.ABUSE: _say_and_prompt("service.calm"),
    RepairKind.WAIT: _wait,
    RepairKind.UNFINISHED: _keep_listening,
    RepairKind.GOODBYE: _goodbye,
    RepairKind.ACKNOWLEDGE: _acknowledge,
}
