"""States and slots of asking how a case stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class ProgressState(State):
    """Which case, and whether it is the citizen's."""

    NUMBER = "number"
    LAST_FOUR = "last_four"


@dataclass(frozen=True)
class ProgressSlots(Slots):
    """``said`` is the message that asked; ``number`` the case number that was told; ``failures``
    counts numbers and digits that did not fit."""

    flow: ClassVar[str] = "progress"
    is_filling_in: ClassVar[bool] = True
    waits: ClassVar[bool] = True

    said: str = ""
    number: str = ""
    failures: int = 0
