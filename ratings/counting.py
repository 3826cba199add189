"""Counting a month's facts as of a moment: the inputs of the ranking.

Every fact has its moment, so the same month and moment give the same counts at any later time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.clock import local_date
from ratings.models import BadRating, Exclusion, Invitation, Rating, RatingHold
from ratings.ranking import OfficeCounts
from ratings.vocabulary import (
    LEVELS,
    WORST_GOOD_LEVEL,
    Decision,
    InvitationState,
    Source,
)


def count_offices(db: Session, month: str, as_of: datetime) -> dict[str, OfficeCounts]:
    """Counts by office of the services that ended in ``month``, as they stood at ``as_of``.

    An office appears once it was rated or a citizen was asked about it.
    """
    levels, answered = _count_levels(db, month, as_of)
    unproved = _count_by_office(db, *_is_left_out(month, as_of), ~Rating.is_proved)
    held = _count_by_office(
        db, *_is_left_out(month, as_of), Rating.is_proved.is_(True), Rating.id.in_(_held(as_of))
    )
    asked = _count_asked(db, month, as_of)
    excluded = _count_excluded(db, month, as_of)
    mended, rectification_open = _count_rectification(db, month, as_of)
    return {
        office_id: OfficeCounts(
            levels=_five(levels[office_id]),
            asked=asked[office_id],
            answered=answered[office_id],
            mended_in_time=mended[office_id],
            rectification_open=rectification_open[office_id],
            excluded=excluded[office_id],
            unproved=unproved[office_id],
            held=held[office_id],
        )
        for office_id in sorted({*levels, *asked, *excluded, *unproved, *held})
    }


def count_exclusion_codes(db: Session, month: str, as_of: datetime) -> dict[str, int]:
    """How many ratings of the month were excluded, by reason code."""
    rows = db.execute(
        select(Exclusion.code, func.count())
        .join(Rating, Rating.id == Exclusion.rating_id)
        .where(_is_current(month, as_of), _is_excluded(as_of))
        .group_by(Exclusion.code)
        .order_by(Exclusion.code)
    )
    return dict(rows.all())


def count_mended(db: Session, month: str, as_of: datetime) -> dict[str, int]:
    """Bad ratings of the month that were mended in time by ``as_of``, by office."""
    mended, _open = _count_rectification(db, month, as_of)
    return dict(mended)


def _five(levels: Counter[int]) -> tuple[int, int, int, int, int]:
    one, two, three, four, five = (levels[level] for level in LEVELS)
    return one, two, three, four, five


def _is_current(month: str, as_of: datetime) -> ColumnElement[bool]:
    """The rating of the month was the one that counts at ``as_of``."""
    return and_(
        Rating.month == month,
        Rating.at <= as_of,
        or_(Rating.replaced_at.is_(None), Rating.replaced_at > as_of),
    )


def _is_excluded(as_of: datetime) -> ColumnElement[bool]:
    return and_(Exclusion.state == Decision.APPROVED, Exclusion.decided_at <= as_of)


def _excluded(as_of: datetime) -> Select[int]:
    return select(Exclusion.rating_id).where(_is_excluded(as_of))


def _held(as_of: datetime) -> Select[int]:
    """Ratings that waited for two persons at ``as_of``."""
    is_open = or_(RatingHold.decided_at.is_(None), RatingHold.decided_at > as_of)
    return select(RatingHold.rating_id).where(RatingHold.held_at <= as_of, is_open)


def _counts_at(month: str, as_of: datetime) -> ColumnElement[bool]:
    return and_(
        _is_current(month, as_of),
        Rating.is_proved,
        Rating.id.not_in(_excluded(as_of)),
        Rating.id.not_in(_held(as_of)),
    )


def _is_left_out(month: str, as_of: datetime) -> tuple[ColumnElement[bool], ...]:
    """What all have that are counted beside the score and are not excluded."""
    return _is_current(month, as_of), Rating.id.not_in(_excluded(as_of))


def _count_by_office(db: Session, *of_rating: ColumnElement[bool]) -> Counter[str]:
    counted = select(Rating.office_id, func.count()).where(*of_rating).group_by(Rating.office_id)
    return Counter(dict(db.execute(counted).all()))


def _count_levels(
    db: Session, month: str, as_of: datetime
) -> tuple[dict[str, Counter[int]], Counter[str]]:
    """Ratings that count by office and level, and those of them given by text by office."""
    rows = db.execute(
        select(Rating.office_id, Rating.level, Rating.source, func.count())
        .where(_counts_at(month, as_of))
        .group_by(Rating.office_id, Rating.level, Rating.source)
    )
    levels: dict[str, Counter[int]] = defaultdict(Counter)
    answered: Counter[str] = Counter()
    for office_id, level, source, count in rows:
        levels[office_id][level] += count
        if source == Source.TEXT:
            answered[office_id] += count
    return levels, answered


def _count_asked(db: Session, month: str, as_of: datetime) -> Counter[str]:
    rows = db.execute(
        select(Invitation.office_id, func.count())
        .where(
            Invitation.month == month,
            Invitation.queued_at <= as_of,
            or_(
                Invitation.state != InvitationState.NOT_SENT,
                Invitation.settled_at > as_of,
            ),
        )
        .group_by(Invitation.office_id)
    )
    return Counter(dict(rows.all()))


def _count_excluded(db: Session, month: str, as_of: datetime) -> Counter[str]:
    rows = db.execute(
        select(Rating.office_id, func.count())
        .join(Exclusion, Exclusion.rating_id == Rating.id)
        .where(_is_current(month, as_of), _is_excluded(as_of))
        .group_by(Rating.office_id)
    )
    return Counter(dict(rows.all()))


def _count_rectification(
    db: Session, month: str, as_of: datetime
) -> tuple[Counter[str], Counter[str]]:
    """Bad ratings mended in time, and those not mended whose time is not over, by office."""
    rows = db.execute(
        select(
            Rating.office_id,
            BadRating.rectification_noted_at,
            BadRating.is_mended_in_time,
            BadRating.rectify_before_on,
        )
        .join(BadRating, BadRating.service_id == Rating.service_id)
        .where(_counts_at(month, as_of), Rating.level < WORST_GOOD_LEVEL)
    )
    mended: Counter[str] = Counter()
    still_open: Counter[str] = Counter()
    for office_id, noted_at, in_time, due_on in rows:
        if noted_at is not None and noted_at <= as_of:
            mended[office_id] += bool(in_time)
        elif due_on is not None and due_on >= local_date(as_of):
            still_open[office_id] += 1
    return mended, still_open
