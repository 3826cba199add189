"""The roads of a matter, with limits computed from the date that was given."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from casework.clock_rules import CLOCK_RULES, PAUSE_GROUNDS
from casework.path_sorting import Matter, add_years, first_road, matters_by_topic, sort_paths
from casework.vocabulary import Road
from tests.conftest import shared

TODAY = date(2026, 11, 23)


def roads_of(**known: object) -> list[tuple[str, str | None, bool]]:
    advice = sort_paths(Matter(**known), TODAY)  # type: ignore[arg-type]
    return [(a.road, a.limit_on and a.limit_on.isoformat(), a.is_expired) for a in advice]


def test_wage_arrears_go_to_inspection_for_two_years_and_to_arbitration_for_one() -> None:
    assert roads_of(topic="wage-arrears-what-to-do", happened_on=date(2026, 8, 10)) == [
        ("inspection", "2028-08-10", False),
        ("arbitration", "2027-08-10", False),
        ("petition", None, False),
    ]


def test_a_wage_claim_does_not_run_out_while_one_is_employed() -> None:
    matter = Matter(
        topic="wage-arrears-what-to-do", happened_on=date(2024, 1, 5), is_still_employed=True
    )
    advice = {a.road: a for a in sort_paths(matter, TODAY)}
    assert advice[Road.ARBITRATION].is_open_while_employed
    assert advice[Road.ARBITRATION].limit_on is None
    assert advice[Road.INSPECTION].is_expired


def test_after_leaving_a_wage_claim_runs_out_in_a_year() -> None:
    assert roads_of(
        topic="wages-on-leaving",
        happened_on=date(2024, 1, 5),
        employment_ended_on=date(2026, 2, 28),
    )[0] == ("arbitration", "2027-02-28", False)


def test_the_limit_runs_from_knowing_when_that_was_later() -> None:
    known = roads_of(
        topic="severance-calculation", happened_on=date(2025, 6, 1), known_on=date(2026, 1, 15)
    )
    assert known[0] == ("arbitration", "2027-01-15", False)


def test_an_expired_road_is_told_but_not_taken() -> None:
    expired = sort_paths(Matter("unlawful-dismissal-double", date(2025, 11, 22)), TODAY)
    assert [(a.road, a.is_expired) for a in expired] == [
        (Road.ARBITRATION, True),
        (Road.PETITION, False),
    ]
    assert first_road(expired) == Road.PETITION
    last_day = sort_paths(Matter("unlawful-dismissal-double", date(2025, 11, 23)), TODAY)
    assert first_road(last_day) == Road.ARBITRATION


@pytest.mark.parametrize(
    ("topic", "road"),
    [
        ("inspection-complaint", Road.INSPECTION),
        ("late-insurance-payment", Road.ADMINISTRATIVE),
        ("work-injury-recognition", Road.ADMINISTRATIVE),
        ("unemployment-benefit-stop", Road.REVIEW),
        ("arbitration-then-court", Road.COURT),
        ("provident-fund-duty", Road.ELSEWHERE),
        ("hotline-scope", Road.PETITION),
        (None, Road.PETITION),
    ],
)
def test_each_sort_of_matter_has_its_first_road(topic: str | None, road: Road) -> None:
    assert first_road(sort_paths(Matter(topic, happened_on=date(2026, 11, 20)), TODAY)) == road


def test_a_court_must_be_asked_within_fifteen_days_of_the_award() -> None:
    assert roads_of(topic="arbitration-then-court", known_on=date(2026, 11, 16))[0] == (
        "court",
        "2026-12-01",
        False,
    )


def test_without_a_date_no_limit_is_guessed() -> None:
    advice = sort_paths(Matter(topic="severance-calculation"), TODAY)[0]
    assert advice.needs_date
    assert advice.limit_on is None
    assert not advice.is_expired


def test_a_year_after_29_february_ends_with_the_month() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_advice_can_be_kept_with_the_case() -> None:
    kept = sort_paths(Matter("wages-on-leaving", date(2026, 8, 10)), TODAY)[0].as_json()
    assert kept["limit_on"] == "2028-08-10"
    assert kept["sources"] == ["labour-inspection-regulations#20", "petition-work-regulations#31"]


def test_every_topic_stands_in_one_matter_and_is_a_real_one() -> None:
    plan = yaml.safe_load(shared("topics.yaml").read_text(encoding="utf-8"))
    real = {entry["id"] for entry in plan}
    assert set(matters_by_topic()) <= real


def test_every_cited_article_exists() -> None:
    statutes = shared("statutes")
    topics = [*matters_by_topic(), None]
    cited = {
        *(s for rule in CLOCK_RULES.values() for s in rule.source),
        *(rule.extension.source for rule in CLOCK_RULES.values() if rule.extension),
        *(ground.source for ground in PAUSE_GROUNDS.values()),
        *(s for t in topics for advice in sort_paths(Matter(t), TODAY) for s in advice.sources),
    } - {"configuration"}
    for source in cited:
        statute, article = source.split("#")
        text = (statutes / f"{statute}.md").read_text(encoding="utf-8")
        count = int(text.split("\narticles: ")[1].split("\n")[0])
        assert 1 <= int(article) <= count, source
