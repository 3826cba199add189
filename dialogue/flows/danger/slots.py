"""States and slots of the help for somebody whose life is in danger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class DangerState(State):
    """After the numbers were given and nobody was reached: whatever is said now is passed on."""

    LISTEN = "listen"


@dataclass(frozen=True)
class DangerSlots(Slots):
    """``kind`` is the danger, ``advice`` the wording of its numbers where it is not that of the
    kind, ``can_call_back`` whether staff may ring back, ``has_tried``: whether an agent was
    already looked for."""

    flow: ClassVar[str] = "danger"
    waits: ClassVar[bool] = True

    kind: str = ""
    can_call_back: bool = True
    has_tried: bool = False
    advice: str = ""

    @property
    def said(self) -> str:
        """The wording that gives the numbers."""
        return self.advice or self.kind
