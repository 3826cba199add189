"""Which text is sent next: claimed in order per number, by priority, no faster than agreed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.database import hold
from outbox.delivery import give_up
from outbox.kinds import QUIET_KINDS, rule_of
from outbox.models import OutgoingText, SendAttempt
from outbox.operations import is_opted_out, suppress_text
from outbox.quiet_hours import is_quiet
from outbox.states import AttemptState, Reason, TextState
from providers.texts import TextProvider, TextToSend

_MOST_VALIDITY_SECONDS = 36_000
_LOOK_AHEAD = 200
_TO_SEND = (TextState.QUEUED, TextState.WAITING)


def new_reference() -> str:
    """A name for an attempt that nobody can guess."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class SendingPolicy:
    """How fast and how long. ``lease`` is more than any provider's time limits together.

    ``texts_per_second`` is the rate of each provider, by whose sender the carriers count;
    ``rates`` has those that differ, by the provider's name.
    """

    texts_per_second: int = 20
    rates: Mapping[str, int] = field(default_factory=dict)
    workers: int = 4
    most_a_run: int = 500
    lease: timedelta = timedelta(seconds=90)
    cost_per_segment_yuan: Decimal = Decimal("0.05")

    def rate_of(self, provider: str) -> int:
        """How many texts a second the provider is given."""
        return self.rates.get(provider, self.texts_per_second)


@dataclass(frozen=True)
class Claim:
    """A text that this sender holds until ``lease_until``."""

    attempt_id: int
    provider: TextProvider
    message: TextToSend = field(repr=False)
    lease_until: datetime


def claim_due_texts(
    db: Session,
    providers: Sequence[TextProvider],
    now: datetime,
    policy: SendingPolicy,
    *,
    most: int,
) -> list[Claim]:
    """Take at most ``most`` texts whose turn it is, each with an open attempt.

    Of one number only the first text is taken, and none while another of it is on its way or its
    fate is unknown.
    """
    hold(db, "outbox")
    _end_expired(db, now)
    left = _count_left(db, providers, policy, now)
    most = min(most, sum(left.values()))
    claims: list[Claim] = []
    if most <= 0:
        return claims
    # Texts for a provider that has had enough for now do not keep others from theirs.
    looked_at = most if min(left.values()) >= most else max(most, _LOOK_AHEAD)
    for row in db.scalars(_turns(now).limit(looked_at)):
        claim = _claim(db, row, providers, now, policy, left)
        if claim is not None:
            claims.append(claim)
        if len(claims) == most:
            break
    db.flush()
    return claims


def release_lost_leases(db: Session, now: datetime) -> int:
    """Texts whose sender died or hangs: nobody knows whether they were handed over."""
    lost = select(OutgoingText).where(
        OutgoingText.state == TextState.SENDING, OutgoingText.lease_until <= now
    )
    count = 0
    for row in db.scalars(lost):
        row.state, row.lease_until = TextState.UNKNOWN, None
        row.next_attempt_at = now
        count += 1
    db.flush()
    return count


def message_of(row: OutgoingText, reference: str, now: datetime) -> TextToSend:
    """What is handed to a provider for a text."""
    left = int((row.expires_at - now).total_seconds())
    validity = min(rule_of(row.kind).validity_seconds, _MOST_VALIDITY_SECONDS, max(left, 1))
    return TextToSend(
        phone=row.phone,
        words=row.words,
        kind=row.kind,
        language=row.language,
        validity_seconds=validity,
        reference=reference,
    )


def _end_expired(db: Session, now: datetime) -> None:
    old = select(OutgoingText).where(
        OutgoingText.state.in_(_TO_SEND), OutgoingText.expires_at <= now
    )
    for row in db.scalars(old):
        was_taken = row.state == TextState.WAITING
        end = TextState.UNDELIVERED if was_taken else TextState.EXPIRED
        give_up(db, row, end, "expired", now)


def _count_left(
    db: Session, providers: Sequence[TextProvider], policy: SendingPolicy, now: datetime
) -> dict[str, int]:
    """How many more texts each provider may be given in this second."""
    counted = (
        select(SendAttempt.provider, func.count())
        .where(SendAttempt.started_at > now - timedelta(seconds=1))
        .group_by(SendAttempt.provider)
    )
    started = {row[0]: row[1] for row in db.execute(counted)}
    names = (provider.name for provider in providers)
    return {name: max(policy.rate_of(name) - started.get(name, 0), 0) for name in names}


def _turns(now: datetime) -> Select[OutgoingText]:
    other = aliased(OutgoingText)
    goes_before: ColumnElement[bool] = and_(
        other.state == TextState.QUEUED,
        other.not_before <= now,
        or_(
            other.priority < OutgoingText.priority,
            and_(other.priority == OutgoingText.priority, other.id < OutgoingText.id),
        ),
    )
    is_under_way = other.state.in_((TextState.SENDING, TextState.UNKNOWN))
    is_held = (
        select(other.id)
        .where(
            other.phone_key == OutgoingText.phone_key,
            other.id != OutgoingText.id,
            or_(is_under_way, goes_before),
        )
        .exists()
    )
    due = select(OutgoingText).where(
        OutgoingText.state.in_(_TO_SEND),
        OutgoingText.next_attempt_at <= now,
        OutgoingText.not_before <= now,
        ~is_held,
    )
    if is_quiet(now):
        due = due.where(OutgoingText.kind.not_in(QUIET_KINDS))
    return due.order_by(OutgoingText.priority, OutgoingText.id)


def _claim(
    db: Session,
    row: OutgoingText,
    providers: Sequence[TextProvider],
    now: datetime,
    policy: SendingPolicy,
    left: dict[str, int],
) -> Claim | None:
    rule = rule_of(row.kind)
    if not rule.ignores_opt_out and is_opted_out(db, row.phone_key):
        suppress_text(db, row, Reason.OPTED_OUT, now)
        return None
    usable = [p for p in providers if not rule.needs_reply or p.is_two_way(row.phone)]
    if not usable:
        suppress_text(db, row, Reason.ONE_WAY, now)
        return None
    passed_over = set(row.passed_over.split())
    provider = next((p for p in usable if p.name not in passed_over), None)
    if provider is None:
        _begin_next_round(db, row, now)
        return None
    if left[provider.name] <= 0:
        return None
    left[provider.name] -= 1
    attempt = SendAttempt(
        text_id=row.id,
        provider=provider.name,
        reference=new_reference(),
        state=AttemptState.OPEN,
        started_at=now,
        cost_yuan=row.segments * policy.cost_per_segment_yuan,
    )
    db.add(attempt)
    row.state, row.lease_until = TextState.SENDING, now + policy.lease
    row.attempts += 1
    db.flush()
    message = message_of(row, attempt.reference, now)
    return Claim(attempt.id, provider, message, now + policy.lease)


def _begin_next_round(db: Session, row: OutgoingText, now: datetime) -> None:
    """No provider is left to ask: all are asked again later, or the text is given up."""
    row.passed_over = ""
    if row.next_round_at is None:
        was_taken = row.state == TextState.WAITING
        end = TextState.UNDELIVERED if was_taken else TextState.FAILED
        give_up(db, row, end, row.error_code or "refused", now)
    else:
        row.next_attempt_at = row.next_round_at
        row.next_round_at = None
