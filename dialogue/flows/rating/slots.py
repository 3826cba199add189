"""States and slots of rating a service at the end of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class RatingState(State):
    """The one question that is asked."""

    ASK = "ask"


@dataclass(frozen=True)
class RatingSlots(Slots):
    """Nothing is gathered: the level goes to the ratings at once."""

    flow: ClassVar[str] = "rating"
