"""Texts that came in and wait for their turn: stored, found again, and marked when served."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import Database, UtcDateTime, table_of
from core.encrypted_columns import bind_row
from core.phones import find_caller
from sms.inbound import InboundMessage, Outcome
from sms.models import IS_WAITING, InboundText

# Made once: making a statement takes longer than the database needs for it.
_TEXTS = table_of(InboundText)
_STORE = insert(_TEXTS)
_SETTLE = (
    update(_TEXTS)
    .where(_TEXTS.c.id == bindparam("text_id"), IS_WAITING)
    .values(outcome=bindparam("becomes"))
)
_MESSAGE = select(
    _TEXTS.c.id,
    _TEXTS.c.phone_key,
    _TEXTS.c.words_key,
    _TEXTS.c.message_sid,
    _TEXTS.c.phone,
    _TEXTS.c.words,
    _TEXTS.c.attachments,
    _TEXTS.c.is_cut,
)
_BY_ID = _MESSAGE.where(_TEXTS.c.id == bindparam("text_id"))
_LEFT_LYING = (
    _MESSAGE.where(IS_WAITING, _TEXTS.c.received_at < bindparam("before", type_=UtcDateTime()))
    .order_by(_TEXTS.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class WaitingText:
    """A stored text: the id of its row, the keyed hashes of its number and words, and what it says.

    Later texts have higher ids.
    """

    id: int
    phone_key: str
    words_key: str
    message: InboundMessage = field(repr=False)


def store(database: Database, message: InboundMessage, now: datetime) -> WaitingText | None:
    """Put a text that came in ``now`` on the disk; None when the same one came before.

    Raises sqlalchemy's DBAPIError when it cannot be stored.
    """
    phone = find_caller(message.sender)
    sender = phone.e164 if phone else message.sender
    phone_key = database.vault.keyed_hash(sender)
    words_key = database.vault.keyed_hash(message.words)
    row = {
        "message_sid": message.sid,
        "phone": sender,
        "phone_key": phone_key,
        "words": message.words,
        "words_key": words_key,
        "attachments": message.attachments,
        "is_cut": message.is_cut,
        "outcome": Outcome.WAITING,
        "received_at": now,
    }
    try:
        with database.write_rows() as rows:
            (text_id,) = rows.execute(_STORE, bind_row(_TEXTS, row)).inserted_primary_key or (0,)
    except IntegrityError:
        return None
    return WaitingText(text_id, phone_key, words_key, message)


def settle(db: Session, text: WaitingText, outcome: Outcome) -> bool:
    """Note what became of a text; False when that was noted before."""
    result = db.connection().execute(_SETTLE, {"text_id": text.id, "becomes": outcome})
    return result.rowcount > 0


def read_waiting(rows: Connection, text_id: int) -> WaitingText:
    """The text of a row. Raises sqlalchemy's NoResultFound."""
    return _text_of(rows.execute(_BY_ID, {"text_id": text_id}).one())


def find_left_lying(db: Session, before: datetime, *, most: int) -> list[WaitingText]:
    """The oldest texts that have been waiting since ``before``: their process ended too early."""
    return [_text_of(row) for row in db.execute(_LEFT_LYING, {"before": before, "most": most})]


def list_words(db: Session, text_ids: Collection[int]) -> dict[int, str]:
    """The words of texts that staff have as tasks, by id; those that are gone are missing."""
    found = select(_TEXTS.c.id, _TEXTS.c.words).where(_TEXTS.c.id.in_(text_ids))
    return {row.id: row.words for row in db.execute(found)}


def _text_of(row: Row[int, str, str, str, str, str, int, bool]) -> WaitingText:
    text_id, phone_key, words_key, sid, sender, words, attachments, is_cut = row
    return WaitingText(
        text_id, phone_key, words_key, InboundMessage(sid, sender, words, attachments, is_cut)
    )
