"""A notice that the law demands and a text cannot bring becomes a call or a letter, on the case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.case_services import CaseServices
from casework.chain import detail_of
from casework.models import Case
from casework.notice_texts import send_notices
from casework.notices import list_waiting_notices
from casework.operations import answer_case, notify_otherwise
from casework.operations.handling import queue_citizen_notice
from casework.queries import find_case_by_number, list_events
from casework.unreached import record_unreached
from casework.vocabulary import Audience, EventKind, Means, Notified
from core.clock import FixedClock
from core.database import Database
from core.errors import InputError
from outbox.models import StaffTask
from outbox.operations import TextOrder, enqueue_text, opt_in, opt_out
from outbox.queries import list_unreached
from tests.casework.people import ALL_POWERFUL, PHONE, a_message


class Office:
    """The service as far as notices to citizens go."""

    def __init__(self, database: Database, case_services: CaseServices, clock: FixedClock) -> None:
        self.database, self.case_services, self.clock = database, case_services, clock
        self.key = case_services.vault.keyed_hash(PHONE.e164)
        with database.write() as db:
            self.number = a_message(db, case_services, clock.now()).number

    def opt_out(self) -> None:
        with self.database.write() as db:
            opt_out(db, self.key, self.clock.now())

    def answer(self) -> None:
        """Answer the case by text."""
        with self.database.write() as db:
            case = find_case_by_number(db, self.number)
            assert case is not None
            answer_case(db, self.case_services, case, ALL_POWERFUL, "已处理。", self.clock.now())
        send_notices(self.database, self.case_services, self.clock.now())

    def record(self) -> int:
        return record_unreached(self.database, self.case_services, self.clock.now())

    def events(self, kind: EventKind) -> list[dict[str, object]]:
        with self.database.read() as db:
            case = db.scalars(select(Case).where(Case.number == self.number)).one()
            return [dict(detail_of(e)) for e in list_events(db, case) if e.kind == kind]


@pytest.fixture
def office(database: Database, case_services: CaseServices, clock: FixedClock) -> Office:
    return Office(database, case_services, clock)


def test_an_answer_to_an_opted_out_number_is_recorded_as_a_call_to_make(office: Office) -> None:
    office.opt_out()
    office.answer()
    assert office.record() == 1
    (detail,) = office.events(EventKind.NOT_TEXTED)
    assert detail["why"] == "opted_out"
    with office.database.read() as db:
        assert list_unreached(db, [office.number, "DG0"]) == {office.number}


def test_it_is_recorded_once(office: Office) -> None:
    office.opt_out()
    office.answer()
    assert (office.record(), office.record()) == (1, 0)
    assert len(office.events(EventKind.NOT_TEXTED)) == 1


def test_a_text_that_waited_when_the_citizen_opted_out_is_recorded_too(office: Office) -> None:
    office.answer()
    assert office.record() == 0
    office.opt_out()
    assert office.record() == 1


def test_the_office_head_is_notified(office: Office) -> None:
    office.opt_out()
    office.answer()
    office.record()
    with office.database.read() as db:
        (notice,) = list_waiting_notices(db)
        assert (notice.audience, notice.text_key) == (
            Audience.OFFICE_HEAD,
            "notice.notify_otherwise",
        )


def test_texts_that_no_law_demands_are_not_recorded(office: Office) -> None:
    office.opt_out()
    with office.database.write() as db:
        order = TextOrder(
            PHONE.e164, office.key, "已收到", "acknowledgement", "zh", "a1", office.number
        )
        assert enqueue_text(db, order, office.clock.now()) is None
    assert office.record() == 0


def test_a_call_or_letter_is_recorded_and_the_subject_counts_as_told(office: Office) -> None:
    with office.database.write() as db:
        case = find_case_by_number(db, office.number)
        assert case is not None
        (event,) = list_events(db, case)[:1]
        queue_citizen_notice(
            db,
            case,
            "notice.citizen_forwarded",
            event,
            office.clock.now(),
            notifies=Notified.FORWARDING,
        )
    office.opt_out()
    send_notices(office.database, office.case_services, office.clock.now())
    with office.database.write() as db:
        (task,) = db.scalars(select(StaffTask)).all()
        case = find_case_by_number(db, office.number)
        assert case is not None
        notified = notify_otherwise(
            db,
            office.case_services,
            case,
            ALL_POWERFUL,
            Means.LETTER,
            office.clock.now(),
            text_key=task.text.key,
        )
        assert (notified.kind, notified.about, notified.actor) == (
            "told",
            "forwarding",
            ALL_POWERFUL.id,
        )
        assert detail_of(notified)["means"] == "letter"


def test_a_text_is_no_way_to_notify_otherwise(office: Office) -> None:
    with office.database.write() as db:
        case = find_case_by_number(db, office.number)
        assert case is not None
        with pytest.raises(InputError):
            notify_otherwise(
                db,
                office.case_services,
                case,
                ALL_POWERFUL,
                Means.TEXT,
                office.clock.now(),
                text_key="notice/x",
            )


def test_after_opting_in_again_notices_are_texted(office: Office) -> None:
    office.opt_out()
    with office.database.write() as db:
        opt_in(db, office.key)
    office.answer()
    assert office.record() == 0
