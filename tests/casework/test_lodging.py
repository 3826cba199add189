"""Messages and petitions become cases, once, at the right office, with their clocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import detail_of, verify_chain
from casework.drafts import BadRatingDraft, Contact, IdempotencyKey, Recording
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import (
    answer_case,
    close_case,
    forward_case,
    lodge_bad_rating,
    lodge_contact,
    lodge_petition,
    take_message,
)
from casework.queries import find_case_by_number, find_progress, list_events
from casework.record import deadlines_of_case
from casework.vocabulary import Means
from core.clock import FixedClock
from core.errors import InputError
from core.ranges import Range
from core.reference_numbers import is_case_number
from tests.casework.people import (
    ALL_POWERFUL,
    CONTACT,
    OTHER_PHONE,
    PHONE,
    a_message,
    a_petition,
    contact_draft,
    message_draft,
    petition_draft,
)


def count_of_cases(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Case)) or 0


def test_a_message_is_owed_an_answer_on_the_next_working_day(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    lodging = take_message(db, case_services, message_draft(), clock.now())
    assert is_case_number(lodging.case.number)
    assert lodging.due is not None
    assert lodging.due.on == date(2026, 11, 24)
    assert lodging.case.next_due_on == date(2026, 11, 24)


def test_a_message_without_words_or_sound_makes_no_case(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    silent = Recording(provider_sid="RE1", seconds=0)
    for draft in (message_draft(text="  "), message_draft(text=None, recording=silent)):
        with pytest.raises(InputError):
            take_message(db, case_services, draft, clock.now())
    assert count_of_cases(db) == 0


def test_a_petition_goes_to_the_town_of_the_employer(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    assert a_petition(db, case_services, clock.now()).office_id == "dg-changan"
    assert (
        a_petition(db, case_services, clock.now(), "2", town=None, employer=None).office_id
        == "dg-bureau"
    )


def test_the_same_step_after_a_crash_lodges_nothing_new(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first = lodge_petition(db, case_services, petition_draft(), clock.now())
    again = lodge_petition(db, case_services, petition_draft(), clock.now())
    assert (again.case.id, again.is_repeat, again.is_joined) == (first.case.id, True, False)
    assert len(list_events(db, first.case)) == 2


def test_a_second_petition_about_the_same_employer_joins_the_open_one(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first = a_petition(db, case_services, clock.now())
    again = lodge_petition(
        db,
        case_services,
        petition_draft("2", employer="鴻達電子", people=Range.exactly(12)),
        clock.now(),
    )
    assert (again.case.id, again.is_joined) == (first.id, True)
    assert again.case.is_urgent
    assert again.case.people == 12
    repeat = lodge_petition(db, case_services, petition_draft("2"), clock.now())
    assert repeat.is_joined and repeat.is_repeat


def test_another_phone_or_another_employer_is_another_petition(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_petition(db, case_services, clock.now())
    a_petition(
        db,
        case_services,
        clock.now(),
        "2",
        contact=Contact(phone=OTHER_PHONE, channel="sms", is_proved=True),
    )
    a_petition(db, case_services, clock.now(), "3", employer="大朗毛织厂")
    a_petition(db, case_services, clock.now(), "4", contact=Contact(phone=None, channel="voice"))
    assert count_of_cases(db) == 4


def test_an_urgent_petition_is_told_to_the_bureau_at_once(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(
        db, case_services, clock.now(), people=Range.exactly(30), issue="老板跑了，工友要去堵路"
    )
    assert case.urgent_reasons == ["people", "gathering"]
    notice = list_waiting_notices(db)[0]
    assert (notice.audience, notice.office_id, notice.is_urgent) == ("bureau", "dg-bureau", True)


def test_a_bad_rating_opens_a_case_at_the_level_above(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    draft = BadRatingDraft(
        idempotency_key=IdempotencyKey("rating", "9"),
        contact=CONTACT,
        rating_id="9",
        rated_office_id="dg-changan",
        level=1,
        reason="等太久",
    )
    lodging = lodge_bad_rating(db, case_services, draft, clock.now())
    assert lodging.case.office_id == "dg-bureau"
    assert lodging.due is not None
    assert lodging.due.on == date(2026, 11, 24)


def test_the_number_finds_the_case_however_it_is_said(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    digits = case.number.removeprefix("DG")
    assert find_case_by_number(db, f"dg {digits[:8]}-{digits[8:]}") is case
    assert find_case_by_number(db, "DG2026112300999") is None


def test_progress_is_told_to_the_same_phone_or_by_its_last_four_digits(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    number, now = a_message(db, case_services, clock.now()).number, clock.now()
    assert find_progress(db, case_services, number, now, phone=PHONE) is not None
    assert find_progress(db, case_services, number, now, secret="8000") is not None
    assert find_progress(db, case_services, number, now, phone=OTHER_PHONE) is None
    assert find_progress(db, case_services, number, now, secret="1234") is None
    assert find_progress(db, case_services, number, now) is None


def test_what_was_lodged_has_a_whole_record(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_petition(db, case_services, clock.now())
    a_message(db, case_services, clock.now())
    assert list(verify_chain(db, case_services.vault)) == []


def test_a_contact_is_called_back_and_starts_no_statutory_deadline(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    lodging = lodge_contact(db, case_services, contact_draft(), clock.now())
    case = lodging.case
    assert (case.kind, case.office_id, case.remedy, case.remedies) == (
        "contact", "dg-changan", None, []
    )  # fmt: skip
    assert [(c.id, c.rule.source) for c in lodging.deadlines] == [
        ("call-back-contact", ("configuration",))
    ]
    assert case.next_due_on == date(2026, 11, 24)
    assert case.issue == "老板拖欠工资，还没说完就断线了"

    forward_case(db, case_services, case, ALL_POWERFUL, "dg-houjie", "单位在厚街", clock.now())
    deadlines = deadlines_of_case(db, case_services, case, clock.now())
    assert {c.rule.source for c in deadlines} == {("configuration",)}


def test_a_call_back_is_done_when_the_citizen_was_reached(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = lodge_contact(db, case_services, contact_draft(), clock.now()).case
    answer_case(
        db,
        case_services,
        case,
        ALL_POWERFUL,
        "已回电，改为登记诉求。",
        clock.now(),
        means=Means.CALL,
    )
    assert [c.is_running for c in deadlines_of_case(db, case_services, case, clock.now())] == [
        False
    ]
    assert case.next_due_on is None
    close_case(db, case_services, case, ALL_POWERFUL, clock.now())
    assert not case.is_open


def test_a_contact_is_written_once_and_joined_to_no_petition(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    petition = a_petition(db, case_services, clock.now())
    first = lodge_contact(db, case_services, contact_draft("c1"), clock.now())
    again = lodge_contact(db, case_services, contact_draft("c1"), clock.now())
    assert first.case.id != petition.id
    assert (again.case.id, again.is_repeat, again.is_joined) == (first.case.id, True, False)
    later = lodge_petition(db, case_services, petition_draft("2"), clock.now())
    assert later.case.id == petition.id


def test_danger_that_was_told_and_not_confirmed_is_urgent(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    draft = contact_draft(issue="厂里有工友要跳楼", people=Range(7, 12))
    case = lodge_contact(db, case_services, draft, clock.now()).case
    assert case.is_urgent and "people" in case.urgent_reasons
    assert list_waiting_notices(db)[0].text_key == "notice.urgent_case"


def test_urgency_looks_at_the_upper_end_and_statistics_at_the_lower(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    seven_or_so = a_petition(db, case_services, clock.now(), people=Range(7, 12))
    assert seven_or_so.urgent_reasons == ["people"]
    assert (seven_or_so.people, seven_or_so.people_max) == (7, 12)
    more_than = a_petition(
        db,
        case_services,
        clock.now(),
        "2",
        employer="甲厂",
        amount_yuan=Range(Decimal(200_000), None),
    )
    assert more_than.urgent_reasons == ["amount"]
    assert (more_than.amount_yuan, more_than.amount_max_yuan) == (Decimal(200_000), None)
    few = a_petition(db, case_services, clock.now(), "3", employer="乙厂", people=Range(2, 3))
    assert not few.is_urgent


def test_both_ends_of_what_was_said_are_stored(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    december = Range(date(2025, 12, 1), date(2025, 12, 31))
    case = a_petition(db, case_services, clock.now(), since=december)
    assert (case.since_on, case.since_until) == (december.lower, december.upper)
    assert case.since_range == december
    assert case.people_range is None
    arbitration = next(remedy for remedy in case.remedies if remedy["road"] == "arbitration")
    assert arbitration["limit_on"] == "2026-12-01"
    assert arbitration["is_assumed"] and not arbitration["is_expired"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": Range(0, 3)},
        {"amount_yuan": Range(None, Decimal(10) ** 12)},
        {"amount_yuan": Range(Decimal(-1), None)},
        {"issue": "  "},
    ],
)
def test_what_is_not_possible_is_refused(
    db: Session, case_services: CaseServices, clock: FixedClock, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        a_petition(db, case_services, clock.now(), **wrong)


def test_several_problems_are_stored_with_the_remedies_of_each(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    topics = ("wage-arrears-what-to-do", "employer-social-insurance-duty")
    lodging = lodge_petition(db, case_services, petition_draft(topics=topics), clock.now())
    case = lodging.case
    assert (case.topic, case.topics, case.remedy) == (topics[0], list(topics), "inspection")
    assert [remedy["road"] for remedy in case.remedies] == [
        "inspection", "administrative", "arbitration", "petition",
    ]  # fmt: skip
    assert [one.remedy for one in lodging.advice] == [remedy["road"] for remedy in case.remedies]


def test_an_expired_remedy_keeps_no_petition_out(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    long_ago = Range.exactly(date(2015, 3, 1))
    case = a_petition(
        db, case_services, clock.now(), topics=("unlawful-dismissal-double",), since=long_ago
    )
    assert (case.remedy, case.is_open) == ("petition", True)


def test_another_problem_of_the_same_employer_adds_its_remedies(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first = a_petition(db, case_services, clock.now(), people=Range.exactly(12))
    again = lodge_petition(
        db,
        case_services,
        petition_draft("2", topics=("late-insurance-payment",), people=Range(3, None)),
        clock.now(),
    )
    assert again.is_joined
    assert first.topics == ["wage-arrears-what-to-do", "late-insurance-payment"]
    assert "administrative" in {remedy["road"] for remedy in first.remedies}
    assert first.remedy == "inspection"
    assert (first.people, first.people_max) == (12, None)
    assert again.advice[0].remedy == "administrative"
    repeat = lodge_petition(db, case_services, petition_draft("2"), clock.now())
    assert repeat.advice == again.advice


def test_an_unfinished_petition_is_one_until_the_rest_is_told(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now(), is_unfinished=True)
    assert case.is_unfinished
    assert "tell-path" in {c.id for c in deadlines_of_case(db, case_services, case, clock.now())}
    lodge_petition(db, case_services, petition_draft("2"), clock.now())
    assert not case.is_unfinished


def test_the_record_holds_both_ends(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(
        db, case_services, clock.now(), people=Range(2, 3), amount_yuan=Range(Decimal(20000), None)
    )
    detail = detail_of(list_events(db, case)[0])
    assert (detail["people"], detail["people_max"]) == (2, 3)
    assert (detail["amount_yuan"], detail["amount_max_yuan"]) == ("20000", None)
    assert list(verify_chain(db, case_services.vault)) == []
