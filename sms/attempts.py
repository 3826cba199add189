"""Attempts to serve a text: counted in the database before the work, so that a text that gets its
process killed is not tried for ever (docs/decisions/0020-texts-set-aside.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import bindparam, select, update

from core.database import Database, UtcDateTime, table_of
from sms.models import IS_WAITING, InboundText
from sms.waiting import WaitingText, read_waiting

MAX_ATTEMPTS = 2
# A text whose attempt began longer ago is in nobody's hands: its process was ended. Where that is
# wrong it is served twice at once, and settled once.
_IN_HAND = timedelta(seconds=30)

_TEXTS = table_of(InboundText)
# Made once: making a statement takes longer than the database needs for it.
_FIRST = (
    select(_TEXTS.c.id, _TEXTS.c.attempts, _TEXTS.c.attempted_at)
    .where(_TEXTS.c.phone_key == bindparam("phone_key"), IS_WAITING)
    .order_by(_TEXTS.c.id)
    .limit(1)
)
_BEGIN = (
    update(_TEXTS)
    .where(_TEXTS.c.id == bindparam("text_id"))
    .values(
        attempts=_TEXTS.c.attempts + 1,
        attempted_at=bindparam("now", type_=UtcDateTime()),
    )
)
_GIVE_BACK = (
    update(_TEXTS)
    .where(_TEXTS.c.id == bindparam("text_id"), _TEXTS.c.attempts > 0)
    .values(attempts=_TEXTS.c.attempts - 1, attempted_at=None)
)


class Standing(Enum):
    """What is to be done with the first text that waits of a number."""

    BEGUN = "begun"
    """An attempt was counted: serve it."""
    IN_HAND = "in hand"
    """Another one is at it, and serves what waits behind it too: leave it there."""
    EXHAUSTED = "exhausted"
    """It was tried as often as it may: set it aside."""


@dataclass(frozen=True)
class Turn:
    """Whose turn it may be: the first text up to ``last_id`` (None: any). ``failed_id``: the text
    whose attempt has just failed here, so that nobody has it in hand."""

    last_id: int | None = None
    failed_id: int | None = None


@dataclass(frozen=True)
class Attempt:
    """The first text that waits of a number; ``number`` counts its attempts from 1."""

    text: WaitingText
    standing: Standing
    number: int

    @property
    def is_last(self) -> bool:
        """Whether no other attempt may follow."""
        return self.number >= MAX_ATTEMPTS


def begin_attempt(database: Database, phone_key: str, now: datetime, turn: Turn) -> Attempt | None:
    """Count an attempt to serve the first text that waits of a number; None when none waits within
    ``turn``."""
    with database.write_rows() as rows:
        first = rows.execute(_FIRST, {"phone_key": phone_key}).one_or_none()
        if first is None or (turn.last_id is not None and first.id > turn.last_id):
            return None
        is_recent = first.attempted_at is not None and first.attempted_at > now - _IN_HAND
        if is_recent and first.id != turn.failed_id:
            standing, number = Standing.IN_HAND, first.attempts
        elif first.attempts >= MAX_ATTEMPTS:
            standing, number = Standing.EXHAUSTED, first.attempts
        else:
            rows.execute(_BEGIN, {"text_id": first.id, "now": now})
            standing, number = Standing.BEGUN, first.attempts + 1
        return Attempt(read_waiting(rows, first.id), standing, number)


def is_any_waiting(database: Database, phone_key: str) -> bool:
    """Whether a text of the number waits."""
    with database.read() as db:
        return db.execute(_FIRST, {"phone_key": phone_key}).one_or_none() is not None


def give_back_interrupted(database: Database, interrupted: set[int]) -> None:
    """Uncount the attempts that failed for no fault of their texts: the database went away."""
    if not interrupted:
        return
    with database.write_rows() as rows:
        for text_id in interrupted:
            rows.execute(_GIVE_BACK, {"text_id": text_id})
    interrupted.clear()
