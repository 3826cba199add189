"""Reads of ratings: rankings for pages, lists and totals for the console.

The rated see totals, not who said what: single ratings are shown to the offices above only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from casework.case_services import Actor
from config.offices import OfficeDirectory
from core.errors import NotFoundError
from core.masking import mask_personal
from ratings.counting import count_offices
from ratings.documents import RankingDocument, load_document
from ratings.models import (
    Appeal,
    BadRating,
    Exclusion,
    FrozenRanking,
    Invitation,
    RankingRevision,
    Rating,
    RatingFlag,
    RatingHold,
)
from ratings.monthly import compute_month, find_frozen
from ratings.periods import is_period, is_year, month_of, parse_month
from ratings.ranking import OfficeCounts
from ratings.vocabulary import WORST_GOOD_LEVEL, Decision

PAGE_SIZE = 50


@dataclass(frozen=True)
class PublishedRanking:
    """A ranking with its standing: frozen (and which revision), or still being counted."""

    document: RankingDocument
    revision: int
    frozen_at: datetime | None
    code: str | None
    words: str | None
    sha256: str | None

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.frozen_at is not None


@dataclass(frozen=True, kw_only=True)
class RatingRow:
    """One rating as the offices above may see it: no phone, the comment masked.

    ``is_current``: it was not replaced by a later one of the same service.
    """

    rating: Rating
    comment: str | None
    flags: tuple[str, ...]
    bad: BadRating | None
    exclusion: Exclusion | None
    appeal: Appeal | None
    is_held: bool = False

    @property
    def is_current(self) -> bool:
        """Whether this is the rating of its service that counts."""
        return self.rating.replaced_at is None


@dataclass(frozen=True)
class AppealableRating:
    """What the rated office may see of one bad rating, so that it can appeal: not who, not the
    words. ``reason`` is a ``BadReason``, or None when the citizen named none."""

    id: int
    office_id: str
    level: int
    at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RatingFilter:
    """What a list is narrowed to; None narrows nothing."""

    month: str | None = None
    office_id: str | None = None
    level: int | None = None
    is_flagged: bool = False
    only_current: bool = True


@dataclass(frozen=True)
class RatingPage:
    """One page of a list, newest first, and whether another follows. Pages count from 1."""

    rows: tuple[RatingRow, ...]
    page: int
    has_more: bool


def get_ranking(db: Session, period: str, now: datetime) -> PublishedRanking:
    """The ranking of a month or year: the latest frozen one, or for the console the running one.

    The running one may have no ratings yet. Raises NotFoundError for a period that has not begun or
    has no ratings, and for a year that is not frozen; InputError for what is no period.
    """
    frozen = find_frozen(db, period)
    if frozen is not None:
        return _published(frozen)
    if is_year(period):
        raise NotFoundError("This year is not frozen yet.")
    parse_month(period)
    running = month_of(now)
    if period > running:
        raise NotFoundError("This month has not begun.")
    document = compute_month(db, period, now)
    if period < running and not document.standings:
        raise NotFoundError("There is no ranking of this month.")
    return PublishedRanking(document, 0, None, None, None, None)


def get_public_ranking(db: Session, period: str) -> PublishedRanking:
    """The ranking as the public may see it: frozen ones only. Raises NotFoundError."""
    frozen = find_frozen(db, period)
    if frozen is None:
        raise NotFoundError("There is no published ranking of this period.")
    return _published(frozen)


def get_revision(db: Session, period: str, revision: int) -> PublishedRanking:
    """One revision of a frozen ranking. Raises NotFoundError."""
    if not is_period(period):
        raise NotFoundError("There is no published ranking of this period.")
    row = db.scalar(
        select(FrozenRanking).where(
            FrozenRanking.period == period, FrozenRanking.revision == revision
        )
    )
    if row is None:
        raise NotFoundError("There is no such revision.")
    return _published(row)


def list_frozen(db: Session) -> list[FrozenRanking]:
    """The latest revision of every frozen period, newest period first."""
    newest = (
        select(FrozenRanking.period, func.max(FrozenRanking.revision).label("revision"))
        .group_by(FrozenRanking.period)
        .subquery()
    )
    rows = select(FrozenRanking).join(
        newest,
        (FrozenRanking.period == newest.c.period) & (FrozenRanking.revision == newest.c.revision),
    )
    return list(db.scalars(rows.order_by(FrozenRanking.period.desc())))


def list_revisions(db: Session, period: str) -> list[FrozenRanking]:
    """All revisions of a period, first to last."""
    rows = select(FrozenRanking).where(FrozenRanking.period == period)
    return list(db.scalars(rows.order_by(FrozenRanking.revision)))


def count_own(db: Session, actor: Actor, month: str, now: datetime) -> dict[str, OfficeCounts]:
    """Totals by office within the actor's reach: what the rated themselves may see."""
    counts = count_offices(db, month, now)
    return {office_id: own for office_id, own in counts.items() if actor.reaches(office_id)}


