"""The ranking of a month or a year: computed as of a moment, frozen once, revised by a new row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import ConflictError
from ratings.counting import count_exclusion_codes, count_mended, count_offices
from ratings.documents import RankingDocument, hash_document, load_document
from ratings.models import FrozenRanking, RankingConfig, Service
from ratings.periods import freezes_at, is_period, is_year, month_of, months_of_year, shift_month
from ratings.ranking import CityMean, OfficeCounts, RankingRules, rank

MEAN_MONTHS = 12
SCHEDULER = "system"


def find_rules(db: Session, month: str) -> RankingRules:
    """The rules of a month: the configuration row in force, else the default figures."""
    row = db.scalar(
        select(RankingConfig)
        .where(RankingConfig.from_month <= month)
        .order_by(RankingConfig.from_month.desc())
        .limit(1)
    )
    return RankingRules() if row is None else RankingRules.from_json(row.rules)


def compute_month(db: Session, month: str, as_of: datetime) -> RankingDocument:
    """The ranking of a month as of a moment, from the facts and the months frozen until then."""
    rules = find_rules(db, month)
    counts = count_offices(db, month, as_of)
    mean = _city_mean_before(db, month, as_of) or _own_mean(counts, rules)
    previous = find_frozen(db, shift_month(month, -1), as_of)
    ranks = load_document(previous.document).ranks if previous is not None else {}
    return RankingDocument(
        period=month,
        rules=rules,
        city_mean=mean,
        standings=rank(counts, rules, mean, ranks),
        exclusions=count_exclusion_codes(db, month, as_of),
        best_and_worst={},
    )


def compute_year(db: Session, year: str, as_of: datetime) -> RankingDocument:
    """The year's summary: ratings pooled over its frozen months, best and worst month an office.

    Points are those that each month gave; floor and bands are December's. Mending is counted as it
    stands at ``as_of``: much of it comes after a month was frozen.
    """
    months = _documents_of(db, months_of_year(year), as_of)
    rules = find_rules(db, months_of_year(year)[-1])
    counts = _pool(
        months, {month: count_mended(db, month, as_of) for month in months_of_year(year)}
    )
    mean = _own_mean(counts, rules)
    previous = find_frozen(db, f"{int(year) - 1:04d}", as_of)
    ranks = load_document(previous.document).ranks if previous is not None else {}
    exclusions: Counter[str] = Counter()
    for document in months:
        exclusions.update(document.exclusions)
    return RankingDocument(
        period=year,
        rules=rules,
        city_mean=mean,
        standings=rank(counts, rules, mean, ranks),
        exclusions=dict(sorted(exclusions.items())),
        best_and_worst=_best_and_worst(months),
    )


def compute(db: Session, period: str, as_of: datetime) -> RankingDocument:
    """The ranking of a month or a year as of a moment."""
    return compute_year(db, period, as_of) if is_year(period) else compute_month(db, period, as_of)


def find_frozen(db: Session, period: str, as_of: datetime | None = None) -> FrozenRanking | None:
    """The latest frozen ranking of a period, or the latest that counted at ``as_of``; or None."""
    if not is_period(period):
        return None
    rows = select(FrozenRanking).where(FrozenRanking.period == period)
    if as_of is not None:
        rows = rows.where(FrozenRanking.cutoff_at <= as_of)
    return db.scalar(rows.order_by(FrozenRanking.revision.desc()).limit(1))


def recompute_frozen(db: Session, frozen: FrozenRanking) -> str:
    """The document of a frozen ranking computed from the facts again; equal to the byte."""
    return compute(db, frozen.period, frozen.cutoff_at).dumps()


def freeze_due_periods(database: Database, now: datetime) -> list[str]:
    """Freeze every month and year whose time has come, oldest first; those frozen now.

    Run twice, late, by two schedulers or after being killed, the result is the same: it is
    computed as of the day it was due, in one transaction, and written once.
    """
    with database.read() as db:
        due = list_due_periods(db, now)
    return [period for period in due if freeze_period(database, period, now)]


def list_due_periods(db: Session, now: datetime) -> list[str]:
    """Months (and after December its year) that should be frozen and are not, oldest first."""
    first = db.scalar(select(func.min(Service.month)))
    frozen = set(db.scalars(select(FrozenRanking.period)))
    due: list[str] = []
    month = first
    while month is not None and freezes_at(month) <= now:
        periods = (month, month[:4]) if month.endswith("-12") else (month,)
        due += [period for period in periods if period not in frozen]
        month = shift_month(month, 1)
    return due


def freeze_period(database: Database, period: str, now: datetime) -> bool:
    """Freeze one month or year; False when another was faster."""
    try:
        with database.write() as db:
            if find_frozen(db, period) is not None:
                return False
            add_frozen(db, period, cutoff_of(period), now, SCHEDULER)
    except IntegrityError:
        return False
    return True


def add_frozen(
    db: Session,
    period: str,
    cutoff_at: datetime,
    now: datetime,
    by: str,
    *,
    approved_by: str | None = None,
    code: str | None = None,
    words: str | None = None,
) -> FrozenRanking:
    """Compute a ranking as of ``cutoff_at`` and write it as the period's next revision."""
    if cutoff_at > now:
        raise ConflictError("A ranking cannot be frozen before its time.")
    last = find_frozen(db, period)
    document = compute(db, period, cutoff_at).dumps()
    row = FrozenRanking(
        period=period,
        revision=1 if last is None else last.revision + 1,
        cutoff_at=cutoff_at,
        document=document,
        sha256=hash_document(document),
        frozen_at=now,
        frozen_by=by,
        approved_by=approved_by,
        code=code,
        words=words,
    )
    db.add(row)
    db.flush()
    return row


