"""What a conversation is in: a state of a flow, and the slots that the flow gathers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class State(StrEnum):
    """A place of a flow in which the citizen's input is awaited. Each flow has an enum of its
    own."""


@dataclass(frozen=True)
class Slots:
    """What a flow gathers. Each flow has a subclass of its own; ``flow`` is the flow's name, and
    ``is_filling_in`` tells whether the citizen is answering questions in it, ``waits`` whether it
    goes on when another flow that was started on top of it is done."""

    flow: ClassVar[str]
    is_filling_in: ClassVar[bool] = False
    waits: ClassVar[bool] = False
