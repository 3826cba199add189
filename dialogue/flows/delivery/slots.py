"""States and slots of sending an answer by text to a number that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class DeliveryState(State):
    """Which number, and whether it is right."""

    NUMBER = "number"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class DeliverySlots(Slots):
    """What is to be sent (``is_full``: the whole answer) and to which number (E.164)."""

    flow: ClassVar[str] = "delivery"

    topic: str = ""
    is_full: bool = False
    year: int | None = None
    phone: str = ""
