"""The privacy notice, on wish at any prompt (个人信息保护法第十七条)."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from dialogue.phrases import is_phrase


def say_privacy(turn: TurnContext) -> Transition | None:
    """Say what is recorded, for what, how long, and what the citizen can ask for; then go on."""
    if not turn.heard.words or not is_phrase("privacy", turn.heard.plain):
        return None
    turn.say("service.privacy")
    return FlowSignal.PROMPT
