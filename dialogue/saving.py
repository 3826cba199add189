"""Saving what must not be lost when a conversation ends in the middle of something."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.conversation import Frame
from dialogue.flows.registry import flow_of


def save_everything(turn: TurnContext) -> None:
    """Let each flow of the stack, the uppermost first, save what must not be lost. The flows stay
    where they are, because a recording may be reported after the end."""
    stack = turn.conversation.stack
    saved: tuple[Frame, ...] = ()
    for depth in range(len(stack), 0, -1):
        turn.change(stack=stack[:depth])
        save = flow_of(turn.frame.slots).hang_up
        if save is not None:
            save(turn)
        saved = (turn.frame, *saved)
    turn.change(stack=saved)
