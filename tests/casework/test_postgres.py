"""The same on PostgreSQL, where several writers really work at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import verify_chain
from casework.models import Case
from casework.operations import accept_case, add_note, answer_case, close_case
from casework.queries import CaseFilter, find_case_by_number, list_cases
from casework.seals import seal_record, verify_seals
from casework.sweep import sweep_deadlines
from core.clock import FixedClock
from core.database import Base, Database
from core.errors import ConflictError, DuplicateError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres: Database, case_services: CaseServices) -> Database:
    """An empty PostgreSQL database with the desk's key."""
    Base.metadata.create_all(postgres.engine)
    postgres.engine.dialect.hotline_vault = case_services.vault  # type: ignore[attr-defined]
    return postgres


def test_writers_at_the_same_time_never_get_the_same_number(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    def take(number: int) -> str:
        with database.write() as db:
            return a_message(db, case_services, clock.now(), f"m{number}").number

    with ThreadPoolExecutor(8) as pool:
        taken = set(pool.map(take, range(40)))
    assert len(taken) == 40


def test_a_case_lives_its_life(db: Session, case_services: CaseServices, clock: FixedClock) -> None:
    case = a_petition(db, case_services, clock.now())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    answer_case(db, case_services, case, ALL_POWERFUL, "已付清", clock.now())
    close_case(db, case_services, case, ALL_POWERFUL, clock.now())
    late = a_message(db, case_services, clock.now())
    clock.advance(timedelta(days=4))
    assert sweep_deadlines(db, case_services, clock.now()).notices == 1
    assert late.has_breach
    office = case_services.offices.subtree("dg-bureau")
    page = list_cases(db, case_services, CaseFilter(office_ids=office, is_open=None))
    assert set(page.cases) == {case, late}
    assert find_case_by_number(db, case.number) is case
    assert seal_record(db, clock.now()) == 4
    assert list(verify_seals(db, case_services.vault)) == []
    assert list(verify_chain(db, case_services.vault)) == []


def test_two_processes_that_lodge_the_same_step_make_one_case(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    def lodge(_: int) -> str | None:
        try:
            with database.write() as db:
                return a_petition(db, case_services, clock.now()).number
        except DuplicateError:
            return None

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lodge, range(4))) - {None}
    assert len(numbers) == 1
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Case)) == 1
        assert list(verify_chain(db, case_services.vault)) == []


def test_two_staff_users_at_once_do_not_break_the_record(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with database.write() as db:
        number = a_petition(db, case_services, clock.now()).number

    def note(n: int) -> bool:
        try:
            with database.write() as db:
                case = find_case_by_number(db, number)
                assert case is not None
                add_note(db, case_services, case, ALL_POWERFUL, f"第{n}条", clock.now())
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(note, range(8)))
    assert written >= 1
    with database.read() as db:
        case = find_case_by_number(db, number)
        assert case is not None
        assert case.event_count == 2 + written
        assert list(verify_chain(db, case_services.vault)) == []
