"""Ratings that are held for two persons: too many from one number, or a burst."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ratings.models import Rating, RatingHold
from ratings.vocabulary import FlagCode

MAX_OF_ONE_NUMBER = 4
"""Ratings of one office from one number in a month; more are flagged and held."""


def hold_if_too_many(db: Session, rating: Rating, now: datetime) -> bool:
    """Hold a rating when its number has rated the office often enough this month; whether so."""
    if rating.phone_key is None or not rating.is_proved:
        return False
    count = db.scalar(
        select(func.count()).where(
            Rating.phone_key == rating.phone_key,
            Rating.office_id == rating.office_id,
            Rating.month == rating.month,
            Rating.replaced_at.is_(None),
            Rating.is_proved,
        )
    )
    if (count or 0) <= MAX_OF_ONE_NUMBER:
        return False
    hold_ratings(db, [rating.id], FlagCode.FEW_NUMBERS, now)
    return True


def hold_ratings(db: Session, rating_ids: Iterable[int], code: FlagCode, now: datetime) -> int:
    """Hold those that were never held; how many. What two persons decided stays decided."""
    held = 0
    for rating_id in rating_ids:
        if db.get(RatingHold, rating_id) is None:
            db.add(RatingHold(rating_id=rating_id, code=code, held_at=now))
            held += 1
    db.flush()
    return held
