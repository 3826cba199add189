"""States and slots of leaving a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class MessageState(State):
    """From the offer to the recording."""

    OFFER = "offer"
    WRITE = "write"
    RECORD = "record"
    REVIEW = "review"


@dataclass(frozen=True)
class MessageSlots(Slots):
    """``is_wanted``: the citizen asked for it, so it is not offered first. ``recording`` is the
    provider's id of what was recorded, ``empty_tries`` how often nothing was."""

    flow: ClassVar[str] = "message"
    is_filling_in: ClassVar[bool] = True
    waits: ClassVar[bool] = True

    is_wanted: bool = False
    recording: str = ""
    seconds: int = 0
    empty_tries: int = 0
