"""Queueing what is written back to a text that came in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outbox.operations import TextOrder, enqueue_text
from sms.arrivals import Arrival
from sms.languages import language_of


def send_back(
    db: Session,
    arrival: Arrival,
    words: str,
    *,
    kind: str = "reply",
    number: int = 0,
    conversation_id: str | None = None,
) -> None:
    """Queue the ``number``-th text that answers an arrival; nothing without words or a number to
    write to. The same number queued twice is one text."""
    if arrival.phone is None or not words:
        return
    order = TextOrder(
        phone=arrival.phone.e164,
        phone_key=arrival.phone_key,
        words=words,
        kind=kind,
        language=language_of(words),
        key=f"in/{arrival.message.sid}/{number}",
        conversation_id=conversation_id,
    )
    enqueue_text(db, order, arrival.now)
