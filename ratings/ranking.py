"""The ranking of offices from counts: pure and exact, in rational numbers.

Score = (m * city mean + sum of points) / (m + n), rounded half up to one decimal; the shrinking
towards the city mean keeps a handful of perfect ratings from leading. The same score is the same
rank, and the rank after a tie skips (1, 2, 2, 4). Offices with fewer ratings than the floor are
shown unranked, without score, grade and rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import InputError
from ratings.vocabulary import LEVELS, WORST_GOOD_LEVEL


@dataclass(frozen=True)
class RankingRules:
    """Figures of the ranking: one dated row of configuration.

    ``points`` by level; ``prior_weight`` is m; ``floor`` the least number of ratings to be ranked;
    ``bands`` the grades with the score from which each is given, best first.
    """

    points: Mapping[int, Decimal] = field(
        default_factory=lambda: dict(zip(LEVELS, map(Decimal, (0, 30, 60, 80, 100)), strict=True))
    )
    prior_weight: int = 30
    floor: int = 30
    bands: tuple[tuple[str, Decimal], ...] = (
        ("A", Decimal(90)),
        ("B", Decimal(80)),
        ("C", Decimal(70)),
        ("D", Decimal(0)),
    )

    def check(self) -> None:
        """Raise InputError when the figures make no ranking."""
        if tuple(sorted(self.points)) != LEVELS:
            raise InputError("Every level from 1 to 5 needs its points.", "points")
        in_order = [self.points[level] for level in LEVELS]
        if in_order != sorted(in_order):
            raise InputError("A better level cannot have fewer points.", "points")
        if self.prior_weight < 0 or self.floor < 1:
            raise InputError("The weight cannot be negative, nor the floor below 1.", "floor")
        starts = [start for _grade, start in self.bands]
        if not starts or starts != sorted(set(starts), reverse=True):
            raise InputError("The bands must begin with the best and fall.", "bands")

    def to_json(self) -> dict[str, Any]:
        """The rules as a JSON-able value."""
        return {
            "points": {str(level): str(self.points[level]) for level in LEVELS},
            "prior_weight": self.prior_weight,
            "floor": self.floor,
            "bands": [[grade, str(start)] for grade, start in self.bands],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> RankingRules:
        """The rules from ``to_json``."""
        return cls(
            points={int(level): Decimal(points) for level, points in raw["points"].items()},
            prior_weight=raw["prior_weight"],
            floor=raw["floor"],
            bands=tuple((grade, Decimal(start)) for grade, start in raw["bands"]),
        )


@dataclass(frozen=True)
class OfficeCounts:
    """What was counted for one office in one period.

    ``levels``: ratings of levels 1 to 5 that count, in that order. ``points``: their sum, given
    where the period had more than one set of rules. ``asked``: citizens asked by text,
    ``answered``: those of them who rated. ``unproved`` came from withheld or unproved numbers and
    ``held`` wait for two persons: neither counts.
    """

    levels: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    asked: int = 0
    answered: int = 0
    mended_in_time: int = 0
    rectification_open: int = 0
    excluded: int = 0
    points: Decimal | None = None
    unproved: int = 0
    held: int = 0

    @property
    def ratings(self) -> int:
        """How many ratings count."""
        return sum(self.levels)

    @property
    def bad(self) -> int:
        """Ratings of levels 1 and 2."""
        return sum(self.levels[: WORST_GOOD_LEVEL - 1])

    def points_by(self, rules: RankingRules) -> Decimal:
        """The sum of points of all ratings."""
        if self.points is not None:
            return self.points
        return sum(
            (rules.points[level] * n for level, n in zip(LEVELS, self.levels, strict=True)),
            Decimal(0),
        )


@dataclass(frozen=True)
class CityMean:
    """Sum of points and number of ratings of the whole city, to which offices are drawn."""

    points: Decimal
    ratings: int

    @property
    def value(self) -> Fraction | None:
        """The mean, or None without ratings."""
        return Fraction(self.points) / self.ratings if self.ratings else None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One office in the ranking. Rates are percentages with one decimal.

    ``rank``, ``score``, ``grade`` and ``satisfied_rate`` are None below the floor.
    ``rank_change`` is positive when the office rose, None when it was not ranked before.
    """

    office_id: str
    rank: int | None
    score: Decimal | None
    grade: str | None
    counts: OfficeCounts
    satisfied_rate: Decimal | None
    response_rate: Decimal | None
    rank_change: int | None


def rank(
    counts: Mapping[str, OfficeCounts],
    rules: RankingRules,
    city_mean: CityMean,
    previous_ranks: Mapping[str, int] | None = None,
) -> tuple[Standing, ...]:
    """The standings, best first and then by office id; those below the floor at the end."""
    scores = {
        office_id: score_of(office, rules, city_mean)
        for office_id, office in counts.items()
        if office.ratings >= rules.floor
    }
    ranks = {
        office_id: 1 + sum(other > score for other in scores.values())
        for office_id, score in scores.items()
    }
    in_order = sorted(
        counts, key=lambda office_id: (ranks.get(office_id, len(counts) + 1), office_id)
    )
    return tuple(
        _standing(office_id, counts[office_id], rules, scores, ranks, previous_ranks or {})
        for office_id in in_order
    )


def score_of(counts: OfficeCounts, rules: RankingRules, city_mean: CityMean) -> Decimal:
    """The shrunken mean, to one decimal. Without a city mean, or any rating, the plain mean.

    Raises ZeroDivisionError when there is nothing to compute from.
    """
    mean = city_mean.value
    weight = rules.prior_weight if mean is not None else 0
    drawn = weight * (mean or Fraction(0))
    return one_decimal(
        (drawn + Fraction(counts.points_by(rules))) / Fraction(weight + counts.ratings)
    )


def grade_of(score: Decimal, rules: RankingRules) -> str:
    """The grade whose band the score is in; the lowest below all."""
    return next((grade for grade, start in rules.bands if score >= start), rules.bands[-1][0])


def one_decimal(value: Fraction) -> Decimal:
    """A non-negative value rounded half up to one decimal, exactly."""
    return Decimal(int(value * 10 + Fraction(1, 2))) / 10 + Decimal("0.0")


def percentage(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in percent with one decimal; None of nothing."""
    return one_decimal(Fraction(100 * part, whole)) if whole else None


def _standing(
    office_id: str,
    counts: OfficeCounts,
    rules: RankingRules,
    scores: Mapping[str, Decimal],
    ranks: Mapping[str, int],
    previous_ranks: Mapping[str, int],
) -> Standing:
    score, place = scores.get(office_id), ranks.get(office_id)
    before = previous_ranks.get(office_id)
    is_ranked = score is not None
    return Standing(
        office_id=office_id,
        rank=place,
        score=score,
        grade=grade_of(score, rules) if score is not None else None,
        counts=counts,
        satisfied_rate=percentage(counts.ratings - counts.bad, counts.ratings)
        if is_ranked
        else None,
        response_rate=percentage(counts.answered, counts.asked),
        rank_change=before - place if before is not None and place is not None else None,
    )
