"""Going on, going back, and taking up a petition that was put aside."""

from __future__ import annotations

from dataclasses import replace

from dialogue.context import TurnContext
from dialogue.conversation import Frame
from dialogue.flow import FlowSignal, Transition
from dialogue.flows.danger.slots import DangerSlots
from dialogue.flows.petition.slots import PetitionSlots, PetitionState


def take_up(turn: TurnContext) -> Transition:
    """Go on where the petition was broken off; where nothing is put aside, prompt once more."""
    parked = turn.conversation.parked
    if parked is not None:
        bottom = turn.conversation.stack[:1]
        turn.change(stack=(*bottom, parked), parked=None)
        turn.say("petition.resumed")
    return FlowSignal.PROMPT


def go_on(turn: TurnContext) -> Transition | None:
    """ "继续": what is going on, or what was put aside. Under an answer it asks for more of it."""
    if isinstance(turn.frame.slots, DangerSlots):
        # What is said after danger is passed on first.
        return None
    if turn.is_digressing:
        return FlowSignal.PROMPT
    return take_up(turn) if turn.conversation.parked is not None else None


def go_back(turn: TurnContext) -> Transition | None:
    """ "上一步": the field that was filled last is asked for once more."""
    slots = turn.frame.slots
    if not isinstance(slots, PetitionSlots) or slots.last is None:
        return FlowSignal.PROMPT if turn.is_digressing else None
    back = replace(slots, asking=slots.last, no_matches=0)
    turn.set_top(Frame(PetitionState.ASK, back))
    return FlowSignal.PROMPT
