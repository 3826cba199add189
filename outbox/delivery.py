"""Following a text after a try: what was answered, what was reported, and what comes next.

Reports arrive late, twice and out of order, and can be faster than the answer to the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox.models import DeliveryReport, OutgoingText, SendAttempt, StaffTask
from outbox.operations import ask_staff, opt_out
from outbox.retries import AFTER_DELIVERY, AFTER_REFUSAL, LOOKUP_AFTER, RetryRule
from outbox.states import RANK, STATE_OF, AttemptState, TextState
from providers.texts import Refusal, TextStatus

log = structlog.get_logger()


@dataclass(frozen=True)
class Report:
    """What a provider reports about a text.

    ``status`` is its own word and ``meaning`` ours; ``reference`` is what we gave it along with the
    text, or empty; ``refusal`` and ``error_code`` say why a text was not delivered.
    """

    provider: str
    provider_sid: str
    status: str
    meaning: TextStatus
    reference: str = ""
    refusal: Refusal | None = None
    error_code: str | None = None


def take_report(db: Session, report: Report, now: datetime) -> bool:
    """Take a delivery report; False when the same one came before.

    A report about a text that is not known yet is kept and counts when its text is known.
    """
    known = select(DeliveryReport.id).where(
        DeliveryReport.provider == report.provider,
        DeliveryReport.provider_sid == report.provider_sid,
        DeliveryReport.status == report.status,
    )
    if db.scalar(known) is not None:
        return False
    row = DeliveryReport(
        provider=report.provider,
        provider_sid=report.provider_sid,
        status=report.status,
        meaning=report.meaning,
        refusal=report.refusal,
        error_code=report.error_code,
        received_at=now,
    )
    db.add(row)
    db.flush()
    attempt = _find_attempt(db, report)
    if attempt is not None:
        if attempt.provider_sid is None:
            _learn_sid(attempt, report.provider_sid)
        _apply(db, attempt, row, now)
    return True


def note_taken(
    db: Session, attempt: SendAttempt, sid: str, status: TextStatus, now: datetime
) -> None:
    """The provider has the text under the name ``sid``; what it reported before counts now."""
    if attempt.provider_sid is None:
        _learn_sid(attempt, sid)
    if RANK[status] > RANK[attempt.state]:
        _move(db, attempt, status, None, None, now)
    reports = select(DeliveryReport).where(
        DeliveryReport.provider == attempt.provider, DeliveryReport.provider_sid == sid
    )
    for row in db.scalars(reports.order_by(DeliveryReport.id)):
        _apply(db, attempt, row, now)
    db.flush()


def note_refused(
    db: Session, attempt: SendAttempt, refusal: Refusal, code: str, now: datetime
) -> None:
    """The provider certainly did not take the text: try the next one, wait, or give up."""
    if attempt.state != AttemptState.OPEN:
        return
    attempt.state, attempt.error_code = AttemptState.REFUSED, code or refusal
    text = attempt.text
    text.error_code, text.lease_until = attempt.error_code, None
    _go_on(db, attempt, AFTER_REFUSAL, refusal, TextState.QUEUED, TextState.FAILED, now)
    db.flush()


def note_unknown(db: Session, attempt: SendAttempt, now: datetime) -> None:
    """Nobody knows whether the provider has the text: it will be looked up."""
    if attempt.state == AttemptState.OPEN:
        text = attempt.text
        text.state, text.lease_until = TextState.UNKNOWN, None
        text.next_attempt_at = max(now, attempt.started_at + LOOKUP_AFTER)
        db.flush()


def note_not_taken(db: Session, attempt: SendAttempt, now: datetime) -> None:
    """The provider certainly never had the text: its turn comes again."""
    if attempt.state == AttemptState.OPEN:
        attempt.state = AttemptState.NOT_TAKEN
        text = attempt.text
        text.state, text.lease_until, text.next_attempt_at = TextState.QUEUED, None, now
        db.flush()


def give_up(db: Session, text: OutgoingText, state: TextState, reason: str, now: datetime) -> None:
    """Try no more; staff are told where the kind of text asks for it."""
    text.state, text.lease_until = state, None
    log.warning("text given up", text=text.id, kind=text.kind, reason=reason)
    ask_staff(db, text, reason, now)
    db.flush()


def _find_attempt(db: Session, report: Report) -> SendAttempt | None:
    by_sid = select(SendAttempt).where(
        SendAttempt.provider == report.provider, SendAttempt.provider_sid == report.provider_sid
    )
    attempt = db.scalar(by_sid)
    if attempt is not None or not report.reference:
        return attempt
    by_reference = select(SendAttempt).where(
        SendAttempt.provider == report.provider,
        SendAttempt.reference == report.reference,
        SendAttempt.provider_sid.is_(None),
    )
    return db.scalar(by_reference)


def _learn_sid(attempt: SendAttempt, sid: str) -> None:
    attempt.provider_sid = sid
    attempt.text.provider, attempt.text.provider_sid = attempt.provider, sid


def _apply(db: Session, attempt: SendAttempt, row: DeliveryReport, now: datetime) -> None:
    status = TextStatus(row.meaning)
    if RANK[status] <= RANK[attempt.state]:
        return
    refusal = Refusal(row.refusal) if row.refusal else None
    _move(db, attempt, status, refusal, row.error_code, now)


def _move(
    db: Session,
    attempt: SendAttempt,
    status: TextStatus,
    refusal: Refusal | None,
    code: str | None,
    now: datetime,
) -> None:
    """Move an attempt to a higher rank, and its text along."""
    text = attempt.text
    if RANK[attempt.state] == 0:
        _bill(attempt)
    attempt.state = AttemptState(status)
    is_newest = _is_newest(db, attempt)
    if status is TextStatus.DELIVERED:
        _deliver(db, text, now)
    elif is_newest and text.state != TextState.DELIVERED:
        text.state, text.lease_until = STATE_OF[status], None
        if status is TextStatus.UNDELIVERED:
            why = refusal or Refusal.OTHER
            attempt.error_code = code or why
            text.error_code = attempt.error_code
            _go_on(db, attempt, AFTER_DELIVERY, why, TextState.WAITING, TextState.UNDELIVERED, now)
    db.flush()


def _bill(attempt: SendAttempt) -> None:
    text = attempt.text
    text.cost_yuan += attempt.cost_yuan
    text.sent_at = text.sent_at or attempt.started_at


def _deliver(db: Session, text: OutgoingText, now: datetime) -> None:
    text.state, text.lease_until, text.error_code = TextState.DELIVERED, None, None
    text.delivered_at = now
    task = db.scalar(
        select(StaffTask).where(StaffTask.text_id == text.id, StaffTask.done_at.is_(None))
    )
    if task is not None:
        # It arrived after all: nobody has to ring up.
        task.done_at, task.done_by = now, "delivered"


def _is_newest(db: Session, attempt: SendAttempt) -> bool:
    newest = select(func.max(SendAttempt.id)).where(SendAttempt.text_id == attempt.text_id)
    return db.scalar(newest) == attempt.id


def _go_on(
    db: Session,
    attempt: SendAttempt,
    rules: Mapping[Refusal, RetryRule],
    refusal: Refusal,
    waiting: TextState,
    end: TextState,
    now: datetime,
) -> None:
    """After a no: pass the text over to the next provider, wait, or give up."""
    text, rule = attempt.text, rules[refusal]
    if rule.is_alarm:
        log.error("texts need attention", refusal=refusal, code=attempt.error_code)
    if refusal is Refusal.OPTED_OUT:
        opt_out(db, text.phone_key, now, "provider")
    gap = rule.gap(_count_failures(db, attempt))
    again_at = None if gap is None else now + gap
    if rule.tries_next:
        # Only the sender knows whether another provider is left; ``next_round_at`` is for if not.
        text.passed_over = f"{text.passed_over}{attempt.provider} "
        text.state, text.next_attempt_at, text.next_round_at = waiting, now, again_at
    elif again_at is not None:
        text.state, text.next_attempt_at = waiting, again_at
    else:
        give_up(db, text, end, refusal, now)


def _count_failures(db: Session, attempt: SendAttempt) -> int:
    """How often this provider said no to this text before."""
    failed = (AttemptState.REFUSED, AttemptState.UNDELIVERED)
    counted = select(func.count()).where(
        SendAttempt.text_id == attempt.text_id,
        SendAttempt.provider == attempt.provider,
        SendAttempt.state.in_(failed),
        SendAttempt.id != attempt.id,
    )
    return db.scalar(counted) or 0
