"""Which text is sent next: claimed in order per number, by priority, no faster than agreed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.database import UtcDateTime, hold
from outbox.delivery import give_up
from outbox.kinds import QUIET_KINDS, rule_of
from outbox.models import OptOut, OutgoingText, SendAttempt
from outbox.operations import suppress_text
from outbox.quiet_hours import is_quiet
from outbox.states import AttemptState, Reason, TextState
from providers.texts import TextProvider, TextToSend

_MAX_VALIDITY_SECONDS = 36_000
_LOOK_AHEAD = 200
_TO_SEND = (TextState.QUEUED, TextState.WAITING)
_STARTED = (
    select(SendAttempt.provider, func.count())
    .where(SendAttempt.started_at > bindparam("since", type_=UtcDateTime()))
    .group_by(SendAttempt.provider)
)


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
    max_per_run: int = 500
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
    left = _count_left(db, providers, policy, now)
    most = min(most, sum(left.values()))
    if most <= 0:
        return []
    # Texts for a provider that has had enough for now do not keep others from theirs.
    looked_at = most if min(left.values()) >= most else max(most, _LOOK_AHEAD)
    rows = _list_turns(db, now, looked_at)
    unwanted = _find_opted_out(db, rows)
    taken: list[tuple[OutgoingText, SendAttempt, TextProvider]] = []
    for row in rows:
        provider = _choose(db, row, providers, now, left, is_unwanted=row.phone_key in unwanted)
        if provider is not None:
            left[provider.name] -= 1
            taken.append((row, _begin_attempt(row, provider, now, policy), provider))
        if len(taken) == most:
            break
    db.add_all(attempt for _, attempt, _ in taken)
    db.flush()
    until = now + policy.lease
    return [
        Claim(attempt.id, provider, message_of(row, attempt.reference, now), until)
        for row, attempt, provider in taken
    ]


def end_expired_texts(db: Session, now: datetime) -> None:
    """Give up what is too old to be of use."""
    old = select(OutgoingText).where(
        OutgoingText.state.in_(_TO_SEND), OutgoingText.expires_at <= now
    )
    for row in db.scalars(old):
        was_taken = row.state == TextState.WAITING
        end = TextState.UNDELIVERED if was_taken else TextState.EXPIRED
        give_up(db, row, end, "expired", now)


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
    validity = min(rule_of(row.kind).validity_seconds, _MAX_VALIDITY_SECONDS, max(left, 1))
    return TextToSend(
        phone=row.phone,
        words=row.words,
        kind=row.kind,
        language=row.language,
        validity_seconds=validity,
        reference=reference,
    )


def _count_left(
    db: Session, providers: Sequence[TextProvider], policy: SendingPolicy, now: datetime
) -> dict[str, int]:
    """How many more texts each provider may be given in this second."""
    started = {
        row[0]: row[1] for row in db.execute(_STARTED, {"since": now - timedelta(seconds=1)})
    }
    names = (provider.name for provider in providers)
    return {name: max(policy.rate_of(name) - started.get(name, 0), 0) for name in names}


def _list_turns(db: Session, now: datetime, most: int) -> list[OutgoingText]:
    """The texts whose turn it is, those of the higher priority first and then the older ones."""
    asked = {"now": now, "most": most}
    turns = _TURNS_IN_QUIET_HOURS if is_quiet(now) else _TURNS
    rows = [row for state in _TO_SEND for row in db.scalars(turns, {**asked, "state": state})]
    return sorted(rows, key=lambda row: (row.priority, row.id))[:most]


def _make_turns() -> Select[OutgoingText]:
    """The texts in one state whose turn it is; made once, and fast by ix_outgoing_texts_turn."""
    other = aliased(OutgoingText)
    now = bindparam("now", type_=UtcDateTime())
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
    return (
        select(OutgoingText)
        .where(
            OutgoingText.state == bindparam("state"),
            OutgoingText.next_attempt_at <= now,
            OutgoingText.not_before <= now,
            OutgoingText.expires_at > now,
            ~is_held,
        )
        .order_by(OutgoingText.priority, OutgoingText.id)
        .limit(bindparam("most"))
    )


_TURNS = _make_turns()
_TURNS_IN_QUIET_HOURS = _TURNS.where(OutgoingText.kind.not_in(QUIET_KINDS))


def _find_opted_out(db: Session, rows: Sequence[OutgoingText]) -> set[str]:
    """Which of the numbers of these texts want none."""
    keys = {row.phone_key for row in rows}
    return set(db.scalars(select(OptOut.phone_key).where(OptOut.phone_key.in_(keys))))


def _choose(
    db: Session,
    row: OutgoingText,
    providers: Sequence[TextProvider],
    now: datetime,
    left: Mapping[str, int],
    *,
    is_unwanted: bool,
) -> TextProvider | None:
    """Who is to be given a text now; None: nobody, and the text is marked where that is for good
    or for a while."""
    rule = rule_of(row.kind)
    if is_unwanted and not rule.ignores_opt_out:
        suppress_text(db, row, Reason.OPTED_OUT, now)
        return None
    usable = [p for p in providers if not rule.needs_reply or p.is_two_way(row.phone)]
    if not usable:
        suppress_text(db, row, Reason.ONE_WAY, now)
        return None
    skipped = set(row.skipped.split())
    provider = next((p for p in usable if p.name not in skipped), None)
    if provider is None:
        _begin_next_round(db, row, now)
        return None
    return provider if left[provider.name] > 0 else None


def _begin_attempt(
    row: OutgoingText, provider: TextProvider, now: datetime, policy: SendingPolicy
) -> SendAttempt:
    row.state, row.lease_until = TextState.SENDING, now + policy.lease
    row.attempts += 1
    return SendAttempt(
        text_id=row.id,
        provider=provider.name,
        reference=new_reference(),
        state=AttemptState.OPEN,
        started_at=now,
        cost_yuan=row.segments * policy.cost_per_segment_yuan,
    )


def _begin_next_round(db: Session, row: OutgoingText, now: datetime) -> None:
    """No provider is left to ask: all are asked again later, or the text is given up."""
    row.skipped = ""
    if row.next_round_at is None:
        was_taken = row.state == TextState.WAITING
        end = TextState.UNDELIVERED if was_taken else TextState.FAILED
        give_up(db, row, end, row.error_code or "refused", now)
    else:
        row.next_attempt_at = row.next_round_at
        row.next_round_at = None
