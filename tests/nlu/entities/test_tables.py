"""Dates, counts, sums, spans and years as people say them: the tables beside this file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from core.ranges import Range
from nlu.embedded.normalising import simplify
from nlu.entities.extraction import find_entities

TODAY = date(2026, 11, 30)
FOLDER = Path(__file__).parent


def rows(kind: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in sorted(FOLDER.glob(f"*{kind}*.yaml")):
        table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        found += table.items() if isinstance(table, dict) else [(text, "") for text in table]
    return found


def shown(found: Range[date] | Range[int] | Range[Decimal] | None) -> str:
    if found is None:
        return ""
    if found.is_exact:
        return _plain(found.lower)
    return f"{_plain(found.lower)}..{_plain(found.upper)}"


def _plain(value: date | int | Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value:f}".rstrip("0").rstrip(".") if _has_point(value) else str(value)


def _has_point(value: date | int | Decimal) -> bool:
    return isinstance(value, Decimal) and "." in f"{value:f}"


@pytest.mark.parametrize(("said", "days"), rows("dates"))
def test_dates_keep_the_precision_that_was_said(said: str, days: str) -> None:
    found = find_entities(simplify(said), TODAY)
    assert " ".join(map(shown, found.dates)) == days


@pytest.mark.parametrize(("said", "count"), rows("people"))
def test_counts_of_people_keep_both_ends(said: str, count: str) -> None:
    assert shown(find_entities(simplify(said), TODAY).people) == count


@pytest.mark.parametrize(("said", "amount"), rows("amounts"))
def test_sums_keep_both_ends(said: str, amount: str) -> None:
    assert shown(find_entities(simplify(said), TODAY).amount) == amount


@pytest.mark.parametrize(("said", "months"), rows("durations"))
def test_spans_keep_both_ends(said: str, months: str) -> None:
    assert shown(find_entities(simplify(said), TODAY).duration) == months


@pytest.mark.parametrize(("said", "months"), rows("services"))
def test_length_of_service_is_told_from_other_spans(said: str, months: str) -> None:
    assert shown(find_entities(simplify(said), TODAY).service) == months


@pytest.mark.parametrize(("said", "days"), rows("hired"))
def test_the_day_of_hiring_is_told_from_other_days(said: str, days: str) -> None:
    assert shown(find_entities(simplify(said), TODAY).hired) == days


@pytest.mark.parametrize(("said", "year"), rows("years"))
def test_a_year_asked_about_is_found(said: str, year: str) -> None:
    assert str(find_entities(simplify(said), TODAY).year_asked or "") == year


@pytest.mark.parametrize(("said", "nothing"), rows("nothing"))
def test_what_only_looks_like_a_date_count_or_sum_is_none(said: str, nothing: str) -> None:
    found = find_entities(simplify(said), TODAY)
    assert (found.dates, found.people, found.amount) == ((), None, None)
