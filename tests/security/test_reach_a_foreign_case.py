"""Staff of one office want to learn of, or get at, the cases of another."""

from __future__ import annotations

import pytest

from casework.drafts import Contact
from casework.models import Case, MassMatter
from casework.queries import find_progress, get_case
from core.phones import parse_phone
from tests.casework.people import OTHER_PHONE
from tests.staff.conftest import BRANCH, OTHER_BRANCH, Console
from tests.staff.test_cases import lodge_petition

UNKNOWN = "DG2026112399999"
WHY = {"reason": "按规定"}
OTHER = Contact(phone=OTHER_PHONE, channel="voice", name="李四")


def foreign_petition(console: Console, step: str = "f1") -> Case:
    """A petition of another citizen at another office."""
    return lodge_petition(console, step, town="nancheng", contact=OTHER, employer="丙厂")


@pytest.mark.parametrize("transition", ["merge", "link"])
def test_to_learn_by_a_merge_which_numbers_exist(console: Console, transition: str) -> None:
    case, foreign = lodge_petition(console), foreign_petition(console)
    assert foreign.office_id == OTHER_BRANCH
    head = console.sign_in_as("office_head", BRANCH)
    answers = []
    for number in (foreign.number, UNKNOWN, "nothing"):
        page = head.send(f"/staff/cases/{case.number}/moves/{transition}", into=number, **WHY)
        answers.append((page.status, page.words))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404
    with console.services.database.read() as db:
        assert get_case(db, case.number).state == "registered"


def test_to_be_told_a_strangers_case_by_a_merge(console: Console) -> None:
    mine = lodge_petition(console)
    strangers = lodge_petition(console, "s1", contact=OTHER)
    supervisor = console.sign_in_as("supervisor")
    supervisor.open(f"/staff/cases/{strangers.number}")
    path = f"/staff/cases/{strangers.number}/moves/merge"
    page = supervisor.send(path, into=mine.number, **WHY)
    assert page.status == 409 and "不是同一位市民" in page.words
    with console.services.database.read() as db:
        assert get_case(db, strangers.number).merged_into_id is None


def test_a_case_that_was_once_merged_into_a_strangers_tells_nothing_of_it(console: Console) -> None:
    mine = lodge_petition(console)
    services = console.services
    strangers = lodge_petition(console, "s1", contact=OTHER)
    with services.database.write() as db:
        into = get_case(db, mine.number)
        get_case(db, strangers.number).merged_into_id = into.id
    with services.database.read() as db:
        progress = find_progress(
            db, services.case_services, strangers.number, services.clock.now(), phone=OTHER_PHONE
        )
        assert progress is not None and progress.case.number == strangers.number


def test_cases_of_two_citizens_about_one_employer_are_linked(console: Console) -> None:
    mine, strangers = lodge_petition(console), lodge_petition(console, "s1", contact=OTHER)
    head = console.sign_in_as("office_head", BRANCH)
    head.open(f"/staff/cases/{mine.number}")
    page = head.send(f"/staff/cases/{mine.number}/moves/link", into=strangers.number, **WHY)
    assert page.status == 200 and "关联为群体诉求" in page.words
    with console.services.database.read() as db:
        one, other = get_case(db, mine.number), get_case(db, strangers.number)
        assert one.mass_matter_id is not None and one.mass_matter_id == other.mass_matter_id
        assert db.get_one(MassMatter, one.mass_matter_id).case_count == 2
    page = head.send(f"/staff/cases/{mine.number}/moves/link", into=strangers.number, **WHY)
    assert page.status == 409


def test_cases_about_two_employers_are_not_linked(console: Console) -> None:
    mine = lodge_petition(console)
    elsewhere = lodge_petition(console, "s1", contact=OTHER, employer="丙厂")
    head = console.sign_in_as("office_head", BRANCH)
    head.open(f"/staff/cases/{mine.number}")
    page = head.send(f"/staff/cases/{mine.number}/moves/link", into=elsewhere.number, **WHY)
    assert page.status == 409 and "同一单位" in page.words


@pytest.mark.parametrize("staff_id", ["staff:99999", "staff:1", "citizen", "staff:2' OR 1=1"])
def test_to_give_a_case_to_whom_it_must_not_reach(console: Console, staff_id: str) -> None:
    console.add_user("officer", OTHER_BRANCH, "far")
    case = lodge_petition(console)
    head = console.sign_in_as("office_head", BRANCH)
    head.open(f"/staff/cases/{case.number}")
    page = head.send(f"/staff/cases/{case.number}/moves/assign", staff=staff_id)
    assert page.status == 422 and "请从列表中选择" in page.words
    near = console.add_user("officer", BRANCH, "near")
    page = head.send(f"/staff/cases/{case.number}/moves/assign", staff=near.actor_id)
    assert page.status == 200


def test_the_case_of_a_withheld_number_is_merged_with_nobodys(console: Console) -> None:
    anonymous = Contact(phone=None, channel="voice")
    first = lodge_petition(console, "a1", contact=anonymous)
    second = lodge_petition(console, "a2", contact=anonymous)
    known = lodge_petition(
        console, "a3", contact=Contact(phone=parse_phone("13700137000"), channel="voice")
    )
    supervisor = console.sign_in_as("supervisor")
    for case, into in ((second, first), (known, first)):
        supervisor.open(f"/staff/cases/{case.number}")
        path = f"/staff/cases/{case.number}/moves/merge"
        assert supervisor.send(path, into=into.number, **WHY).status == 409
