"""After the numbers were given: an agent with priority, then whatever the citizen wants to say."""

from __future__ import annotations

from dataclasses import replace

from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Start, StateSpec, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.danger.slots import DangerSlots, DangerState
from dialogue.flows.person.slots import PersonSlots
from dialogue.heard import Heard
from dialogue.phrases import hints_of
from dialogue.reporting import report_danger
from nlu.decision import Outcome
from nlu.problems import names_problem


def _begin(turn: TurnContext) -> Transition:
    """On a call, start the transfer to an agent; on a text thread, say who will call back."""
    slots = turn.slots(DangerSlots)
    if turn.is_voice and not slots.has_tried:
        turn.put(replace(slots, has_tried=True))
        return Start(PersonSlots(is_urgent=True))
    if not turn.is_voice:
        turn.say("danger.alerted" if slots.can_call_back else "danger.alerted_held")
    return GoTo(DangerState.LISTEN)


def _listen(turn: TurnContext) -> None:
    if turn.is_voice:
        can_call_back = turn.slots(DangerSlots).can_call_back
        turn.say("danger.go_on" if can_call_back else "danger.go_on_held")
        turn.listen(hints=hints_of(turn.language), is_patient=True)


def _stay_calm(turn: TurnContext) -> Transition:
    """The number once more, and no menu."""
    turn.say(f"danger.{turn.slots(DangerSlots).said}")
    return FlowSignal.PROMPT


def _handle(turn: TurnContext, heard: Heard) -> Transition:
    """Pass on what is said now; then go back to what was interrupted, or take it as the matter
    itself."""
    if heard.keys or not heard.words:
        return FlowSignal.PROMPT
    slots = turn.slots(DangerSlots)
    report_danger(turn, slots.kind, can_call_back=slots.can_call_back)
    if turn.is_digressing:
        return FlowSignal.DONE if heard.goes_on else FlowSignal.LEAVE
    if _is_other_matter(heard):
        turn.say("danger.passed_on")
        topic = _likely_topic(turn, heard)
        return Start(AnswerSlots(topic=topic)) if topic else FlowSignal.NOT_UNDERSTOOD
    # Where they are, what is happening: nothing to choose from now.
    turn.say("danger.noted" if slots.can_call_back else "danger.noted_held")
    turn.listen(hints=hints_of(turn.language), is_patient=True)
    return FlowSignal.STAY


def _is_other_matter(heard: Heard) -> bool:
    """Whether something else is wanted now; a question that nothing is known about is not."""
    outcome = heard.decision.outcome
    if outcome is Outcome.PETITION:
        return names_problem(heard.words)
    return outcome in _OTHER_MATTERS or (heard.is_asking and outcome is not Outcome.NONE)


def _likely_topic(turn: TurnContext, heard: Heard) -> str | None:
    """The likeliest topic where elsewhere one would ask back: nobody gets a menu now."""
    if heard.decision.outcome is not Outcome.CLARIFY:
        return None
    knowledge, today = turn.services.facilities.knowledge, turn.services.today
    topics = (candidate.topic for candidate in heard.decision.candidates)
    return next((topic for topic in topics if knowledge.find_entry(topic, today)), None)


_OTHER_MATTERS = frozenset({Outcome.STATUS, Outcome.AGENT, Outcome.MESSAGE})


FLOW = Flow(
    slots=DangerSlots,
    states=DangerState,
    begin=_begin,
    to=(PersonSlots, DangerState.LISTEN),
    specs={
        DangerState.LISTEN: StateSpec(
            _listen,
            _handle,
            (FlowSignal.LEAVE, FlowSignal.DONE, AnswerSlots),
            on_silence=_stay_calm,
        )
    },
)
