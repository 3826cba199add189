"""Messages and petitions become cases, once, at the right office, with their clocks."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.chain import verify_chain
from casework.desk import CaseDesk
from casework.drafts import BadRatingDraft, Contact, Origin, Recording
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import lodge_bad_rating, lodge_petition, take_message
from casework.queries import find_case_by_number, find_progress, list_events
from core.clock import FixedClock
from core.errors import InputError
from core.ranges import Range
from core.reference_numbers import is_case_number
from tests.casework.people import (
    CONTACT,
    OTHER_PHONE,
    PHONE,
    a_message,
    a_petition,
    message_draft,
    petition_draft,
)


def count_of_cases(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Case)) or 0


def test_a_message_is_owed_an_answer_on_the_next_working_day(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    lodging = take_message(db, desk, message_draft(), clock.now())
    assert is_case_number(lodging.case.number)
    assert lodging.due is not None
    assert lodging.due.on == date(2026, 11, 24)
    assert lodging.case.next_due_on == date(2026, 11, 24)


def test_a_message_without_words_or_sound_makes_no_case(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    silent = Recording(provider_sid="RE1", seconds=0)
    for draft in (message_draft(text="  "), message_draft(text=None, recording=silent)):
        with pytest.raises(InputError):
            take_message(db, desk, draft, clock.now())
    assert count_of_cases(db) == 0


def test_a_petition_goes_to_the_town_of_the_employer(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    assert a_petition(db, desk, clock.now()).office_id == "dg-changan"
    assert a_petition(db, desk, clock.now(), "2", town=None, employer=None).office_id == "dg-bureau"


def test_the_same_step_after_a_crash_lodges_nothing_new(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    first = lodge_petition(db, desk, petition_draft(), clock.now())
    again = lodge_petition(db, desk, petition_draft(), clock.now())
    assert (again.case.id, again.is_repeat, again.is_joined) == (first.case.id, True, False)
    assert len(list_events(db, first.case)) == 2


def test_a_second_petition_about_the_same_employer_joins_the_open_one(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    first = a_petition(db, desk, clock.now())
    again = lodge_petition(
        db, desk, petition_draft("2", employer="鴻達電子", people=Range.exactly(12)), clock.now()
    )
    assert (again.case.id, again.is_joined) == (first.id, True)
    assert again.case.is_urgent
    assert again.case.people == 12
    repeat = lodge_petition(db, desk, petition_draft("2"), clock.now())
    assert repeat.is_joined and repeat.is_repeat


def test_another_phone_or_another_employer_is_another_petition(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    a_petition(db, desk, clock.now())
    a_petition(db, desk, clock.now(), "2", contact=Contact(phone=OTHER_PHONE, channel="sms"))
    a_petition(db, desk, clock.now(), "3", employer="大朗毛织厂")
    a_petition(db, desk, clock.now(), "4", contact=Contact(phone=None, channel="voice"))
    assert count_of_cases(db) == 4


def test_an_urgent_petition_is_told_to_the_bureau_at_once(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    case = a_petition(db, desk, clock.now(), people=Range.exactly(30), issue="老板跑了，工友要去堵路")
    assert case.urgent_reasons == ["people", "gathering"]
    notice = list_waiting_notices(db)[0]
    assert (notice.audience, notice.office_id, notice.is_urgent) == ("bureau", "dg-bureau", True)


def test_a_bad_rating_opens_a_case_at_the_level_above(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    draft = BadRatingDraft(
        origin=Origin("rating", "9"),
        contact=CONTACT,
        rating_id="9",
        rated_office_id="dg-changan",
        level=1,
        reason="等太久",
    )
    lodging = lodge_bad_rating(db, desk, draft, clock.now())
    assert lodging.case.office_id == "dg-bureau"
    assert lodging.due is not None
    assert lodging.due.on == date(2026, 11, 24)


def test_the_number_finds_the_case_however_it_is_said(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    case = a_message(db, desk, clock.now())
    digits = case.number.removeprefix("DG")
    assert find_case_by_number(db, f"dg {digits[:8]}-{digits[8:]}") is case
    assert find_case_by_number(db, "DG2026112300999") is None


def test_progress_is_told_to_the_same_phone_or_by_its_last_four_digits(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    number, now = a_message(db, desk, clock.now()).number, clock.now()
    assert find_progress(db, desk, number, now, phone=PHONE) is not None
    assert find_progress(db, desk, number, now, last_four="8000") is not None
    assert find_progress(db, desk, number, now, phone=OTHER_PHONE) is None
    assert find_progress(db, desk, number, now, last_four="1234") is None
    assert find_progress(db, desk, number, now) is None


def test_what_was_lodged_has_a_whole_record(db: Session, desk: CaseDesk, clock: FixedClock) -> None:
    a_petition(db, desk, clock.now())
    a_message(db, desk, clock.now())
    assert list(verify_chain(db, desk.vault)) == []
