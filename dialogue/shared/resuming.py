"""Taking up a petition that was put aside."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import Move, Transition


def take_up(turn: TurnContext) -> Transition:
    """Go on where the petition was broken off; where nothing is put aside, prompt once more."""
    parked = turn.conversation.parked
    if parked is not None:
        bottom = turn.conversation.stack[:1]
        turn.change(stack=(*bottom, parked), parked=None)
        turn.say("petition.resumed")
    return Move.PROMPT
