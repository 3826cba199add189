"""What a danger is: its kind, its level and whether a call back could make it worse."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class DangerKind(StrEnum):
    """What threatens life. Each kind has its own emergency numbers."""

    SELF_HARM = "self_harm"
    INJURY = "injury"
    FIRE = "fire"
    VIOLENCE = "violence"


class DangerLevel(StrEnum):
    """``ACUTE``: now or threatened. ``DENIED``: spoken of and taken back; help is offered once.
    ``MENTIONED``: past, told of others or asked about; answered as a question. ``UNSURE``: no sign
    of it, but the words sound like it; the numbers and the way to help come before the answer."""

    ACUTE = "acute"
    DENIED = "denied"
    MENTIONED = "mentioned"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Danger:
    """One danger. ``is_held``: the citizen is locked in or held, or an attacker may be beside
    them, so that a call back could endanger them."""

    kind: DangerKind
    level: DangerLevel
    is_held: bool


class Strength(IntEnum):
    """How much a sign says by itself; explained in ``signs.yaml``."""

    TOPIC = 0
    PLEA = 1
    EVENT = 2
    NOW = 3
    HELD = 4
    THREAT = 5


@dataclass(frozen=True)
class Sign:
    """A sign of danger at a place of the respelt text."""

    kind: DangerKind
    strength: Strength
    start: int
    end: int
