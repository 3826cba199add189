"""The rules that look at every turn, the most important first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Start, Transition
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.person.slots import PersonSlots
from dialogue.flows.petition.slots import PetitionSlots, PetitionState
from dialogue.flows.petition.supplement import add_words, find_registered
from dialogue.flows.progress.slots import ProgressSlots
from dialogue.flows.question.understanding import understand
from dialogue.flows.registry import flow_of
from dialogue.phrases import has_phrase
from dialogue.shared.about_us import warn_of_fraud
from dialogue.shared.cancelling import cancel
from dialogue.shared.contact import note_contact_wish
from dialogue.shared.conversing import SMALL_TALK, leave_with_farewell
from dialogue.shared.danger import respond_to_danger
from dialogue.shared.languages import follow_script, set_language, wished_language
from dialogue.shared.privacy import say_privacy
from dialogue.shared.repeating import explain, repeat, repeat_slowly
from dialogue.shared.resuming import go_back, go_on, take_up
from dialogue.shared.safety import acknowledge_safety
from nlu.interpretation import Intent
from nlu.problems import names_problem
from nlu.repair import RepairKind

Rule = Callable[[TurnContext], Transition | None]


def respond(turn: TurnContext) -> Transition | None:
    """What the first rule that fits does; None leaves the turn to the flow's own handler."""
    for rule in _RULES:
        transition = rule(turn)
        if transition is not None:
            return transition
    return None


def _keys(turn: TurnContext) -> Transition | None:
    """Keys that do the same at every prompt."""
    rule = _EVERYWHERE_KEYS.get(turn.heard.keys)
    return rule(turn) if rule is not None else None


def _language(turn: TurnContext) -> Transition | None:
    wished = wished_language(turn.heard)
    if wished is None:
        return None
    set_language(turn, wished)
    turn.say("service.language")
    return FlowSignal.PROMPT


def _repair(turn: TurnContext) -> Transition | None:
    kind = turn.heard.repair
    if kind is None:
        return _after_a_repair(turn)
    if kind in SMALL_TALK:
        if _is_answer(turn):
            return None
        follow_script(turn)
    rule = _BY_REPAIR.get(kind)
    return rule(turn) if rule is not None else None


def _is_answer(turn: TurnContext) -> bool:
    """Whether a yes or no was asked for, and given."""
    state = turn.frame.state
    spec = flow_of(turn.frame.slots).specs[state] if state is not None else None
    return spec is not None and spec.takes_yes_no and turn.heard.yes_no is not None


def _after_a_repair(turn: TurnContext) -> Transition | None:
    """ "谢谢，年假几天": the courtesy is passed over, the rest is what is meant."""
    kind, rest = turn.heard.compound
    if kind is None or not rest or turn.heard.correction is not None:
        return None
    turn.heard = turn.heard.again(rest)
    if kind is not RepairKind.CANCEL:
        return None
    if cancel(turn) is FlowSignal.DONE:
        turn.pop()
    return understand(turn, turn.heard)


def _keyword(turn: TurnContext) -> Transition | None:
    rule = _BY_KEYWORD.get(turn.heard.keyword) if turn.heard.keyword else None
    return rule(turn) if rule is not None else None


def _correct(turn: TurnContext) -> Transition | None:
    """A correction goes to the uppermost flow that takes corrections."""
    correction = turn.heard.correction
    if correction is None:
        return None
    stack = turn.conversation.stack
    for depth in range(len(stack), 0, -1):
        flow = flow_of(stack[depth - 1].slots)
        if flow.correct is not None:
            turn.change(stack=stack[:depth])
            corrected = flow.correct(turn, correction)
            if corrected is FlowSignal.NOT_UNDERSTOOD:
                turn.change(stack=stack)
                return None
            return corrected
    if correction.slot is not None and "petition" in turn.conversation.services:
        return _correct_registered(turn)
    return None


def _correct_registered(turn: TurnContext) -> Transition:
    """What is wrong with a petition that is registered goes into its record, for the officer."""
    case = find_registered(turn, is_unfinished=False)
    if case is None:
        turn.say("petition.change_registered")
    else:
        add_words(turn, case, turn.heard.words)
    return FlowSignal.PROMPT


def _regret(turn: TurnContext) -> Transition | None:
    """ "按错了，我要登记的": a petition that was just broken off is taken up again."""
    is_regretted = (
        turn.conversation.parked is not None
        and not turn.is_digressing
        and not turn.heard.is_asking
        and has_phrase("regretting", turn.heard.plain)
    )
    return take_up(turn) if is_regretted else None


def _go_on(turn: TurnContext) -> Transition | None:
    """ "打不通，那继续吧": what the last words wish for."""
    return go_on(turn) if turn.heard.goes_on else None


# --- what the rules lead to -------------------------------------------------------------------


def _person(turn: TurnContext) -> Transition:
    return Start(PersonSlots(is_urgent=bool(turn.conversation.danger)))


def _message(turn: TurnContext) -> Transition | None:
    """Nothing new for somebody who is leaving a message already."""
    if isinstance(turn.frame.slots, MessageSlots):
        return None
    return Start(MessageSlots(is_wanted=True))


def _petition(turn: TurnContext) -> Transition | None:
    """Go on with the petition that is being told, take up the one that was put aside, or begin
    one with the story that was told a moment ago."""
    if turn.find_slots(PetitionSlots) is not None:
        # Where the story is read back, the wish says that it is right.
        return None if turn.frame.state is PetitionState.STORY else FlowSignal.PROMPT
    if turn.conversation.parked is not None:
        return take_up(turn)
    asked = turn.conversation.asked
    return Start(PetitionSlots(said=asked[-1] if asked and names_problem(asked[-1]) else ""))


def _progress(turn: TurnContext) -> Transition:
    return Start(ProgressSlots(said=turn.heard.words))


def _help(turn: TurnContext) -> Transition:
    turn.say("service.help")
    return FlowSignal.PROMPT


_EVERYWHERE_KEYS: Mapping[str, Rule] = {"0": _person, "9": _message, "*": repeat_slowly}
_BY_REPAIR: Mapping[RepairKind, Rule] = {
    **SMALL_TALK,
    RepairKind.PERSON: _person,
    RepairKind.CANCEL: cancel,
    RepairKind.REPEAT: repeat,
    RepairKind.SLOWER: repeat_slowly,
    RepairKind.CONTINUE: go_on,
    RepairKind.BACK: go_back,
    RepairKind.EXPLAIN: explain,
}
_BY_KEYWORD: Mapping[Intent, Rule] = {
    Intent.PERSON: _person,
    Intent.MESSAGE: _message,
    Intent.COMPLAINT: _petition,
    Intent.PROGRESS: _progress,
    Intent.HELP: _help,
    Intent.CANCEL: cancel,
}
_RULES: tuple[Rule, ...] = (
    acknowledge_safety,
    respond_to_danger,
    _keys,
    _language,
    say_privacy,
    note_contact_wish,
    _repair,
    _keyword,
    warn_of_fraud,
    _regret,
    _correct,
    _go_on,
    leave_with_farewell,
)
