"""Invented ratings for a trial: some months over the branch offices, the same at every start."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from config.offices import OfficeDirectory
from core.clock import local_midnight
from core.ledger import note_rows
from ratings.models import Invitation, Rating, Service
from ratings.monthly import SCHEDULER, add_frozen, cutoff_of, list_due_periods
from ratings.periods import month_of, parse_month, shift_month
from ratings.vocabulary import Awaits, InvitationState, ServiceKind, Source

MONTHS = 4
SEED = 12333
_WORST_QUALITY, _BEST_QUALITY = 0.62, 0.99
_FEWEST, _MAX = 45, 150
_RESPONSE = 0.55
# Of a citizen who is served well or badly: the share of levels 5, 4, 3 and 2, 1.
_GOOD = (0.72, 0.22, 0.06)
_BAD = (0.45, 0.35, 0.20)


def create_demo_ratings(
    db: Session, offices: OfficeDirectory, now: datetime, *, months: int = MONTHS, seed: int = SEED
) -> int:
    """Make ``months`` past months of invented services and ratings, and freeze those that are due.

    Returns how many ratings were made: 0 when there are any services already. No phone numbers and
    no words of citizens are invented, and bad ratings open no cases.
    """
    if db.scalar(select(exists().where(Service.id.is_not(None)))):
        return 0
    chance = random.Random(seed)
    branches = [office.id for office in offices.offices if office.level == "town"]
    quality = {branch: chance.uniform(_WORST_QUALITY, _BEST_QUALITY) for branch in branches}
    made = 0
    for back in range(months, 0, -1):
        month = shift_month(month_of(now), -back)
        for branch in branches:
            made += _fill(db, chance, branch, month, quality[branch])
    db.flush()
    for period in list_due_periods(db, now):
        add_frozen(db, period, cutoff_of(period), now, SCHEDULER)
    return made


def _fill(db: Session, chance: random.Random, office_id: str, month: str, quality: float) -> int:
    services = [
        _service(chance, office_id, month, number)
        for number in range(chance.randint(_FEWEST, _MAX))
    ]
    ids = _insert(db, Service, services)
    answered = {id_: chance.random() < _RESPONSE for id_ in ids}
    pairs = list(zip(answered.items(), services, strict=True))
    db.execute(
        insert(Invitation),
        [_invitation(id_, service, has_answered) for (id_, has_answered), service in pairs],
    )
    ratings = [
        _rating(chance, id_, service, quality)
        for (id_, has_answered), service in pairs
        if has_answered
    ]
    _insert(db, Rating, ratings)
    return len(ratings)


def _insert(
    db: Session, model: type[Service] | type[Rating], rows: list[dict[str, object]]
) -> list[int]:
    """Insert rows at once, into the ledger too; their ids in order."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    ids = list(db.scalars(statement, rows))
    note_rows(db, model, ids)
    return ids


def _service(chance: random.Random, office_id: str, month: str, number: int) -> dict[str, object]:
    year, month_number = parse_month(month)
    first = local_midnight(date(year, month_number, 1))
    ended_at = first + timedelta(
        days=chance.randrange(28), hours=chance.randint(8, 19), minutes=chance.randrange(60)
    )
    return {
        "key": f"demo:{month}:{office_id}:{number}",
        "office_id": office_id,
        "channel": "voice",
        "kind": ServiceKind.CASE,
        "language": "zh",
        "ended_at": ended_at,
        "month": month,
        "is_test": False,
        "is_proved": True,
        "created_at": ended_at,
    }


def _invitation(
    service_id: int, service: dict[str, object], has_answered: bool
) -> dict[str, object]:
    asked_at = _moment(service, timedelta(minutes=1))
    settled_at = _moment(service, timedelta(hours=2) if has_answered else timedelta(days=7))
    return {
        "service_id": service_id,
        "office_id": service["office_id"],
        "month": service["month"],
        "state": InvitationState.ANSWERED if has_answered else InvitationState.EXPIRED,
        "awaits": Awaits.NOTHING,
        "has_asked_again": False,
        "created_at": asked_at,
        "queued_at": asked_at,
        "spoke_at": asked_at,
        "expires_at": _moment(service, timedelta(days=7)),
        "settled_at": settled_at,
    }


def _rating(
    chance: random.Random, service_id: int, service: dict[str, object], quality: float
) -> dict[str, object]:
    is_good = chance.random() < quality
    levels: Sequence[int] = (5, 4, 3) if is_good else (3, 2, 1)
    return {
        "service_id": service_id,
        "number": 1,
        "level": chance.choices(levels, _GOOD if is_good else _BAD)[0],
        "source": Source.TEXT,
        "office_id": service["office_id"],
        "month": service["month"],
        "at": _moment(service, timedelta(hours=2)),
        "is_proved": True,
    }


def _moment(service: dict[str, object], after: timedelta) -> datetime:
    ended_at = service["ended_at"]
    assert isinstance(ended_at, datetime)
    return ended_at + after
