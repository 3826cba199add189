"""States and slots of asking a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class QuestionState(State):
    """Where somebody who asks may be."""

    GREETING = "greeting"
    LISTEN = "listen"
    REPHRASE = "rephrase"
    CONFIRM = "confirm"
    KEYS = "keys"
    CLARIFY = "clarify"


@dataclass(frozen=True)
class QuestionSlots(Slots):
    """``heard`` is unsure speech that is read back; ``offered`` are the topics to choose from;
    ``no_matches`` counts what was not understood in a row; ``wants_keys``: the key menu is
    asked for."""

    flow: ClassVar[str] = "question"

    heard: str = ""
    offered: tuple[str, ...] = ()
    no_matches: int = 0
    wants_keys: bool = False
