"""Pauses and extensions: on the law's grounds, approved, told, and in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import detail_of
from casework.deadlines import DeadlineState
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import (
    accept_case,
    decide_extension,
    pause_deadlines,
    record_action,
    request_extension,
    resume_deadlines,
)
from casework.queries import list_events
from casework.record import deadlines_of_case
from core.clock import FixedClock
from core.errors import ConflictError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition, staff_of


@pytest.fixture
def petition(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    """An accepted plain petition (no topic, so no other road)."""
    case = a_petition(db, case_services, clock.now(), topics=())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    return case


@pytest.fixture
def inspection(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    """A petition that has become an inspection case."""
    case = a_petition(db, case_services, clock.now())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    record_action(db, case_services, case, ALL_POWERFUL, "accept_inspection", clock.now())
    return case


def the(
    deadline_id: str, db: Session, case_services: CaseServices, case: Case, clock: FixedClock
) -> DeadlineState:
    deadlines = deadlines_of_case(db, case_services, case, clock.now())
    return next(c for c in deadlines if c.id == deadline_id)


def test_an_extension_is_asked_for_approved_by_the_head_and_told_with_its_reason(
    db: Session, case_services: CaseServices, clock: FixedClock, petition: Case
) -> None:
    officer = staff_of(case_services, "dg-changan", "case.request_extension")
    request_extension(
        db, case_services, petition, officer, "finish-petition", 30, "需等待第三方账目", clock.now()
    )
    with pytest.raises(PermissionDeniedError):
        decide_extension(
            db,
            case_services,
            petition,
            officer,
            "finish-petition",
            approves=True,
            reason=None,
            now=clock.now(),
        )
    approval = decide_extension(
        db,
        case_services,
        petition,
        staff_of(case_services, "dg-changan", staff_id="staff:3"),
        "finish-petition",
        approves=True,
        reason=None,
        now=clock.now(),
    )
    extended = the("finish-petition", db, case_services, petition, clock)
    assert (extended.extended_by, extended.rule.source) == (
        30,
        ("petition-work-regulations#34",),
    )
    assert extended.due is not None
    assert extended.due.on == date(2027, 2, 22)
    notified = list_waiting_notices(db)[-1]
    assert (notified.text_key, notified.params["event"]) == (
        "notice.citizen_extended",
        approval.sequence,
    )
    assert detail_of(approval)["reason"] == "需等待第三方账目"


def test_a_clock_is_extended_once_by_no_more_than_the_law_allows(
    db: Session, case_services: CaseServices, clock: FixedClock, petition: Case
) -> None:
    def ask(days: int, deadline_id: str = "finish-petition") -> None:
        request_extension(
            db, case_services, petition, ALL_POWERFUL, deadline_id, days, "情况复杂", clock.now()
        )

    for days in (0, 31):
        with pytest.raises(InputError):
            ask(days)
    with pytest.raises(ConflictError):
        ask(10, "tell-path")
    ask(10)
    decide_extension(
        db,
        case_services,
        petition,
        staff_of(case_services, "dg-changan", staff_id="staff:3"),
        "finish-petition",
        approves=True,
        reason="同意",
        now=clock.now(),
    )
    with pytest.raises(ConflictError):
        ask(10)


def test_a_refused_request_changes_nothing_and_may_be_asked_again(
    db: Session, case_services: CaseServices, clock: FixedClock, petition: Case
) -> None:
    before = the("finish-petition", db, case_services, petition, clock).due
    for _ in range(2):
        request_extension(
            db,
            case_services,
            petition,
            ALL_POWERFUL,
            "finish-petition",
            30,
            "情况复杂",
            clock.now(),
        )
        decide_extension(
            db,
            case_services,
            petition,
            ALL_POWERFUL,
            "finish-petition",
            approves=False,
            reason="理由不足",
            now=clock.now(),
        )
    assert the("finish-petition", db, case_services, petition, clock).due == before
    with pytest.raises(ConflictError):
        decide_extension(
            db,
            case_services,
            petition,
            ALL_POWERFUL,
            "finish-petition",
            approves=True,
            reason=None,
            now=clock.now(),
        )


def test_an_extension_after_the_end_is_too_late(
    db: Session, case_services: CaseServices, clock: FixedClock, petition: Case
) -> None:
    request_extension(
        db, case_services, petition, ALL_POWERFUL, "finish-petition", 30, "情况复杂", clock.now()
    )
    clock.advance(timedelta(days=90))
    with pytest.raises(ConflictError):
        decide_extension(
            db,
            case_services,
            petition,
            ALL_POWERFUL,
            "finish-petition",
            approves=True,
            reason=None,
            now=clock.now(),
        )


def test_an_inspection_pauses_on_the_grounds_of_the_law_and_goes_on(
    db: Session, case_services: CaseServices, clock: FixedClock, inspection: Case
) -> None:
    pause_deadlines(
        db, case_services, inspection, ALL_POWERFUL, "awaiting_conclusion", "等法院", clock.now()
    )
    assert the("finish-inspection", db, case_services, inspection, clock).is_paused
    assert the("tell-suspension", db, case_services, inspection, clock).is_running
    assert list_waiting_notices(db)[-1].text_key == "notice.citizen_suspended"
    with pytest.raises(ConflictError):
        pause_deadlines(
            db,
            case_services,
            inspection,
            ALL_POWERFUL,
            "awaiting_conclusion",
            "等法院",
            clock.now(),
        )
    clock.advance(timedelta(days=7))
    resume_deadlines(
        db, case_services, inspection, ALL_POWERFUL, "awaiting_conclusion", clock.now()
    )
    assert not the("finish-inspection", db, case_services, inspection, clock).is_paused
    with pytest.raises(ConflictError):
        resume_deadlines(
            db, case_services, inspection, ALL_POWERFUL, "awaiting_conclusion", clock.now()
        )


def test_a_statutory_clock_does_not_pause_because_the_citizen_asked_to_wait(
    db: Session, case_services: CaseServices, clock: FixedClock, petition: Case
) -> None:
    def pause(case: Case, ground: str) -> None:
        pause_deadlines(db, case_services, case, ALL_POWERFUL, ground, "来电要求", clock.now())

    with pytest.raises(ConflictError):
        pause(petition, "citizen_asked_to_wait")
    with pytest.raises(InputError):
        pause(petition, "holiday of the officer")
    message = a_message(db, case_services, clock.now())
    pause(message, "citizen_asked_to_wait")
    assert message.next_due_on is None
    assert list_events(db, message)[-1].about == "citizen_asked_to_wait"
