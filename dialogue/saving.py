"""Saving what must not be lost when a conversation ends in the middle of something."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flows.registry import flow_of


def save_everything(turn: TurnContext) -> None:
    """Let each flow of the stack, the uppermost first, save what must not be lost."""
    stack = turn.conversation.stack
    for depth in range(len(stack), 0, -1):
        turn.change(stack=turn.conversation.stack[:depth])
        save = flow_of(turn.frame.slots).hang_up
        if save is not None:
            save(turn)
