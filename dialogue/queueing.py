"""Queueing the texts that a turn asks to be sent, for calls and text threads alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.encryption import Vault
from dialogue.replies import Reply, SendText
from outbox.operations import TextOrder, enqueue_text


def queue_texts(
    db: Session,
    vault: Vault,
    replies: Iterable[Reply],
    now: datetime,
    *,
    conversation_id: str | None = None,
) -> None:
    """Queue the texts among the replies; ``conversation_id`` names the thread they belong to.

    The same key queued twice is one text.
    """
    for reply in replies:
        if isinstance(reply, SendText):
            order = TextOrder(
                phone=reply.phone,
                phone_key=vault.keyed_hash(reply.phone),
                words=reply.words,
                kind=reply.kind,
                language=reply.language,
                key=reply.key,
                conversation_id=conversation_id,
                caller_key=reply.caller_key,
                is_claimed=reply.is_claimed,
            )
            enqueue_text(db, order, now)
