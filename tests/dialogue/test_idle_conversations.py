"""Text conversations left idle: ended once, saved when too old, not looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from app.tables import metadata
from casework.case_services import CaseServices
from casework.models import Case
from core.clock import FixedClock
from core.database import Database
from core.jobs import Watermark
from dialogue.jobs import end_idle_conversations
from dialogue.services import DialogueServices, Facilities
from dialogue.store import find_conversation, take_and_store
from dialogue.turn_inputs import Texted
from ratings.models import Service
from tests.dialogue.scenario import Citizen

ENDED, NOTHING = {"ended": 1, "saved": 0}, {"ended": 0, "saved": 0}


@dataclass
class Process:
    """What the job uses of the wiring, and citizens who text."""

    database: Database
    clock: FixedClock
    case_services: CaseServices
    facilities: Facilities
    texter: Callable[..., Citizen]
    idle_watermark: Watermark = field(default_factory=Watermark)
    statements: list[str] = field(default_factory=list)

    def text(self, words: str, of: str = "T1") -> None:
        """A citizen writes in a conversation, new or going on."""
        with self.database.write() as db:
            conversation = find_conversation(db, of) or replace(self.texter().conversation, id=of)
            services = DialogueServices(self.facilities, db, self.clock.now())
            key = f"{of}/{conversation.turn}"
            take_and_store(conversation, Texted(words, 0), key, services)

    def end_idle(self, after: timedelta = timedelta(0)) -> dict[str, int]:
        self.clock.advance(after)
        self.statements.clear()
        return end_idle_conversations(self)

    def count(self, model: type) -> int:
        with self.database.read() as db:
            return db.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def process(
    database: Database,
    clock: FixedClock,
    case_services: CaseServices,
    make_facilities: Callable[..., Facilities],
    texter: Callable[..., Citizen],
) -> Iterator[Process]:
    process = Process(database, clock, case_services, make_facilities(), texter)

    def note(*args: object) -> None:
        process.statements.append(str(args[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield process
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_conversation_idle_for_half_an_hour_is_a_service_once(process: Process) -> None:
    process.text("试用期最长多久")
    assert process.end_idle(timedelta(minutes=29)) == NOTHING
    assert process.end_idle(timedelta(minutes=1)) == ENDED
    assert process.end_idle(timedelta(minutes=1)) == NOTHING
    assert process.count(Service) == 1


def test_only_what_became_due_is_read_in_one_query(process: Process) -> None:
    for number in range(5):
        process.text("试用期最长多久", f"T{number}")
    assert process.end_idle(timedelta(minutes=31)) == {"ended": 5, "saved": 0}
    process.text("试用期最长多久", "T9")
    assert process.end_idle(timedelta(minutes=20)) == NOTHING
    assert len([one for one in process.statements if not one.startswith("BEGIN")]) == 1
    assert process.end_idle(timedelta(minutes=11)) == ENDED


def test_a_process_that_starts_looks_back_and_does_nothing_twice(process: Process) -> None:
    process.text("试用期最长多久")
    process.end_idle(timedelta(hours=1))
    process.text("加班费怎么算", "T2")
    process.idle_watermark = Watermark()
    assert process.end_idle(timedelta(hours=20)) == ENDED
    assert process.count(Service) == 2


def test_who_goes_on_is_idle_from_the_newest_text(process: Process) -> None:
    process.text("试用期最长多久")
    assert process.end_idle(timedelta(minutes=29)) == NOTHING
    process.text("加班费怎么算")
    assert process.end_idle(timedelta(minutes=29)) == NOTHING
    assert process.end_idle(timedelta(minutes=2)) == ENDED


def test_a_petition_that_was_being_told_is_saved_when_it_is_too_old(process: Process) -> None:
    process.text("我要投诉老板拖欠工资")
    process.text("东莞市鸿达电子有限公司拖欠我三个月工资，一共两万四千元")
    assert process.end_idle(timedelta(minutes=31))["saved"] == 0
    assert process.count(Case) == 0
    assert process.end_idle(timedelta(minutes=90))["saved"] == 1
    assert process.count(Case) == 1
    assert process.end_idle(timedelta(hours=3))["saved"] == 0


def test_a_run_that_fails_is_made_up(process: Process) -> None:
    process.text("试用期最长多久")
    real = process.case_services
    process.case_services = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        process.end_idle(timedelta(minutes=31))
    process.case_services = real
    assert process.end_idle() == ENDED


@pytest.mark.postgres
def test_the_same_on_postgresql(process: Process, postgres: Database) -> None:
    metadata.create_all(postgres.engine)
    process.database = postgres
    process.text("试用期最长多久")
    process.text("我要投诉老板拖欠工资", "T2")
    process.text("东莞市鸿达电子有限公司拖欠我三个月工资，一共两万四千元", "T2")
    assert process.end_idle(timedelta(minutes=31)) == ENDED
    assert process.end_idle(timedelta(minutes=90))["saved"] == 1
    assert process.end_idle(timedelta(minutes=90)) == NOTHING
    assert process.count(Case) == 1
