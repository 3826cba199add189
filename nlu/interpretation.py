"""The values in which an engine says what it understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from config.languages import Language as Language
from nlu.entities.values import NO_ENTITIES, Entities

MAX_CANDIDATES = 10
MAX_WEIGHED = 5
"""So many candidates are weighed against each other: in calibration, for broader topics and for the
problems of a story. Those behind them are only named."""


class Intent(StrEnum):
    """What the citizen wants to do with the message."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PROGRESS = "progress"
    PERSON = "person"
    MESSAGE = "message"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CANCEL = "cancel"
    """Break off what is being filled in; not the same as wanting no texts."""
    MORE = "more"
    HELP = "help"
    CHAT = "chat"


@dataclass(frozen=True)
class Candidate:
    """A topic that may have been meant; ``confidence`` is the probability (0-1) that it was."""

    topic: str
    confidence: float


@dataclass(frozen=True)
class Interpretation:
    """One message as an engine understood it.

    ``topic`` is the best topic, or None when the message is about none of them; ``confidence`` is
    the probability (0-1) that ``topic`` is right, 0 without one. ``candidates`` holds at most
    MAX_CANDIDATES topics, best first, whatever ``topic`` says.
    """

    intent: Intent
    intent_confidence: float
    topic: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    language: Language
    entities: Entities = field(default=NO_ENTITIES)
