"""What the text channel works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from core.clock import Clock
from core.database import Database
from core.state_store import StateStore
from dialogue.services import Facilities
from ratings.operations import RatingReply
from sms.flood import FloodLimits


class TakeRatingReply(Protocol):
    """Is shown every text with the keyed hash of its number; gives what to send back when it was a
    reply to a rating invitation, and what of it is left as a question; else None."""

    def __call__(
        self, db: Session, phone_key: str, words: str, now: datetime, /
    ) -> RatingReply | None: ...


@dataclass(frozen=True)
class TextServices:
    """What the text channel works with.

    ``interrupted`` are the texts of this process whose serving ended because
    the database went away (``sms.attempts``).
    """

    database: Database
    facilities: Facilities
    state: StateStore
    clock: Clock
    take_rating_reply: TakeRatingReply
    limits: FloodLimits = field(default_factory=FloodLimits)
    interrupted: set[int] = field(default_factory=set)
