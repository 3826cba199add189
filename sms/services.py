"""What the text channel works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import Clock
from core.database import Database
from core.state_store import StateStore
from dialogue.services import Facilities
from ratings.operations import RatingReply
from sms.flood import FloodLimits


@dataclass(frozen=True)
class TextServices:
    """What the text channel works with.

    ``take_rating_reply`` is shown every text (db, keyed hash of the number, words, now) and gives
    what to send back when it was a reply to a rating invitation, and what of it is left as a
    question; else None. ``interrupted`` are the texts of this process whose serving ended because
    the database went away (``sms.attempts``).
    """

    database: Database
    facilities: Facilities
    state: StateStore
    clock: Clock
    take_rating_reply: Callable[[Session, str, str, datetime], RatingReply | None]
    limits: FloodLimits = field(default_factory=FloodLimits)
    interrupted: set[int] = field(default_factory=set)
