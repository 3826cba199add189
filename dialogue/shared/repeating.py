"""Saying the last turn once more, word for word."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from dialogue.flows.registry import flow_of


def repeat(turn: TurnContext) -> Transition:
    """Say what was said last; prompt when nothing was. What was recorded as said stays true: the
    words are the stored ones and are not rendered once more."""
    said = turn.conversation.said
    if not said:
        return FlowSignal.PROMPT
    for words in said:
        turn.say_words(words.words, words.language)
    state = turn.frame.state
    spec = flow_of(turn.frame.slots).specs.get(state) if state is not None else None
    turn.listen(digits=None if spec is not None and spec.takes_number else 1)
    return FlowSignal.STAY


def explain(turn: TurnContext) -> Transition:
    """ "什么意思": what is asked, and what an answer may look like."""
    repeat(turn)
    return FlowSignal.NOT_UNDERSTOOD if turn.is_digressing else FlowSignal.STAY


def repeat_slowly(turn: TurnContext) -> Transition:
    """The same, slowly."""
    turn.change(is_slow=True)
    return repeat(turn)
