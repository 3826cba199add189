"""The ranking worked by hand for a small city."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from ratings.ranking import (
    CityMean,
    OfficeCounts,
    RankingRules,
    grade_of,
    one_decimal,
    percentage,
    rank,
    score_of,
)

RULES = RankingRules()
# 800 ratings with a mean of 82.5 points.
CITY = CityMean(Decimal(66_000), 800)

# Levels 1 to 5. Worked by hand: score = (30 * 82.5 + points) / (30 + n), 30 * 82.5 = 2475.
SMALL_CITY = {
    # 60*100 + 30*80 + 10*60 = 9000; (2475 + 9000) / 130 = 88.269... -> 88.3
    "north": OfficeCounts((0, 0, 10, 30, 60), asked=200, answered=100),
    # 20*100 + 20*80 = 3600; (2475 + 3600) / 70 = 86.785... -> 86.8
    "east": OfficeCounts((0, 0, 0, 20, 20), asked=60, answered=40),
    # 40*100 + 40*80 = 7200; (2475 + 7200) / 110 = 87.954... -> 88.0, above east: more ratings
    "west": OfficeCounts((0, 0, 0, 40, 40), asked=100, answered=80),
    # twins: 10*100 + 20*80 + 10*60 + 5*30 + 5*0 = 3350; (2475 + 3350) / 80 = 72.8125 -> 72.8
    "twin-a": OfficeCounts((5, 5, 10, 20, 10), asked=50, answered=50, mended_in_time=6),
    "twin-b": OfficeCounts((5, 5, 10, 20, 10), asked=0, answered=0, mended_in_time=2),
    # 10*0 + 10*30 + 10*60 = 900; (2475 + 900) / 60 = 56.25 -> 56.3, half up
    "south": OfficeCounts((10, 10, 10, 0, 0), asked=30, answered=30, excluded=2),
    # three perfect ratings do not lead
    "tiny": OfficeCounts((0, 0, 0, 0, 3), asked=3, answered=3),
    "silent": OfficeCounts(asked=12),
}


def test_the_small_city_is_ranked_as_by_hand() -> None:
    standings = rank(SMALL_CITY, RULES, CITY)
    assert [(s.office_id, s.rank, str(s.score), s.grade) for s in standings] == [
        ("north", 1, "88.3", "B"),
        ("west", 2, "88.0", "B"),
        ("east", 3, "86.8", "B"),
        ("twin-a", 4, "72.8", "C"),
        ("twin-b", 4, "72.8", "C"),
        ("south", 6, "56.3", "D"),
        ("silent", None, "None", None),
        ("tiny", None, "None", None),
    ]


def test_rates_are_exact_and_silence_is_not_satisfaction() -> None:
    rates = {
        s.office_id: (s.satisfied_rate, s.response_rate) for s in rank(SMALL_CITY, RULES, CITY)
    }
    assert rates["north"] == (Decimal("100.0"), Decimal("50.0"))
    assert rates["twin-a"] == (Decimal("80.0"), Decimal("100.0"))
    assert rates["twin-b"] == (Decimal("80.0"), None)
    assert rates["south"] == (Decimal("33.3"), Decimal("100.0"))
    assert rates["silent"] == (None, Decimal("0.0"))


def test_three_perfect_ratings_do_not_lead_even_without_a_floor() -> None:
    standings = rank(SMALL_CITY, replace(RULES, floor=1), CITY)
    # (2475 + 300) / 33 = 84.09... -> 84.1
    tiny = next(s for s in standings if s.office_id == "tiny")
    assert (tiny.rank, str(tiny.score)) == (4, "84.1")


def test_ranks_skip_after_a_tie() -> None:
    same = OfficeCounts((0, 0, 0, 30, 0))
    better, worse = OfficeCounts((0, 0, 0, 0, 30)), OfficeCounts((0, 0, 30, 0, 0))
    standings = rank({"a": worse, "b": same, "c": better, "d": same}, RULES, CITY)
    assert [(s.office_id, s.rank) for s in standings] == [("c", 1), ("b", 2), ("d", 2), ("a", 4)]


def test_scores_that_differ_only_after_the_first_decimal_are_a_tie() -> None:
    # (2475 + 80*1000) / 1030 = 80.0728..., (2475 + 80*1001) / 1031 = 80.0727...
    counts = {"a": OfficeCounts((0, 0, 0, 1000, 0)), "b": OfficeCounts((0, 0, 0, 1001, 0))}
    assert [s.rank for s in rank(counts, RULES, CITY)] == [1, 1]


def test_the_change_of_rank_is_told_to_those_ranked_before() -> None:
    standings = rank(SMALL_CITY, RULES, CITY, {"north": 3, "west": 1, "east": 3, "tiny": 2})
    changes = {s.office_id: s.rank_change for s in standings}
    assert changes["north"] == 2
    assert changes["west"] == -1
    assert changes["east"] == 0
    assert changes["south"] is None
    assert changes["tiny"] is None


def test_without_a_city_mean_the_plain_mean_stands() -> None:
    assert score_of(OfficeCounts((0, 0, 0, 10, 20)), RULES, CityMean(Decimal(0), 0)) == Decimal(
        "93.3"
    )


def test_grades_begin_at_their_score() -> None:
    graded = [grade_of(Decimal(score), RULES) for score in ("90.0", "89.9", "80", "70", "69.9")]
    assert graded == ["A", "B", "B", "C", "D"]


def test_rounding_is_half_up_and_exact() -> None:
    assert str(one_decimal(Fraction(225, 4))) == "56.3"
    assert str(one_decimal(Fraction(56))) == "56.0"
    assert str(percentage(1, 8)) == "12.5"
    assert percentage(0, 0) is None


@pytest.mark.parametrize(
    "change",
    [
        {"points": {1: Decimal(0)}},
        {"points": dict(zip(range(1, 6), map(Decimal, (50, 30, 60, 80, 100)), strict=True))},
        {"floor": 0},
        {"prior_weight": -1},
        {"bands": ()},
        {"bands": (("D", Decimal(0)), ("A", Decimal(90)))},
    ],
)
def test_odd_rules_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(RULES, **change).check()  # type: ignore[arg-type]


def test_rules_survive_json() -> None:
    RULES.check()
    assert RankingRules.from_json(RULES.to_json()) == RULES


_counts = st.tuples(*[st.integers(0, 500)] * 5).map(
    lambda levels: OfficeCounts(levels)  # type: ignore[arg-type]
)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), _counts, max_size=12))
def test_ranks_follow_scores_whatever_the_counts(counts: dict[str, OfficeCounts]) -> None:
    ranked = [s for s in rank(counts, RULES, CITY) if s.rank is not None]
    for standing in ranked:
        assert standing.score is not None
        better = sum(other.score > standing.score for other in ranked if other.score is not None)
        assert standing.rank == better + 1
        assert 0 <= standing.score <= 100
        assert standing.counts.ratings >= RULES.floor
