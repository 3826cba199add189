"""Reminders before, on and after the due day climb; nothing is told twice, nothing forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.models import Case
from casework.notices import Notice, make_notice, queue_notice
from casework.operations import accept_case, answer_case, assign_case, close_case
from casework.queries import list_events
from casework.sweep import sweep_deadlines
from casework.vocabulary import Audience, EventKind
from config.working_days import WorkingDaysData, YearArrangement, load_working_days
from core.clock import FixedClock
from core.working_calendar import WorkingCalendar
from tests.casework.people import ALL_POWERFUL, a_message, a_petition


def sweep_days(
    db: Session, case_services: CaseServices, clock: FixedClock, days: int
) -> list[tuple[str, str]]:
    """Sweep once a day; the day and what was said, in order."""
    for _ in range(days):
        sweep_deadlines(db, case_services, clock.now())
        clock.advance(timedelta(days=1))
    notices = db.scalars(select(Notice).where(Notice.text_key.like("notice.clock%")))
    return [
        (
            n.created_at.date().isoformat(),
            f"{n.text_key.removeprefix('notice.clock_')} {n.audience}",
        )
        for n in notices
    ]


def test_reminders_climb_from_officer_to_head_to_bureau(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_message(db, case_services, clock.now())
    assert sweep_days(db, case_services, clock, 12) == [
        ("2026-11-24", "due officer"),
        ("2026-11-25", "overdue office_head"),
        ("2026-11-27", "escalated bureau"),
        ("2026-12-04", "escalated bureau"),
    ]


def test_a_long_clock_is_announced_before_it_runs_out(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now(), topics=())
    assign_case(db, case_services, case, ALL_POWERFUL, "staff:5", clock.now())
    said = sweep_days(db, case_services, clock, 17)
    assert ("2026-12-01", "soon officer") in said
    assert ("2026-12-04", "soon officer") in said
    assert ("2026-12-08", "due officer") in said
    first = db.scalars(select(Notice).order_by(Notice.id)).first()
    assert first is not None
    assert first.staff_id == "staff:5"
    assert first.params["sources"] == [
        "petition-work-regulations#22",
        "petition-work-regulations#23",
    ]


def test_a_sweep_run_twice_tells_nothing_twice(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_message(db, case_services, clock.now())
    clock.advance(timedelta(days=2))
    assert sweep_deadlines(db, case_services, clock.now()).notices == 1
    assert sweep_deadlines(db, case_services, clock.now()).notices == 0


def test_missed_days_are_made_up_with_the_latest_reminder_only(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_message(db, case_services, clock.now())
    clock.advance(timedelta(days=5))
    assert sweep_days(db, case_services, clock, 1) == [("2026-11-28", "escalated bureau")]


def test_a_breach_is_written_down_once_and_stays_after_closing(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    sweep_days(db, case_services, clock, 5)
    answer_case(db, case_services, case, ALL_POWERFUL, "抱歉晚了", clock.now())
    close_case(db, case_services, case, ALL_POWERFUL, clock.now())
    breaches = [e for e in list_events(db, case) if e.kind == EventKind.BREACHED]
    assert [breach.about for breach in breaches] == ["answer-message"]
    assert case.has_breach
    assert case.next_check_on is None


def test_an_answer_in_time_that_is_entered_late_is_no_breach(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())
    in_time = clock.now() + timedelta(days=1)
    sweep_days(db, case_services, clock, 4)
    assert case.has_breach
    answer_case(
        db, case_services, case, ALL_POWERFUL, "已电话答复", clock.now(), happened_at=in_time
    )
    assert not case.has_breach
    assert any(e.kind == EventKind.BREACHED for e in list_events(db, case))


def test_a_provisional_day_is_counted_again_when_the_arrangement_is_entered(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now(), topics=())
    clock.advance(timedelta(days=30))
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    answer_day = case.next_due_on
    assert (answer_day, case.is_due_provisional) == (date(2026, 12, 8), True)
    data = load_working_days()
    off = frozenset(date(2027, 2, day) for day in range(15, 26))
    entered = WorkingDaysData({2027: YearArrangement(2027, off, frozenset())}, data.festivals)
    new_case_services = CaseServices(
        case_services.vault, WorkingCalendar(entered), case_services.offices
    )
    clock.advance(timedelta(hours=1))
    sweep_deadlines(db, case_services, clock.now())
    assert sweep_deadlines(db, new_case_services, clock.now()).cases == 1
    assert not case.is_due_provisional
    assert case.calendar_fingerprint == new_case_services.calendar.fingerprint
    assert sweep_deadlines(db, new_case_services, clock.now()).cases == 0


def test_a_long_backlog_is_swept_in_parts(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    for n in range(5):
        a_message(db, case_services, clock.now(), f"m{n}")
    clock.advance(timedelta(days=1))
    counts = [sweep_deadlines(db, case_services, clock.now(), limit=2) for _ in range(4)]
    assert [c.cases for c in counts] == [2, 2, 1, 0]
    assert [c.has_more for c in counts] == [True, True, False, False]


def test_a_notice_is_queued_once(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_message(db, case_services, clock.now())

    def queue() -> Notice | None:
        return queue_notice(
            db,
            case,
            Audience.BUREAU,
            "notice.urgent_case",
            clock.now(),
            key="x",
            office_id="dg-bureau",
        )

    assert queue() is not None
    assert queue() is None
    with pytest.raises(ValueError, match="no wording"):
        make_notice(
            case, Audience.BUREAU, "notice.weather", clock.now(), key="y", office_id="dg-bureau"
        )


@pytest.mark.parametrize("step", ["registered", "accepted"])
def test_an_open_case_always_has_a_day_on_which_it_comes_up(
    db: Session, case_services: CaseServices, clock: FixedClock, step: str
) -> None:
    case: Case = a_petition(db, case_services, clock.now())
    if step == "accepted":
        accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    for _ in range(60):
        sweep_deadlines(db, case_services, clock.now())
        assert case.next_check_on is not None
        clock.advance(timedelta(days=3))