def running_month(now: datetime) -> str:
    """The month that is being counted now."""
    return month_of(now)


def cutoff_of(period: str) -> datetime:
    """When a period freezes: a year with its December."""
    return freezes_at(months_of_year(period)[-1] if is_year(period) else period)


def _city_mean_before(db: Session, month: str, as_of: datetime) -> CityMean | None:
    """The mean over the last 12 frozen months before ``month``; None when none has ratings."""
    rows = db.scalars(
        select(FrozenRanking.period)
        .where(
            FrozenRanking.period < month,
            func.length(FrozenRanking.period) == len(month),
            FrozenRanking.cutoff_at <= as_of,
        )
        .distinct()
        .order_by(FrozenRanking.period.desc())
        .limit(MEAN_MONTHS)
    ).all()
    documents = _documents_of(db, rows, as_of)
    ratings = sum(document.ratings for document in documents)
    points = sum((document.points for document in documents), Decimal(0))
    return CityMean(points, ratings) if ratings else None


def _own_mean(counts: Mapping[str, OfficeCounts], rules: RankingRules) -> CityMean:
    points = sum((office.points_by(rules) for office in counts.values()), Decimal(0))
    return CityMean(points, sum(office.ratings for office in counts.values()))


def _documents_of(db: Session, periods: Sequence[str], as_of: datetime) -> list[RankingDocument]:
    rows = (find_frozen(db, period, as_of) for period in periods)
    return [load_document(row.document) for row in rows if row is not None]


def _pool(
    months: list[RankingDocument], mended: Mapping[str, Mapping[str, int]]
) -> dict[str, OfficeCounts]:
    pooled: dict[str, OfficeCounts] = {}
    for document in months:
        for standing in document.standings:
            before = pooled.get(standing.office_id, OfficeCounts(points=Decimal(0)))
            mended_now = mended[document.period].get(standing.office_id, 0)
            month = replace(standing.counts, mended_in_time=mended_now)
            pooled[standing.office_id] = _add(before, month, document.rules)
    return pooled


def _add(pooled: OfficeCounts, month: OfficeCounts, rules: RankingRules) -> OfficeCounts:
    a, b = pooled.levels, month.levels
    return OfficeCounts(
        levels=(a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]),
        asked=pooled.asked + month.asked,
        answered=pooled.answered + month.answered,
        mended_in_time=pooled.mended_in_time + month.mended_in_time,
        # What was open when a month froze is not open any more: it is only told in the month.
        rectification_open=0,
        excluded=pooled.excluded + month.excluded,
        unproved=pooled.unproved + month.unproved,
        held=pooled.held + month.held,
        points=(pooled.points or Decimal(0)) + month.points_by(rules),
    )


def _best_and_worst(months: list[RankingDocument]) -> dict[str, tuple[str, str]]:
    """By office the months of its highest and lowest score; the earlier one of equals."""
    scores: dict[str, dict[str, Decimal]] = {}
    for document in months:
        for standing in document.standings:
            if standing.score is not None:
                scores.setdefault(standing.office_id, {})[document.period] = standing.score
    return {
        office_id: (
            min(by_month, key=lambda month: (-by_month[month], month)),
            min(by_month, key=lambda month: (by_month[month], month)),
        )
        for office_id, by_month in sorted(scores.items())
    }