def list_ratings(
    db: Session,
    offices: OfficeDirectory,
    actor: Actor,
    narrowed: RatingFilter,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> RatingPage:
    """A page of single ratings of the offices below the actor's own; never of their own office."""
    query = select(Rating).where(*_conditions(offices, actor, narrowed))
    query = query.order_by(Rating.id.desc()).limit(size + 1).offset((page - 1) * size)
    ratings = db.scalars(query).all()
    return RatingPage(_rows(db, ratings[:size]), page, len(ratings) > size)


def get_rating_row(
    db: Session, offices: OfficeDirectory, actor: Actor, rating_id: int
) -> RatingRow:
    """One rating. Raises NotFoundError also when the actor may not see it."""
    visible = _conditions(offices, actor, RatingFilter(only_current=False))
    rating = db.scalar(select(Rating).where(Rating.id == rating_id, *visible))
    if rating is None:
        raise NotFoundError("There is no such rating.")
    return _rows(db, [rating])[0]


def list_ratings_of_citizen(
    db: Session, phone_key: str, *, limit: int = PAGE_SIZE
) -> tuple[RatingRow, ...]:
    """The ratings that count of one citizen, newest first.

    Each is to be shown only to those who ``can_know_rater`` of its office: a list by citizen says
    who rated.
    """
    rows = select(Rating).join(Invitation, Invitation.service_id == Rating.service_id)
    rows = rows.where(Invitation.phone_key == phone_key, Rating.replaced_at.is_(None))
    return _rows(db, db.scalars(rows.order_by(Rating.id.desc()).limit(limit)).all())


def can_know_rater(offices: OfficeDirectory, actor: Actor, office_id: str) -> bool:
    """Whether somebody may learn who rated an office: the offices above it may, the rated not.

    Nobody is above the bureau: of its ratings those know who decide about ratings there.
    """
    if actor.office_ids is not None:
        return office_id in _below_own(offices, actor.office_ids)
    return office_id != offices.bureau.id or actor.may("ratings.approve")


def list_appealable(db: Session, actor: Actor, month: str) -> list[AppealableRating]:
    """Bad ratings that count of the actor's offices, against which nobody has appealed yet."""
    appealed = select(Appeal.rating_id)
    rows = select(Rating.id, Rating.office_id, Rating.level, Rating.at, BadRating.reason).outerjoin(
        BadRating, BadRating.service_id == Rating.service_id
    )
    rows = rows.where(
        Rating.month == month,
        Rating.level < WORST_GOOD_LEVEL,
        Rating.replaced_at.is_(None),
        Rating.id.not_in(appealed),
    )
    if actor.office_ids is not None:
        rows = rows.where(Rating.office_id.in_(actor.office_ids))
    return [AppealableRating(*row) for row in db.execute(rows.order_by(Rating.id))]


def list_waiting_exclusions(db: Session) -> list[Exclusion]:
    """Exclusions that wait for a second person, oldest first."""
    rows = select(Exclusion).where(Exclusion.state == Decision.PROPOSED)
    return list(db.scalars(rows.options(joinedload(Exclusion.rating)).order_by(Exclusion.id)))


def list_holds(db: Session) -> list[RatingHold]:
    """Ratings that are held and wait for a proposal or for its decision, oldest first."""
    rows = select(RatingHold).where(RatingHold.decided_at.is_(None))
    rows = rows.options(joinedload(RatingHold.rating))
    return list(db.scalars(rows.order_by(RatingHold.held_at, RatingHold.rating_id)))


def list_waiting_appeals(db: Session) -> list[Appeal]:
    """Appeals that wait for the office above, oldest first."""
    rows = select(Appeal).where(Appeal.state == Decision.PROPOSED)
    return list(db.scalars(rows.options(joinedload(Appeal.rating)).order_by(Appeal.id)))


def list_waiting_revisions(db: Session) -> list[RankingRevision]:
    """Revisions that wait for a second person, oldest first."""
    rows = select(RankingRevision).where(RankingRevision.state == Decision.PROPOSED)
    return list(db.scalars(rows.order_by(RankingRevision.id)))


def count_not_asked(db: Session, month: str) -> dict[str, int]:
    """How many citizens of the month's services were not asked, by reason."""
    rows = db.execute(
        select(Invitation.reason, func.count())
        .where(Invitation.month == month, Invitation.reason.is_not(None))
        .group_by(Invitation.reason)
    )
    return dict(sorted(Counter({str(reason): count for reason, count in rows}).items()))


def _published(row: FrozenRanking) -> PublishedRanking:
    return PublishedRanking(
        load_document(row.document), row.revision, row.frozen_at, row.code, row.words, row.sha256
    )


def _conditions(
    offices: OfficeDirectory, actor: Actor, narrowed: RatingFilter
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if actor.office_ids is not None:
        conditions.append(Rating.office_id.in_(_below_own(offices, actor.office_ids)))
    if narrowed.month is not None:
        conditions.append(Rating.month == narrowed.month)
    if narrowed.office_id is not None:
        conditions.append(Rating.office_id == narrowed.office_id)
    if narrowed.level is not None:
        conditions.append(Rating.level == narrowed.level)
    if narrowed.only_current:
        conditions.append(Rating.replaced_at.is_(None))
    if narrowed.is_flagged:
        conditions.append(Rating.id.in_(select(RatingFlag.rating_id)))
    return conditions


def _below_own(offices: OfficeDirectory, reach: frozenset[str]) -> frozenset[str]:
    """The offices within reach whose office above is within reach too: all but the actor's own.

    The bureau sees its own as well: nobody is above it.
    """
    bureau = offices.bureau.id
    return frozenset(
        office.id
        for office in offices.offices
        if office.id in reach and (office.parent in reach or office.id == bureau)
    )


def _rows(db: Session, ratings: Sequence[Rating]) -> tuple[RatingRow, ...]:
    ids = [rating.id for rating in ratings]
    services = [rating.service_id for rating in ratings]
    flags: dict[int, list[str]] = {}
    for flag in db.scalars(select(RatingFlag).where(RatingFlag.rating_id.in_(ids))):
        flags.setdefault(flag.rating_id, []).append(flag.code)
    exclusions = {
        row.rating_id: row
        for row in db.scalars(
            select(Exclusion)
            .where(Exclusion.rating_id.in_(ids), Exclusion.state != Decision.REFUSED)
            .order_by(Exclusion.id)
        )
    }
    appeals = {
        row.rating_id: row for row in db.scalars(select(Appeal).where(Appeal.rating_id.in_(ids)))
    }
    open_holds = select(RatingHold.rating_id).where(
        RatingHold.rating_id.in_(ids), RatingHold.decided_at.is_(None)
    )
    held = frozenset(db.scalars(open_holds))
    bad = {
        row.service_id: row
        for row in db.scalars(select(BadRating).where(BadRating.service_id.in_(services)))
    }
    return tuple(
        RatingRow(
            rating=rating,
            comment=mask_personal(rating.comment) if rating.comment else None,
            flags=tuple(sorted(flags.get(rating.id, ()))),
            bad=bad.get(rating.service_id),
            exclusion=exclusions.get(rating.id),
            appeal=appeals.get(rating.id),
            is_held=rating.id in held,
        )
        for rating in ratings
    )
