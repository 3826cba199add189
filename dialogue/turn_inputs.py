"""What a citizen did, in the dialogue's own words: the channels translate into these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Arrived:
    """The call was answered; nothing was said yet."""


@dataclass(frozen=True)
class Pressed:
    """Keys of the telephone: one or more of 0-9, * and #."""

    keys: str


@dataclass(frozen=True)
class Spoke:
    """Recognised speech. ``confidence`` (0-1) is the recogniser's; None when it gave none."""

    words: str
    confidence: float | None = None


@dataclass(frozen=True)
class Texted:
    """A text message. ``attachments`` counts pictures and other media that came along."""

    words: str
    attachments: int = 0


@dataclass(frozen=True)
class Silent:
    """Nothing was said or pressed in time."""


@dataclass(frozen=True)
class Recorded:
    """A recording ended. ``recording_id`` is the provider's; empty when nothing was recorded."""

    recording_id: str
    seconds: int
    hung_up: bool = False


@dataclass(frozen=True)
class TransferEnded:
    """An attempt to reach a person ended."""

    outcome: Literal["answered", "not_reached"]


@dataclass(frozen=True)
class QueueEnded:
    """The wait for a person ended: answered, or left without one (also: the queue was full)."""

    outcome: Literal["answered", "left"]


@dataclass(frozen=True)
class HungUp:
    """The call is over; nothing can be said any more."""


TurnInput = (
    Arrived | Pressed | Spoke | Texted | Silent | Recorded | TransferEnded | QueueEnded | HungUp
)
