"""The remedies of a petition, with limits computed from the days that were given."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.deadline_rules import CLOCK_RULES, PAUSE_GROUNDS
from casework.remedies import (
    DayNeeded,
    Matter,
    Remedy,
    RemedyAdvice,
    Span,
    add_years,
    advice_from_json,
    first_remedy,
    sort_remedies,
)
from casework.remedy_rules import REMEDIES, matters_by_topic
from config.yaml_files import read_yaml
from core.ranges import Range
from tests.conftest import shared

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
WAGES = "wage-arrears-what-to-do"
DISMISSAL = "unlawful-dismissal-double"


def on(year: int, month: int, day: int) -> Span:
    return Range.exactly(date(year, month, day))


def in_year(year: int) -> Span:
    return Range(date(year, 1, 1), date(year, 12, 31))


def advice_of(*matters: Matter, today: date = TODAY) -> dict[Remedy, RemedyAdvice]:
    return {advice.remedy: advice for advice in sort_remedies(matters, today)}


def limits_of(**known: Any) -> list[tuple[str, str | None, bool]]:
    advice = sort_remedies([Matter(**known)], TODAY)
    return [(a.remedy, str(a.act_by) if a.act_by else None, a.is_expired) for a in advice]


def test_wage_arrears_go_to_inspection_for_two_years_and_to_arbitration_for_one() -> None:
    assert limits_of(topic=WAGES, since=on(2026, 8, 10)) == [
        ("inspection", "2028-08-10", False),
        ("arbitration", "2027-08-10", False),
        ("petition", None, False),
    ]


def test_a_wage_claim_does_not_run_out_while_one_is_employed() -> None:
    advice = advice_of(Matter(topic=WAGES, since=on(2024, 1, 5), is_still_employed=True))
    assert advice[Remedy.ARBITRATION].is_open_while_employed
    assert advice[Remedy.ARBITRATION].act_by is None
    assert not advice[Remedy.ARBITRATION].mentions_interruption


def test_a_wrong_that_may_still_go_on_has_not_run_out_for_inspection() -> None:
    """labour-inspection-regulations#20: a wrong that goes on counts from its end."""
    inspection = advice_of(Matter(topic=WAGES, since=on(2024, 1, 5)))[Remedy.INSPECTION]
    assert (inspection.act_by, inspection.is_expired) == (date(2026, 1, 5), False)
    assert inspection.day_needed == DayNeeded.ENDED
    ended = Matter(topic=WAGES, since=on(2023, 1, 5), ended=on(2024, 1, 5))
    assert advice_of(ended)[Remedy.INSPECTION].is_expired


def test_overtime_ends_with_the_employment_but_unpaid_wages_may_not() -> None:
    for topic, is_expired in (("overtime-limit", True), (WAGES, False)):
        left = Matter(topic=topic, since=on(2020, 1, 5), employment_ended=on(2024, 10, 1))
        assert advice_of(left)[Remedy.INSPECTION].is_expired is is_expired


def test_after_leaving_a_wage_claim_runs_out_in_a_year() -> None:
    matter = Matter(
        topic="wages-on-leaving", since=on(2024, 1, 5), employment_ended=on(2026, 2, 28)
    )
    arbitration = advice_of(matter)[Remedy.ARBITRATION]
    assert (arbitration.act_by, arbitration.is_assumed) == (date(2027, 2, 28), False)


def test_the_limit_runs_from_knowing_when_that_was_later() -> None:
    known = limits_of(topic="severance-calculation", since=on(2025, 6, 1), known=on(2026, 1, 15))
    assert known[0] == ("arbitration", "2027-01-15", False)


def test_an_expired_remedy_is_said_but_not_taken() -> None:
    expired = sort_remedies([Matter(DISMISSAL, on(2025, 11, 22))], TODAY)
    assert [(a.remedy, a.is_expired) for a in expired] == [
        (Remedy.ARBITRATION, True),
        (Remedy.PETITION, False),
    ]
    assert first_remedy(expired) == Remedy.PETITION
    assert expired[0].mentions_interruption
    assert expired[0].wording_key == "arbitration_maybe_late"
    last_day = sort_remedies([Matter(DISMISSAL, on(2025, 11, 23))], TODAY)
    assert first_remedy(last_day) == Remedy.ARBITRATION


