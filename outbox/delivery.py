"""Following a text after a try: what was answered, what was reported, and what comes next.

Reports arrive late, twice and out of order, and can be faster than the answer to the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, contains_eager, defer

from core.database import hold, table_of
from outbox.kinds import rule_of
from outbox.models import DeliveryReport, OutgoingText, SendAttempt, StaffTask
from outbox.operations import ask_staff, opt_out
from outbox.retries import AFTER_DELIVERY, AFTER_REFUSAL, LOOKUP_AFTER, RetryRule
from outbox.states import RANK, STATE_OF, AttemptState, TextState
from providers.texts import Refusal, TextStatus

log = structlog.get_logger()

# Statements of every report, made once: making them takes longer than the database needs for them.
_REPORTS, _TASKS = table_of(DeliveryReport), table_of(StaffTask)
_IS_KNOWN = select(
    exists().where(
        _REPORTS.c.provider == bindparam("provider"),
        _REPORTS.c.provider_sid == bindparam("provider_sid"),
        _REPORTS.c.status == bindparam("status"),
    )
)
_INSERT = insert(_REPORTS)
_ATTEMPT = (
    select(SendAttempt)
    .join(SendAttempt.text)
    .options(
        # What is sealed is not needed to follow a text.
        contains_eager(SendAttempt.text).options(
            defer(OutgoingText.phone), defer(OutgoingText.words)
        )
    )
    .with_for_update(of=(SendAttempt, OutgoingText))
)
_BY_ID = _ATTEMPT.where(SendAttempt.id == bindparam("attempt_id"))
# By its name at the provider, or, before that is known, by ours.
_REPORTED = (
    _ATTEMPT.where(
        SendAttempt.provider == bindparam("provider"),
        or_(
            SendAttempt.provider_sid == bindparam("provider_sid"),
            and_(
                SendAttempt.reference == bindparam("reference"), SendAttempt.provider_sid.is_(None)
            ),
        ),
    )
    .order_by(SendAttempt.provider_sid.is_(None))
    .limit(1)
)
_EARLIER = (
    select(_REPORTS.c.meaning, _REPORTS.c.refusal, _REPORTS.c.error_code)
    .where(
        _REPORTS.c.provider == bindparam("provider"),
        _REPORTS.c.provider_sid == bindparam("provider_sid"),
    )
    .order_by(_REPORTS.c.id)
)
_NEWEST = select(func.max(SendAttempt.id)).where(SendAttempt.text_id == bindparam("text_id"))
_END_TASK = (
    update(_TASKS)
    .where(_TASKS.c.text_id == bindparam("of_text"), _TASKS.c.done_at.is_(None))
    .values(done_at=bindparam("now"), done_by="delivered")
)


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
    names = {"provider": report.provider, "provider_sid": report.provider_sid}
    hold_reports(db, report.provider, report.provider_sid)
    if db.scalar(_IS_KNOWN, {**names, "status": report.status}):
        return False
    row = {
        **names,
        "status": report.status,
        "meaning": report.meaning,
        "refusal": report.refusal,
        "error_code": report.error_code,
        "received_at": now,
    }
    db.execute(_INSERT, row)
    found = db.scalars(_REPORTED, {**names, "reference": report.reference or None})
    attempt = found.one_or_none()
    if attempt is not None:
        if attempt.provider_sid is None:
            _learn_sid(attempt, report.provider_sid)
        _apply(db, attempt, report.meaning, report.refusal, report.error_code, now)
    return True


def hold_reports(db: Session, provider: str, sid: str) -> None:
    """Keep reports about a text back until the transaction ends.

    Otherwise a report and the answer that names its text could each miss the other. Always before
    the attempt is found: who holds both takes them in this order.
    """
    hold(db, f"reports/{provider}/{sid}")


def find_attempt(db: Session, attempt_id: int) -> SendAttempt:
    """An attempt with its text, both held until the transaction ends.

    Raises sqlalchemy's NoResultFound for an unknown one.
    """
    return db.scalars(_BY_ID, {"attempt_id": attempt_id}).one()


def note_taken(
    db: Session, attempt: SendAttempt, sid: str, status: TextStatus, now: datetime
) -> None:
    """The provider has the text under the name ``sid``; what it reported before counts now.

    Its reports are held (``hold_reports``) since before the attempt was found.
    """
    if attempt.provider_sid is None:
        _learn_sid(attempt, sid)
    if RANK[status] > RANK[attempt.state]:
        _move(db, attempt, status, None, None, now)
    names = {"provider": attempt.provider, "provider_sid": sid}
    for meaning, refusal, code in db.execute(_EARLIER, names).all():
        _apply(db, attempt, meaning, refusal, code, now)
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


def _learn_sid(attempt: SendAttempt, sid: str) -> None:
    attempt.provider_sid = sid
    attempt.text.provider, attempt.text.provider_sid = attempt.provider, sid


def _apply(
    db: Session,
    attempt: SendAttempt,
    meaning: str,
    refusal: str | None,
    code: str | None,
    now: datetime,
) -> None:
    """Let a report count, if it says more than what is known."""
    status = TextStatus(meaning)
    if RANK[status] > RANK[attempt.state]:
        _move(db, attempt, status, Refusal(refusal) if refusal else None, code, now)


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
    if status is TextStatus.DELIVERED:
        _deliver(db, text, now)
    elif text.state != TextState.DELIVERED and _is_newest(db, attempt):
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
    if rule_of(text.kind).gives_task:
        # It arrived after all: nobody has to ring up.
        db.execute(_END_TASK, {"of_text": text.id, "now": now})


def _is_newest(db: Session, attempt: SendAttempt) -> bool:
    if attempt.text.attempts == 1:
        return True
    return bool(db.scalar(_NEWEST, {"text_id": attempt.text_id}) == attempt.id)


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
        text.skipped = f"{text.skipped}{attempt.provider} "
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
