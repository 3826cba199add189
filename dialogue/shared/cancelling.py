"""Breaking off what is going on."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from dialogue.flows.registry import flow_of


def cancel(turn: TurnContext) -> Transition:
    """Break off the uppermost flow that can be, with all that lies on it; say so when there is
    nothing to break off."""
    stack = turn.conversation.stack
    for depth in range(len(stack), 0, -1):
        flow = flow_of(stack[depth - 1].slots)
        if flow.cancel is not None:
            turn.change(stack=stack[:depth])
            return flow.cancel(turn)
    turn.change(stack=stack[:1])
    is_registered = "petition" in turn.conversation.services
    turn.say("petition.change_registered" if is_registered else "service.nothing_to_cancel")
    return FlowSignal.PROMPT
