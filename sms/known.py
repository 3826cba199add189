"""What the database knows about a text and its number before it is served: asked in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.database import KeyedHash, UtcDateTime, table_of
from dialogue.conversation import Conversation
from dialogue.store import NEWEST_OF_THREAD, TEXT_AGE, open_conversation
from outbox.models import OptOut, OutgoingText
from sms.models import IS_WAITING, InboundText

_SAME_WORDS_WITHIN = timedelta(minutes=10)
_TEXTS, _OPT_OUTS, _OURS = table_of(InboundText), table_of(OptOut), table_of(OutgoingText)
# Made once: making a statement takes longer than the database needs for it.
_KNOWN = select(
    select(func.min(_TEXTS.c.id))
    .where(_TEXTS.c.phone_key == bindparam("phone_key"), IS_WAITING)
    .scalar_subquery()
    .label("first_waiting"),
    exists().where(_OPT_OUTS.c.phone_key == bindparam("phone_key")).label("is_opted_out"),
    select(func.count())
    .where(
        _TEXTS.c.phone_key == bindparam("phone_key"),
        _TEXTS.c.words_key == bindparam("words_key"),
        _TEXTS.c.received_at > bindparam("since", type_=UtcDateTime()),
        _TEXTS.c.id < bindparam("text_id"),
    )
    .scalar_subquery()
    .label("same_before"),
    exists()
    .where(
        _OURS.c.phone_key == bindparam("phone_key"),
        _OURS.c.words_key == bindparam("words_key", type_=KeyedHash),
        _OURS.c.created_at > bindparam("oldest", type_=UtcDateTime()),
    )
    .label("is_echo"),
    NEWEST_OF_THREAD.scalar_subquery().label("thread"),
)


@dataclass(frozen=True)
class Known:
    """The id of the number's text whose turn it is (None: none waits), whether the number wants no
    texts, how often the same words came from it lately, whether they are words of ours, and the
    state of its conversation."""

    first_waiting: int | None
    is_opted_out: bool
    same_before: int
    is_echo: bool
    thread: str | None

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that the text goes on with, or None."""
        return open_conversation(self.thread)


def look_up(db: Session, text_id: int, phone_key: str, words_key: str, now: datetime) -> Known:
    """What is known ``now`` about a text that was stored."""
    asked = {
        "text_id": text_id,
        "phone_key": phone_key,
        "words_key": words_key,
        "since": now - _SAME_WORDS_WITHIN,
        "oldest": now - TEXT_AGE,
    }
    row = db.execute(_KNOWN, asked).one()
    return Known(
        first_waiting=row.first_waiting,
        is_opted_out=bool(row.is_opted_out),
        same_before=row.same_before,
        is_echo=bool(row.is_echo),
        thread=row.thread,
    )
