"""What staff see and may do where nobody has proved the number, and about ratings on hold."""

from __future__ import annotations

from typing import Any

import pytest

from casework.chain import detail_of
from casework.drafts import Contact
from casework.notices import list_waiting_notices
from casework.queries import get_case, list_events, newest_human_event
from core.phones import parse_phone
from outbox.limits import Destination, note_refusal
from outbox.states import Reason
from ratings.models import Rating, RatingHold
from ratings.operations import add_rating, note_service_ended
from ratings.operations.holds import hold_ratings
from ratings.service import ServiceEnded
from ratings.vocabulary import FlagCode, ServiceKind, Source
from tests.casework.people import a_message
from tests.staff.conftest import BRANCH, Console

CLAIMED = Contact(phone=parse_phone("13900139000"), channel="voice")


def lodge(console: Console, contact: Contact) -> tuple[str, int]:
    """A message from this contact: its number, and the newest act of a person."""
    services = console.services
    with services.database.write() as db:
        case = a_message(db, services.case_services, services.clock.now(), contact=contact)
        return case.number, newest_human_event(db, case)


def test_staff_see_that_a_number_is_not_proved(console: Console) -> None:
    claimed, _ = lodge(console, CLAIMED)
    agent = console.sign_in_as("agent")
    assert "号码未核实" in agent.open(f"/staff/cases/{claimed}").words


def test_a_proved_number_carries_no_mark(console: Console) -> None:
    proved = Contact(phone=parse_phone("13900139000"), channel="text", is_proved=True)
    number, _ = lodge(console, proved)
    page = console.sign_in_as("agent").open(f"/staff/cases/{number}")
    assert "号码未核实" not in page.words and "confirms_number" not in page.html


def test_an_answer_goes_to_an_unproved_number_only_when_staff_confirm_it(console: Console) -> None:
    number, seen = lodge(console, CLAIMED)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{number}")
    answer: dict[str, Any] = {"text": "周五前付清。", "means": "text", "seen": seen}
    page = agent.send(f"/staff/cases/{number}/moves/answer", **answer)
    assert page.status == 422 and "号码未核实：请确认后再发短信" in page.words
    with console.services.database.read() as db:
        assert list_waiting_notices(db) == []
    page = agent.send(f"/staff/cases/{number}/moves/answer", confirms_number="yes", **answer)
    assert "已记录：答复。" in page.words
    with console.services.database.read() as db:
        (notice,) = list_waiting_notices(db)
        assert notice.params["confirms_number"] is True
        last = list_events(db, get_case(db, number))[-1]
        assert detail_of(last)["confirms_number"] is True


def test_an_answer_by_telephone_needs_no_confirmation(console: Console) -> None:
    number, seen = lodge(console, CLAIMED)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{number}")
    page = agent.send(
        f"/staff/cases/{number}/moves/answer", text="周五前付清。", means="call", seen=seen
    )
    assert "已记录：答复。" in page.words


def test_the_bureau_gets_a_task_when_a_limit_is_reached(console: Console) -> None:
    with console.services.database.write() as db:
        now = console.services.clock.now()
        for _ in range(3):
            to = Destination("code", "+8613900139000", "k" * 32)
            note_refusal(db, to, Reason.DESTINATION, now)
    words = console.sign_in_as("supervisor").open("/staff/tasks").words
    assert words.count("短信或回电达到上限") == 1


@pytest.fixture
def held(console: Console) -> int:
    """The id of a rating of a branch that is held."""
    services = console.services
    with services.database.write() as db:
        now = services.clock.now()
        ended = ServiceEnded(
            key="CA1", office_id=BRANCH, channel="voice", kind=ServiceKind.CALL,
            phone="+8676922222222", phone_key="k" * 32, can_text=False, language="zh",
            ended_at=now, is_proved=True,
        )  # fmt: skip
        service = note_service_ended(db, ended, now)
        rating = add_rating(db, services.case_services, service, 5, Source.KEY, now)
        hold_ratings(db, [rating.id], FlagCode.BURST, now)
        return rating.id


def test_a_held_rating_counts_when_two_persons_say_so(console: Console, held: int) -> None:
    first = console.sign_in_as("supervisor")
    second = console.add_user("supervisor", "dg-bureau", "second")
    other = console.open()
    other.sign_in(second.login, "Long-Enough-2026")
    assert "待核定评价" in first.open("/staff/oversight").words
    first.send(f"/staff/oversight/holds/{held}/proposal", proposal="release")
    assert "须另一人决定" in first.open("/staff/oversight").words
    first.send(f"/staff/oversight/holds/{held}/decision", decision="approve")
    with console.services.database.read() as db:
        assert db.get_one(RatingHold, held).decided_at is None
    other.open("/staff/oversight")
    other.send(f"/staff/oversight/holds/{held}/decision", decision="approve")
    with console.services.database.read() as db:
        assert db.get_one(RatingHold, held).decided_at is not None
        assert db.get_one(Rating, held).is_proved
    assert "待核定评价" not in other.open("/staff/oversight").words


def test_what_is_no_hold_and_no_proposal_is_refused(console: Console, held: int) -> None:
    browser = console.sign_in_as("supervisor")
    browser.open("/staff/oversight")
    assert browser.send("/staff/oversight/holds/999/proposal", proposal="release").status == 404
    page = browser.send(f"/staff/oversight/holds/{held}/proposal", proposal="nonsense")
    assert "待核定评价" in page.words
    with console.services.database.read() as db:
        assert db.get_one(RatingHold, held).proposal is None
