"""What the database knows about a text and its number before it is served: asked in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.database import table_of
from outbox.models import OptOut, OutgoingText
from sms.models import InboundText

_TEXTS, _OPT_OUTS, _OURS = table_of(InboundText), table_of(OptOut), table_of(OutgoingText)
# Made once: making a statement takes longer than the database needs for it.
_IS_TAKEN = exists().where(_TEXTS.c.message_sid == bindparam("sid"))
_KNOWN = select(
    _IS_TAKEN,
    exists().where(_OPT_OUTS.c.phone_key == bindparam("phone_key")),
    select(func.count())
    .where(
        _TEXTS.c.phone_key == bindparam("phone_key"),
        _TEXTS.c.words_key == bindparam("words_key"),
        _TEXTS.c.received_at > bindparam("since"),
    )
    .scalar_subquery(),
)
_OUR_WORDS = (
    select(_OURS.c.words)
    .where(_OURS.c.phone_key == bindparam("phone_key"))
    .order_by(_OURS.c.id.desc())
    .limit(bindparam("most"))
)
_TAKEN = select(_IS_TAKEN)


@dataclass(frozen=True)
class Known:
    """Whether the text was taken before, whether its number wants no texts, and how often the
    same words came from it lately."""

    is_taken: bool
    is_opted_out: bool
    same_before: int


def look_up(db: Session, sid: str, phone_key: str, words_key: str, since: datetime) -> Known:
    """What is known about a text; the same words are counted from ``since`` on."""
    asked = {"sid": sid, "phone_key": phone_key, "words_key": words_key, "since": since}
    is_taken, is_opted_out, same_before = db.execute(_KNOWN, asked).one()
    return Known(bool(is_taken), bool(is_opted_out), same_before)


def is_taken(db: Session, sid: str) -> bool:
    """Whether a text was taken before."""
    return bool(db.scalar(_TAKEN, {"sid": sid}))


def list_our_words(db: Session, phone_key: str, *, most: int) -> list[str]:
    """The words of our newest texts to a number."""
    return list(db.scalars(_OUR_WORDS, {"phone_key": phone_key, "most": most}))