def test_act_by_counts_from_the_earliest_day_and_too_late_from_the_latest() -> None:
    last_december = Range(date(2025, 12, 1), date(2025, 12, 31))
    arbitration = advice_of(Matter(DISMISSAL, last_december))[Remedy.ARBITRATION]
    assert arbitration.act_by == date(2026, 12, 1)
    assert arbitration.counted_from == last_december
    assert arbitration.is_assumed and not arbitration.is_expired and not arbitration.needs_day
    assert arbitration.wording_key == "arbitration_by"

    last_year = advice_of(Matter(DISMISSAL, in_year(2025)))[Remedy.ARBITRATION]
    assert last_year.act_by == date(2026, 1, 1)
    assert not last_year.is_expired
    assert last_year.day_needed == DayNeeded.SINCE
    assert last_year.mentions_interruption
    assert last_year.wording_key == "arbitration_needs_day"

    long_ago = advice_of(Matter(DISMISSAL, in_year(2022)))[Remedy.ARBITRATION]
    assert long_ago.is_expired and not long_ago.needs_day


@pytest.mark.parametrize("topic", sorted(matters_by_topic()))
def test_nothing_is_ever_too_late_while_a_day_in_time_is_possible(topic: str) -> None:
    for since in (
        Range(date(2019, 1, 1), None),
        Range(date(2019, 1, 1), TODAY),
        Range(date(2019, 1, 1), TODAY + timedelta(days=40)),
    ):
        for advice in sort_remedies([Matter(topic, since)], TODAY):
            assert not advice.is_expired
            assert advice.needs_day == (advice.act_by is not None)


@pytest.mark.parametrize("topic", sorted(matters_by_topic()))
def test_a_day_said_of_another_problem_makes_nothing_too_late(topic: str) -> None:
    advice = sort_remedies([Matter(topic, on(2012, 5, 4), is_since_assumed=True)], TODAY)
    assert not any(one.is_expired for one in advice)


def test_an_open_beginning_has_a_latest_day_only() -> None:
    before_2020 = Matter(DISMISSAL, Range(None, date(2019, 12, 31)))
    arbitration = advice_of(before_2020)[Remedy.ARBITRATION]
    assert (arbitration.act_by, arbitration.is_expired) == (None, True)
    until_june = Matter(DISMISSAL, Range(None, date(2026, 6, 30)))
    assert advice_of(until_june)[Remedy.ARBITRATION].needs_day


def test_a_day_in_the_future_is_no_beginning() -> None:
    advice = advice_of(Matter(DISMISSAL, on(2031, 5, 4)))[Remedy.ARBITRATION]
    assert (advice.act_by, advice.needs_day) == (None, True)


def test_the_year_can_start_again_when_its_end_is_near_or_past() -> None:
    far, near = on(2026, 8, 1), on(2025, 12, 20)
    assert not advice_of(Matter(DISMISSAL, far))[Remedy.ARBITRATION].mentions_interruption
    assert advice_of(Matter(DISMISSAL, near))[Remedy.ARBITRATION].mentions_interruption
    past = advice_of(Matter(WAGES, on(2024, 8, 1)))
    assert past[Remedy.ARBITRATION].mentions_interruption
    assert not past[Remedy.INSPECTION].mentions_interruption


def test_an_award_is_not_received_on_the_day_the_trouble_began() -> None:
    began = advice_of(Matter("arbitration-then-court", since=on(2024, 3, 1)))[Remedy.COURT]
    assert not began.is_expired
    assert began.day_needed == DayNeeded.RECEIVED
    received = limits_of(topic="arbitration-then-court", known=on(2026, 11, 16))
    assert received[0] == ("court", "2026-12-01", False)


def test_an_accident_counts_from_its_day_whenever_it_was_learned_of() -> None:
    matter = Matter("work-injury-recognition", since=on(2025, 10, 1), known=on(2026, 9, 1))
    recognition = advice_of(matter)[Remedy.ADMINISTRATIVE]
    assert (recognition.act_by, recognition.is_expired) == (date(2026, 10, 1), True)


def test_several_problems_give_each_remedy_once_with_what_it_serves() -> None:
    problems = (WAGES, "employer-social-insurance-duty", "double-wage-no-contract")
    advice = sort_remedies([Matter(topic, on(2026, 9, 1)) for topic in problems], TODAY)
    assert [(one.remedy, one.topics) for one in advice] == [
        (Remedy.INSPECTION, problems),
        (Remedy.ADMINISTRATIVE, problems[1:2]),
        (Remedy.ARBITRATION, (problems[2], *problems[:2])),
        (Remedy.PETITION, problems),
    ]
    assert "social-insurance-law#63" in advice[1].sources


def test_the_main_problem_leads() -> None:
    problems = ("employer-social-insurance-duty", WAGES)
    advice = sort_remedies([Matter(topic, on(2026, 9, 1)) for topic in problems], TODAY)
    assert first_remedy(advice) == Remedy.ADMINISTRATIVE


