"""Finding out what became of texts whose handing over had no clear answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.database import Database
from core.errors import ProviderError
from outbox.claims import message_of
from outbox.delivery import find_attempt, give_up, hold_reports, note_not_taken, note_taken
from outbox.models import OutgoingText, SendAttempt
from outbox.retries import (
    GIVE_UP_UNASKABLE_AFTER,
    GIVE_UP_UNKNOWN_AFTER,
    LOOKUP_GAP,
    LOOKUPS_BEFORE_RESEND,
)
from outbox.states import AttemptState, TextState
from providers.texts import AcceptedText, LookupUnavailableError, TextProvider, TextToSend

log = structlog.get_logger()


@dataclass(frozen=True)
class Question:
    """A text to be looked up at the provider that may have it."""

    attempt_id: int
    lookups: int
    provider: TextProvider
    message: TextToSend = field(repr=False)
    since: datetime
    known_sids: frozenset[str]


def find_unknown_texts(
    database: Database, providers: Sequence[TextProvider], clock: Clock, *, most: int
) -> int:
    """Look up texts of unknown fate; returns how many were asked about.

    Never sends. A text that its provider certainly does not have gets its turn again.
    """
    with database.write() as db:
        questions = _take_questions(db, providers, clock.now(), most)
    for question in questions:
        try:
            found = question.provider.find_sent(
                question.message, question.since, question.known_sids
            )
        except LookupUnavailableError:
            with database.write() as db:
                _note_unaskable(db, question, clock.now())
            continue
        except ProviderError as error:
            log.warning(
                "text could not be looked up", provider=question.provider.name, why=str(error)
            )
            continue
        with database.write() as db:
            _note_answer(db, question, found, clock.now())
    return len(questions)


def _take_questions(
    db: Session, providers: Sequence[TextProvider], now: datetime, most: int
) -> list[Question]:
    by_name = {provider.name: provider for provider in providers}
    due = (
        select(SendAttempt)
        .join(OutgoingText, OutgoingText.id == SendAttempt.text_id)
        .where(
            OutgoingText.state == TextState.UNKNOWN,
            OutgoingText.next_attempt_at <= now,
            SendAttempt.state == AttemptState.OPEN,
        )
        .order_by(SendAttempt.id)
        .limit(most)
    )
    questions = []
    for attempt in db.scalars(due):
        provider = by_name.get(attempt.provider)
        if now - attempt.started_at > GIVE_UP_UNKNOWN_AFTER:
            give_up(db, attempt.text, TextState.FAILED, "unknown", now)
        elif provider is not None:
            attempt.text.next_attempt_at = now + LOOKUP_GAP
            message = message_of(attempt.text, attempt.reference, now)
            known = _known_sids(db, attempt)
            questions.append(
                Question(attempt.id, attempt.lookups, provider, message, attempt.started_at, known)
            )
    db.flush()
    return questions


def _known_sids(db: Session, attempt: SendAttempt) -> frozenset[str]:
    """The provider's names of our other texts to the same number."""
    named = (
        select(SendAttempt.provider_sid)
        .join(OutgoingText, OutgoingText.id == SendAttempt.text_id)
        .where(
            OutgoingText.phone_key == attempt.text.phone_key,
            SendAttempt.provider == attempt.provider,
            SendAttempt.provider_sid.is_not(None),
        )
    )
    return frozenset(sid for sid in db.scalars(named) if sid)


def _note_unaskable(db: Session, question: Question, now: datetime) -> None:
    """Only a report can still tell; until then the text counts as not delivered."""
    attempt = find_attempt(db, question.attempt_id)
    is_unknown = attempt.text.state == TextState.UNKNOWN
    if is_unknown and now - attempt.started_at > GIVE_UP_UNASKABLE_AFTER:
        give_up(db, attempt.text, TextState.FAILED, "unknown", now)


def _note_answer(
    db: Session, question: Question, found: AcceptedText | None, now: datetime
) -> None:
    if found is not None:
        hold_reports(db, question.provider.name, found.provider_sid)
    attempt = find_attempt(db, question.attempt_id)
    if attempt.state != AttemptState.OPEN or attempt.lookups != question.lookups:
        # A report or another process was faster.
        return
    attempt.lookups += 1
    if found is not None:
        note_taken(db, attempt, found.provider_sid, found.status, now)
    elif attempt.lookups >= LOOKUPS_BEFORE_RESEND:
        note_not_taken(db, attempt, now)
    db.flush()
