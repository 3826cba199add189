"""Nobody closes without an answer; what the citizen is told is part of the record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, SYSTEM, CaseServices
from casework.drafts import Contact
from casework.notices import list_waiting_notices
from casework.operations import (
    accept_case,
    add_from_citizen,
    add_note,
    answer_case,
    assign_case,
    close_case,
    conclude_notice,
    correct_details,
    hand_over_cases,
    mark_urgent,
    merge_case,
    notify_citizen,
    reopen_case,
    withdraw_case,
)
from casework.queries import find_case_by_number, list_events, progress_of
from casework.record import deadlines_of_case
from casework.vocabulary import CaseState, EventKind, Means, Notified
from core.clock import FixedClock
from core.errors import ConflictError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition, staff_of


def test_a_case_cannot_be_closed_without_an_answer(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    message, petition = (
        a_message(db, case_services, clock.now()),
        a_petition(db, case_services, clock.now()),
    )
    accept_case(db, case_services, petition, ALL_POWERFUL, clock.now())
    for case in (message, petition):
        with pytest.raises(ConflictError):
            close_case(db, case_services, case, ALL_POWERFUL, clock.now())
        answer_case(
            db, case_services, case, ALL_POWERFUL, "已联系单位，本周五前付清。", clock.now()
        )
        close_case(db, case_services, case, ALL_POWERFUL, clock.now())
        assert (case.state, case.is_open, case.next_due_on) == (CaseState.CLOSED, False, None)


def test_what_the_citizen_adds_is_in_the_record_word_for_word(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    add_from_citizen(db, case_services, case, " 9月1日开始的 ", clock.now())
    event = list_events(db, case)[-1]
    assert (event.kind, event.actor) == (EventKind.JOINED, CITIZEN.id)
    assert json.loads(event.detail) == {"issue": "9月1日开始的"}
    with pytest.raises(InputError):
        add_from_citizen(db, case_services, case, "  ", clock.now())


def test_an_answer_by_text_is_queued_and_then_linked_to_its_text(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    answer_case(db, case_services, case, ALL_POWERFUL, "请带身份证到窗口办理。", clock.now())
    (notice,) = list_waiting_notices(db)
    assert (notice.audience, notice.text_key) == ("citizen", "notice.citizen_answered")
    conclude_notice(db, case_services, notice, clock.now(), text_id="text-7")
    assert list_waiting_notices(db) == []
    assert list_events(db, case)[-1].kind == EventKind.TEXT_LINKED


def test_a_text_needs_a_phone_and_a_kept_answer_needs_none(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    nameless = a_message(
        db, case_services, clock.now(), contact=Contact(phone=None, channel="voice")
    )
    with pytest.raises(InputError):
        answer_case(db, case_services, nameless, ALL_POWERFUL, "好", clock.now())
    answer_case(db, case_services, nameless, ALL_POWERFUL, "好", clock.now(), means=Means.KEPT)
    reachable = a_message(db, case_services, clock.now(), "m2")
    with pytest.raises(InputError):
        answer_case(db, case_services, reachable, ALL_POWERFUL, "好", clock.now(), means=Means.KEPT)


def test_telling_the_path_stops_the_clock_of_fifteen_days(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    notify_citizen(
        db, case_services, case, SYSTEM, Notified.PATH, Means.TEXT, clock.now(), text_id="text-1"
    )
    deadlines = {c.id: c for c in deadlines_of_case(db, case_services, case, clock.now())}
    assert not deadlines["tell-path"].is_running
    assert deadlines["accept-inspection"].is_running


def test_a_case_is_handed_over_when_a_staff_user_leaves(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    cases = [a_message(db, case_services, clock.now(), f"m{n}") for n in range(3)]
    for case in cases:
        assign_case(db, case_services, case, ALL_POWERFUL, "staff:8", clock.now())
    answer_case(db, case_services, cases[0], ALL_POWERFUL, "已处理", clock.now())
    close_case(db, case_services, cases[0], ALL_POWERFUL, clock.now())
    assert hand_over_cases(db, case_services, ALL_POWERFUL, "staff:8", "staff:9", clock.now()) == 2
    assert [case.assigned_to for case in cases] == ["staff:8", "staff:9", "staff:9"]


def test_a_merged_number_still_finds_the_answer(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first, second = (
        a_message(db, case_services, clock.now()),
        a_message(db, case_services, clock.now(), "m2"),
    )
    merge_case(db, case_services, second, first, ALL_POWERFUL, "同一件事", clock.now())
    answer_case(db, case_services, first, ALL_POWERFUL, "已处理", clock.now())
    found = find_case_by_number(db, second.number)
    assert found is second
    progress = progress_of(db, case_services, second, clock.now())
    assert progress.case is first
    assert progress.answer is not None


def test_a_case_is_not_merged_into_itself_or_a_closed_one(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first, second = (
        a_message(db, case_services, clock.now()),
        a_message(db, case_services, clock.now(), "m2"),
    )
    withdraw_case(db, case_services, first, ALL_POWERFUL, "已解决", clock.now())
    for into in (second, first):
        with pytest.raises(ConflictError):
            merge_case(db, case_services, second, into, ALL_POWERFUL, "重复", clock.now())


def test_reopening_needs_a_reason_and_starts_the_clock_again(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    answer_case(db, case_services, case, ALL_POWERFUL, "已处理", clock.now())
    close_case(db, case_services, case, ALL_POWERFUL, clock.now())
    with pytest.raises(InputError):
        reopen_case(db, case_services, case, ALL_POWERFUL, " ", clock.now())
    clock.advance(timedelta(days=1))
    reopen_case(db, case_services, case, ALL_POWERFUL, "单位没有付款", clock.now())
    assert case.is_open and case.closed_at is None
    assert case.next_due_on is not None and case.next_due_on.day == 25


def test_a_correction_keeps_the_old_value(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    key = case.employer_key
    correct_details(
        db, case_services, case, ALL_POWERFUL, {"employer": "宏达玩具厂"}, "名称听错", clock.now()
    )
    assert case.employer_key != key
    assert "鸿达" in list_events(db, case)[-1].detail
    with pytest.raises(InputError):
        correct_details(
            db, case_services, case, ALL_POWERFUL, {"state": "closed"}, "x", clock.now()
        )


def test_a_person_can_mark_a_case_urgent(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    mark_urgent(db, case_services, case, ALL_POWERFUL, "来电人情绪激动", clock.now())
    assert case.is_urgent
    assert list_waiting_notices(db)[0].is_urgent


def test_staff_of_another_office_may_not_touch_a_case(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    with pytest.raises(PermissionDeniedError):
        add_note(db, case_services, case, staff_of(case_services, "dg-humen"), "看看", clock.now())
    add_note(db, case_services, case, staff_of(case_services, "dg-bureau"), "看看", clock.now())
    with pytest.raises(PermissionDeniedError):
        add_note(
            db,
            case_services,
            case,
            staff_of(case_services, "dg-changan", "case.answer"),
            "看看",
            clock.now(),
        )
