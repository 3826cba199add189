"""Lists for the console, each narrowed to what its reader may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.canned_replies import (
    fill_canned_reply,
    list_canned_replies,
    retire_canned_reply,
    save_canned_reply,
)
from casework.case_services import CaseServices
from casework.drafts import Contact, StaffDraft
from casework.models import Case
from casework.operations import (
    accept_case,
    answer_case,
    assign_case,
    close_case,
    forward_case,
    join_office,
    lodge_staff_case,
    mark_urgent,
)
from casework.queries import (
    CaseFilter,
    count_cases,
    get_case,
    list_cases,
    list_cases_of_phone,
    list_timeline,
)
from casework.vocabulary import CaseKind
from core.clock import FixedClock, local_date
from core.errors import InputError, NotFoundError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, OTHER_PHONE, PHONE, a_message, a_petition, staff_of


@pytest.fixture
def petitions(db: Session, case_services: CaseServices, clock: FixedClock) -> list[Case]:
    """Petitions in Chang'an, Humen and Houjie."""
    return [
        a_petition(db, case_services, clock.now(), town, town=town, employer=f"{town}电子厂")
        for town in ("changan", "humen", "houjie")
    ]


def numbers(db: Session, case_services: CaseServices, **narrowed: object) -> list[str]:
    page = list_cases(db, case_services, CaseFilter(**narrowed))  # type: ignore[arg-type]
    return [case.number for case in page.cases]


def test_an_office_sees_its_own_cases_those_it_is_asked_for_and_joint_ones(
    db: Session, case_services: CaseServices, clock: FixedClock, petitions: list[Case]
) -> None:
    own, forwarded, joint = petitions
    changan = case_services.offices.subtree("dg-changan")
    assert numbers(db, case_services, office_ids=changan) == [own.number]
    forward_case(db, case_services, forwarded, ALL_POWERFUL, "dg-changan", "转办", clock.now())
    join_office(db, case_services, joint, ALL_POWERFUL, "dg-changan", "联办", clock.now())
    assert numbers(db, case_services, office_ids=changan) == [c.number for c in petitions]
    assert numbers(db, case_services, office_ids=frozenset()) == []


def test_urgent_cases_come_first_then_what_is_due_first(
    db: Session, case_services: CaseServices, clock: FixedClock, petitions: list[Case]
) -> None:
    message = a_message(db, case_services, clock.now())
    mark_urgent(db, case_services, petitions[2], ALL_POWERFUL, "有人受伤", clock.now())
    expected = [petitions[2], message, petitions[0], petitions[1]]
    assert numbers(db, case_services) == [case.number for case in expected]
    assert numbers(db, case_services, order="newest")[0] == message.number


def test_lists_are_narrowed(
    db: Session, case_services: CaseServices, clock: FixedClock, petitions: list[Case]
) -> None:
    first = petitions[0].number
    message = a_message(
        db,
        case_services,
        clock.now(),
        contact=Contact(phone=OTHER_PHONE, channel="sms", is_proved=True),
    )
    assign_case(db, case_services, petitions[1], ALL_POWERFUL, "staff:4", clock.now())
    assert numbers(db, case_services, kind=CaseKind.MESSAGE) == [message.number]
    assert numbers(db, case_services, town="changan") == [first]
    assert numbers(db, case_services, employer="东莞市changan电子厂有限公司") == [first]
    assert numbers(db, case_services, employer="……") == []
    assert numbers(db, case_services, phone=OTHER_PHONE) == [message.number]
    assert numbers(db, case_services, assigned_to="staff:4") == [petitions[1].number]
    assert len(numbers(db, case_services, topic="wage-arrears-what-to-do")) == 3
    answer_case(db, case_services, message, ALL_POWERFUL, "好", clock.now())
    close_case(db, case_services, message, ALL_POWERFUL, clock.now())
    assert numbers(db, case_services, is_open=False) == [message.number]
    clock.advance(timedelta(days=10))
    assert len(numbers(db, case_services, is_overdue=True, today=local_date(clock.now()))) == 3
    assert count_cases(db, case_services, CaseFilter(is_open=None)) == 4
    assert count_cases(db, case_services, CaseFilter(is_open=None), limit=2) == 2


def test_a_list_is_cut_into_pages(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    cases = [a_message(db, case_services, clock.now(), f"m{n}").number for n in range(5)]
    pages = [list_cases(db, case_services, CaseFilter(), page=n, size=2) for n in (1, 2, 3)]
    assert [[c.number for c in page.cases] for page in pages] == [
        cases[:2],
        cases[2:4],
        cases[4:],
    ]
    assert [page.has_more for page in pages] == [True, True, False]


def test_a_citizens_timeline_covers_all_their_cases(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    first = a_message(db, case_services, clock.now())
    clock.advance(timedelta(hours=1))
    second = a_petition(db, case_services, clock.now())
    a_message(
        db,
        case_services,
        clock.now(),
        "m2",
        contact=Contact(phone=OTHER_PHONE, channel="sms", is_proved=True),
    )
    assert list_cases_of_phone(db, case_services, PHONE) == [second, first]
    timeline = list_timeline(db, case_services, PHONE)
    assert {event.case_id for event in timeline} == {first.id, second.id}
    assert timeline[-1].case_id == first.id


def test_an_unknown_number_is_said_to_be_unknown(db: Session) -> None:
    with pytest.raises(NotFoundError):
        get_case(db, "DG2026112300013")


def test_staff_make_cases_too(db: Session, case_services: CaseServices, clock: FixedClock) -> None:
    draft = StaffDraft(issue="领导交办", contact=Contact(phone=None, channel="console"))
    lodging = lodge_staff_case(db, case_services, draft, ALL_POWERFUL, clock.now())
    assert (lodging.case.kind, lodging.case.office_id) == ("staff", "dg-bureau")
    with pytest.raises(PermissionDeniedError):
        lodge_staff_case(
            db,
            case_services,
            draft,
            staff_of(case_services, "dg-humen", "case.answer"),
            clock.now(),
        )


def test_a_canned_reply_is_kept_found_filled_and_retired(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())

    def save(title: str, topic: str | None, body: str = "编号{number}由{office}办理。") -> None:
        save_canned_reply(
            db, ALL_POWERFUL, clock.now(), title=title, body=body, language="zh", topic=topic
        )

    save("一般", None)
    save("欠薪", case.topic)
    save("工伤", "work-injury-recognition")
    found = list_canned_replies(db, language="zh", topic=case.topic)
    assert [reply.title for reply in found] == ["欠薪", "一般"]
    filled = fill_canned_reply(case_services, found[0], case)
    assert filled == f"编号{case.number}由长安人社分局办理。"
    retire_canned_reply(db, ALL_POWERFUL, found[0], clock.now())
    assert [r.title for r in list_canned_replies(db, language="zh", topic=case.topic)] == ["一般"]
    for title, body in (("", "x"), ("x", " "), ("x" * 121, "x")):
        with pytest.raises(InputError):
            save(title, None, body)
    with pytest.raises(PermissionDeniedError):
        retire_canned_reply(
            db, staff_of(case_services, "dg-humen", "case.see"), found[1], clock.now()
        )
