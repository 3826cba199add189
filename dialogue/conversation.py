"""One conversation: a JSON-able value that a turn replaces by a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Channel = Literal["voice", "text"]


@dataclass(frozen=True)
class Conversation:
    """The state between two turns.

    ``id`` is the CallSid of a call, or a name made from the keyed hash of a texter's number and
    the moment it began. ``phone`` (E.164) is empty when withheld. ``step`` names the step of the
    flow whose answer is awaited. ``slots`` holds what the present flow has gathered.
    """

    id: str
    channel: Channel
    phone: str
    phone_key: str
    can_text: bool
    language: str
    started_at: str
    step: str = "question.listen"
    turn: int = 0
    silences: int = 0
    misses: int = 0
    is_slow: bool = False
    topic: str | None = None
    offered: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    is_over: bool = False

    def with_slots(self, **slots: Any) -> Conversation:
        """The conversation with some slots set; None removes one."""
        merged = {**self.slots, **slots}
        return replace(self, slots={k: v for k, v in merged.items() if v is not None})

    def to_json(self) -> dict[str, Any]:
        """The conversation as a JSON-able value."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Conversation:
        """The conversation from ``to_json``."""
        fields = dict(raw)
        for name in ("offered", "asked", "services"):
            fields[name] = tuple(fields[name])
        return cls(**fields)