def test_of_several_limits_of_one_remedy_the_earliest_open_one_is_said() -> None:
    employed = Matter(WAGES, on(2023, 9, 1), is_still_employed=True)
    dismissed = Matter(DISMISSAL, on(2026, 9, 1))
    arbitration = advice_of(employed, dismissed)[Remedy.ARBITRATION]
    assert arbitration.act_by == date(2027, 9, 1)
    assert not arbitration.is_open_while_employed
    expired = Matter("mass-layoff", on(2020, 1, 1))
    both = advice_of(expired, dismissed)[Remedy.ARBITRATION]
    assert (both.act_by, both.is_expired) == (date(2027, 9, 1), False)


@pytest.mark.parametrize(
    ("topic", "remedy"),
    [
        ("inspection-complaint", Remedy.INSPECTION),
        ("job-agency-fraud", Remedy.INSPECTION),
        ("late-insurance-payment", Remedy.ADMINISTRATIVE),
        ("work-injury-recognition", Remedy.ADMINISTRATIVE),
        ("work-injury-no-insurance", Remedy.ADMINISTRATIVE),
        ("dismissal-for-fault", Remedy.ARBITRATION),
        ("unemployment-benefit-stop", Remedy.REVIEW),
        ("arbitration-then-court", Remedy.COURT),
        ("enforce-award", Remedy.COURT),
        ("domestic-helper", Remedy.COURT),
        ("provident-fund-duty", Remedy.ELSEWHERE),
        ("hotline-scope", Remedy.PETITION),
        ("never-heard-of", Remedy.PETITION),
        (None, Remedy.PETITION),
    ],
)
def test_each_kind_of_matter_has_its_first_remedy(topic: str | None, remedy: Remedy) -> None:
    assert first_remedy(sort_remedies([Matter(topic, on(2026, 11, 20))], TODAY)) == remedy


def test_a_petition_without_problems_is_a_petition() -> None:
    assert [one.remedy for one in sort_remedies([], TODAY)] == [Remedy.PETITION]


def test_inspection_is_not_offered_for_what_it_refuses() -> None:
    """gd-labour-inspection-regulations#39: what belongs to the procedure for disputes."""
    for topic in ("non-compete", DISMISSAL, "contract-change-job-transfer"):
        assert Remedy.INSPECTION not in advice_of(Matter(topic, on(2026, 9, 1)))


def test_without_a_date_no_limit_is_guessed() -> None:
    advice = sort_remedies([Matter(topic="severance-calculation")], TODAY)[0]
    assert advice.needs_day
    assert advice.act_by is None
    assert not advice.is_expired


def test_a_year_after_29_february_ends_with_the_month() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_advice_can_be_stored_with_the_case_and_read_again() -> None:
    for advice in sort_remedies(
        [Matter("wages-on-leaving", in_year(2025)), Matter(DISMISSAL, Range(None, TODAY))], TODAY
    ):
        assert advice_from_json(advice.as_json()) == advice


def test_advice_of_older_cases_can_still_be_read() -> None:
    stored = {
        "road": "arbitration", "sources": ["labour-contract-law#30"], "limit_on": "2027-08-10",
        "counted_from": "2026-08-10", "is_expired": False, "is_open_while_employed": False,
        "needs_date": False,
    }  # fmt: skip
    advice = advice_from_json(stored)
    assert (advice.remedy, advice.act_by) == (Remedy.ARBITRATION, date(2027, 8, 10))
    assert not advice.needs_day


def test_every_topic_of_the_knowledge_base_is_one_kind_of_matter() -> None:
    entered = Counter(
        topic
        for topics in read_yaml(ROOT / "casework" / "matters.yaml").values()
        for topic in topics
    )
    entries = {path.stem for path in (ROOT / "knowledge_base" / "entries").glob("*/*.yaml")}
    assert entries - set(entered) == set()
    assert [topic for topic, count in entered.items() if count > 1] == []
    assert set(matters_by_topic().values()) == set(REMEDIES)


def test_every_topic_is_a_real_one() -> None:
    plan = yaml.safe_load(shared("topics.yaml").read_text(encoding="utf-8"))
    entries = {path.stem for path in (ROOT / "knowledge_base" / "entries").glob("*/*.yaml")}
    assert set(matters_by_topic()) <= {entry["id"] for entry in plan} | entries


def test_every_cited_article_exists() -> None:
    statutes = shared("statutes")
    rules = [rule for of_matter in REMEDIES.values() for rule in of_matter]
    cited = {
        *(s for rule in CLOCK_RULES.values() for s in rule.source),
        *(rule.extension.source for rule in CLOCK_RULES.values() if rule.extension),
        *(ground.source for ground in PAUSE_GROUNDS.values()),
        *(source for rule in rules for source in rule.sources),
        *sort_remedies([], TODAY)[0].sources,
    } - {"configuration"}
    for source in cited:
        statute, article = source.split("#")
        text = (statutes / f"{statute}.md").read_text(encoding="utf-8")
        count = int(text.split("\narticles: ")[1].split("\n")[0])
        assert 1 <= int(article) <= count, source
