"""States and slots of the handoff to an agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class PersonState(State):
    """Where a caller is on the way to an agent."""

    TRANSFER = "transfer"
    QUEUE = "queue"


@dataclass(frozen=True)
class PersonSlots(Slots):
    """``tried`` are the telephones that rang already. ``is_urgent``: life is in danger, so the
    caller goes before all others and the number on duty rings too. ``about`` is what the agent is
    told."""

    flow: ClassVar[str] = "person"

    tried: tuple[str, ...] = ()
    is_urgent: bool = False
