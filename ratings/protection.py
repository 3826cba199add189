"""Ratings that look odd: many from few numbers, bursts, staff's own numbers. Pure, and its job.

A flag says that a person should look; it excludes nothing. What comes from few numbers or in a
burst is held besides, until two persons have decided. A rating can only be given for a service that
was noted, once, from the number that was served: that is the first protection.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from core.clock import Clock
from core.database import Database
from core.errors import InputError
from core.phones import parse_phone
from ratings.models import Rating, RatingFlag
from ratings.operations.holds import MAX_OF_ONE_NUMBER, hold_ratings
from ratings.periods import month_of, shift_month
from ratings.vocabulary import FlagCode

BURST_SIZE = 8
BURST_SPAN = timedelta(minutes=10)
"""So many ratings of one office within this span are flagged, or ten times its usual number."""
_TIMES_USUAL = 10
_SPANS_A_MONTH = timedelta(days=30) / BURST_SPAN
_HOLDING = (FlagCode.FEW_NUMBERS, FlagCode.BURST)


@dataclass(frozen=True)
class RatingSign:
    """What is looked at of a rating. ``phone_key`` is None for a withheld number."""

    id: int
    office_id: str
    phone_key: str | None
    at: datetime


def find_flags(
    signs: Iterable[RatingSign], staff_phone_keys: Collection[str]
) -> set[tuple[int, FlagCode]]:
    """Flags of one month's ratings that count, as pairs of rating id and code."""
    by_office: dict[str, list[RatingSign]] = defaultdict(list)
    flags: set[tuple[int, FlagCode]] = set()
    for sign in signs:
        by_office[sign.office_id].append(sign)
        if sign.phone_key is not None and sign.phone_key in staff_phone_keys:
            flags.add((sign.id, FlagCode.STAFF_NUMBER))
    for of_office in by_office.values():
        flags |= {(sign.id, FlagCode.FEW_NUMBERS) for sign in _from_few_numbers(of_office)}
        flags |= {(sign.id, FlagCode.BURST) for sign in _in_bursts(of_office)}
    return flags


def flag_ratings(
    database: Database,
    clock: Clock,
    case_services: CaseServices,
    staff_phones: Collection[str] = (),
) -> dict[str, int]:
    """Flag the odd ratings of this month and the last. ``staff_phones``: E.164 numbers of staff
    users; those of the office heads are known from the directory."""
    now = clock.now()
    heads = (office.head_phone for office in case_services.offices.offices if office.head_phone)
    keys = {
        case_services.vault.keyed_hash(phone)
        for phone in map(_e164, (*heads, *staff_phones))
        if phone
    }
    counts: Counter[str] = Counter()
    with database.write() as db:
        for month in (shift_month(month_of(now), -1), month_of(now)):
            for rating_id, code in sorted(find_flags(_list_signs(db, month), keys)):
                if db.get(RatingFlag, (rating_id, code)) is None:
                    db.add(RatingFlag(rating_id=rating_id, code=code, at=now))
                    counts[code] += 1
                if code in _HOLDING:
                    hold_ratings(db, [rating_id], code, now)
    return dict(counts)


def _from_few_numbers(signs: Sequence[RatingSign]) -> list[RatingSign]:
    numbers = Counter(sign.phone_key for sign in signs if sign.phone_key is not None)
    return [
        sign
        for sign in signs
        if sign.phone_key is not None and numbers[sign.phone_key] > MAX_OF_ONE_NUMBER
    ]


def _in_bursts(signs: Sequence[RatingSign]) -> list[RatingSign]:
    in_order = sorted(signs, key=lambda sign: (sign.at, sign.id))
    size = max(BURST_SIZE, _TIMES_USUAL * len(in_order) / _SPANS_A_MONTH)
    odd: dict[int, RatingSign] = {}
    start = 0
    for end, sign in enumerate(in_order):
        while sign.at - in_order[start].at > BURST_SPAN:
            start += 1
        if end - start + 1 >= size:
            odd |= {other.id: other for other in in_order[start : end + 1]}
    return list(odd.values())


def _list_signs(db: Session, month: str) -> list[RatingSign]:
    rows = db.execute(
        select(Rating.id, Rating.office_id, Rating.phone_key, Rating.at).where(
            Rating.month == month, Rating.replaced_at.is_(None), Rating.is_proved
        )
    )
    return [RatingSign(*row) for row in rows]


def _e164(phone: str) -> str | None:
    try:
        return parse_phone(phone).e164
    except InputError:
        return None
