"""Scheduled work on conversations and on answers that were given in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.jobs import Counts, JobContext
from dialogue.idle_conversations import IdleContext, end_idle
from knowledge_base.corrections import send_approved_corrections
from knowledge_base.models import CorrectionText
from outbox.operations import TextOrder, enqueue_text
from outbox.quiet_hours import is_quiet
from outbox.wishes import find_wish


def end_idle_conversations(context: IdleContext) -> Counts:
    """End text conversations that were left idle."""
    return end_idle(context)


def send_corrections(context: JobContext) -> Counts:
    """Queue corrected answers that were approved, outside the quiet hours, for those who want
    texts."""
    now = context.clock.now()
    if is_quiet(now):
        return {}
    with context.database.write() as db:
        return send_approved_corrections(db, lambda one: _queue_correction(db, one, now), now)


def _queue_correction(db: Session, correction: CorrectionText, now: datetime) -> None:
    if not find_wish(db, correction.phone_key).allows_text:
        return
    order = TextOrder(
        phone=correction.phone,
        phone_key=correction.phone_key,
        words=correction.words,
        kind="answer",
        language=correction.language,
        key=f"correction/{correction.id}",
    )
    enqueue_text(db, order, now)
