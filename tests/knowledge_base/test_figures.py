"""Figures: dated values, sources, and what is computed from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.errors import ContentError
from knowledge_base.figures import Figures
from knowledge_base.loader import Content

TODAY = date(2026, 11, 23)
WAGE = """
- id: wage
  name: {zh: 工资, en: wage}
  unit: yuan
  values:
    - {value: 1900, from: 2021-12-01, source: 文一, verified: true}
    - {value: 2080, from: 2025-03-01, source: 文二, verified: true}
    - {value: 2200.50, from: 2027-01-01, source: 文三, verified: false}
- id: benefit
  name: {zh: 待遇, en: benefit}
  unit: yuan
  computed: "wage * 0.9"
  source: law#1
- id: lump
  name: {zh: 一次, en: lump}
  unit: yuan
  computed: "benefit * 3 + 10"
  source: law#2
"""


def test_each_day_has_the_value_that_began_last() -> None:
    figures = Figures.parse(WAGE)
    assert figures.value("wage", date(2025, 2, 28)) == 1900
    assert figures.value("wage", date(2025, 3, 1)) == 2080


def test_a_future_value_takes_effect_by_itself_on_its_day() -> None:
    figures = Figures.parse(WAGE)
    assert figures.written("wage", date(2026, 12, 31)) == "2080"
    assert figures.written("wage", date(2027, 1, 1)) == "2200.5"
    assert figures.written("benefit", date(2027, 1, 1)) == "1980.45"
    assert figures.changes_after(TODAY) == (date(2027, 1, 1),)


def test_what_is_computed_follows_on_every_level() -> None:
    figures = Figures.parse(WAGE)
    assert figures.value("benefit", TODAY) == Decimal(1872)
    assert figures.written("lump", TODAY) == "5626"


def test_a_computed_figure_is_verified_when_all_it_rests_on_is() -> None:
    figures = Figures.parse(WAGE)
    assert figures.is_verified("lump", TODAY)
    assert not figures.is_verified("lump", date(2027, 1, 1))


def test_before_its_first_day_a_figure_has_no_value() -> None:
    with pytest.raises(ContentError, match="figure wage has no value on 2021-11-30"):
        Figures.parse(WAGE).value("wage", date(2021, 11, 30))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("source: 文二, ", "", "wage: .*source"),
        ("source: 文二", "source: ' '", "wage: each value needs a date and a source"),
        ("from: 2025-03-01", "from: spring", "wage: each value needs a date and a source"),
        ("\n  source: law#1", "", "benefit: source is missing"),
        ("wage * 0.9", "salary * 0.9", "figure salary is not in figures.yaml"),
        ("wage * 0.9", "lump * 0.9", "computed from itself"),
        ("wage * 0.9", "wage *", "is not a formula"),
        ("id: benefit", "id: wage", "wage stands twice"),
        ('\n  computed: "wage * 0.9"', "", "benefit: needs either values or computed"),
    ],
)
def test_a_wrong_figure_is_refused(old: str, new: str, reason: str) -> None:
    assert old in WAGE
    with pytest.raises(ContentError, match=reason):
        Figures.parse(WAGE.replace(old, new, 1))


@pytest.mark.parametrize("text", ["- id: [unfinished", "wage: 2080", "- wage"])
def test_what_is_no_list_of_figures_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match=r"figures\.yaml"):
        Figures.parse(text)


def test_a_formula_may_only_count() -> None:
    figures = Figures.parse(WAGE.replace("wage * 0.9", "wage ** 2"))
    with pytest.raises(ContentError, match=r"\+ - \* / only"):
        figures.value("benefit", TODAY)


def test_the_minimum_wage_of_dongguan_is_that_of_the_provincial_notice(content: Content) -> None:
    monthly = content.figures.get("minimum_wage_monthly").values[-1]
    hourly = content.figures.get("minimum_wage_hourly").values[-1]
    assert (monthly.value, monthly.from_) == (Decimal(2080), date(2025, 3, 1))
    assert hourly.value == Decimal("19.8")
    assert monthly.source == hourly.source == "粤府函〔2025〕23号"
    assert content.figures.value("unemployment_benefit_monthly", TODAY) == 1872
