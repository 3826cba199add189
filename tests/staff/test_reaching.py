"""Staff note how a citizen may be reached, and that they made sure whose a number is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from casework.contact_wishes import wish_of
from casework.drafts import Contact
from casework.models import Case
from casework.queries import get_case, list_events
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.phones import parse_phone
from tests.casework.people import a_petition
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import BRANCH, OTHER_BRANCH, Console

CLAIMED = Contact(phone=parse_phone("13900139000"), channel="voice")
WISH = {
    "contact_way": "call",
    "contact_hours": "evening",
    "is_contact_discreet": "yes",
    "contact_words": "白天在车间，别让组长知道",
    "reason": "本人在窗口提出",
}


@pytest.fixture
def case(console: Console) -> Case:
    """A petition whose number is a claim."""
    with console.services.database.write() as db:
        case_services, now = console.services.case_services, console.services.clock.now()
        return a_petition(db, case_services, now, contact=CLAIMED)


def transition(browser: StaffBrowser, case: Case, name: str, **fields: str) -> Page:
    browser.open(f"/staff/cases/{case.number}")
    return browser.send(f"/staff/cases/{case.number}/moves/{name}", **fields)


def reread(console: Console, case: Case) -> Case:
    with console.services.database.read() as db:
        again = get_case(db, case.number)
        db.expunge(again)
        return again


@pytest.mark.parametrize("role", ["agent", "officer"])
def test_a_wish_is_noted_shown_and_obeyed(console: Console, case: Case, role: str) -> None:
    browser = console.sign_in_as(role, "dg-bureau" if role == "agent" else BRANCH)
    page = transition(browser, case, "set_contact_wish", **WISH)
    shown = "".join(page.words.split())
    assert page.status == 200 and "只打电话·18点到21点·短信不写事由" in shown
    assert "白天在车间，别让组长知道" in page.words and "本人在窗口提出" in page.words
    wish = wish_of(reread(console, case))
    assert wish == ContactWish(
        ContactWay.CALL, ContactHours.EVENING, True, "白天在车间，别让组长知道"
    )
    assert not wish.allows_text


def test_a_wish_is_taken_back_and_both_stay_in_the_record(console: Console, case: Case) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    transition(officer, case, "set_contact_wish", **WISH)
    back = {"contact_way": "any", "contact_hours": "any", "reason": "本人来电取消"}
    page = transition(officer, case, "set_contact_wish", **back)
    assert "只打电话 → 电话短信均可" in page.words and "电话短信均可 → 只打电话" in page.words
    assert wish_of(reread(console, case)).is_empty
    page = transition(officer, case, "set_contact_wish", **back)
    assert page.status == 409 and "已经是这个联系要求" in page.words


@pytest.mark.parametrize(
    "wrong", [{"contact_way": "pigeon"}, {"contact_hours": "never"}, {"reason": " "},
              {"contact_words": "长" * 301}],
)  # fmt: skip
def test_a_wish_that_is_none_is_refused(
    console: Console, case: Case, wrong: dict[str, str]
) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    page = transition(officer, case, "set_contact_wish", **{**WISH, **wrong})
    assert page.status == 422
    assert wish_of(reread(console, case)).is_empty


def test_a_number_is_marked_as_proved_with_a_reason_in_record_and_trail(
    console: Console, case: Case
) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    page = transition(officer, case, "prove_phone", reason="核对身份证和手机")
    assert page.status == 200 and "号码未核实" not in page.words
    assert "核对身份证和手机" in page.words
    with console.services.database.read() as db:
        event = list_events(db, get_case(db, case.number))[-1]
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "phone_proved")).one()
        assert (event.kind, event.actor) == ("phone_proved", entry.actor)
        assert (entry.subject, entry.detail) == (case.number, {})
    assert reread(console, case).is_phone_proved
    assert "核实号码" in console.sign_in_as("supervisor").open("/staff/audit").words


def test_a_number_is_not_marked_as_proved_without_saying_how(console: Console, case: Case) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    assert transition(officer, case, "prove_phone", reason=" ").status == 422
    assert not reread(console, case).is_phone_proved


@pytest.mark.parametrize(
    ("role", "office", "status"),
    [("agent", "dg-bureau", 403), ("officer", OTHER_BRANCH, 404), ("editor", "dg-bureau", 403)],
)
def test_who_does_not_handle_the_case_marks_no_number_as_proved(
    console: Console, case: Case, role: str, office: str, status: int
) -> None:
    browser = console.sign_in_as(role, office)
    page = transition(browser, case, "prove_phone", reason="来电核对")
    assert page.status == status and not reread(console, case).is_phone_proved
    if role == "agent":
        assert "/moves/prove_phone" not in browser.open(f"/staff/cases/{case.number}").html


def test_only_a_claimed_number_can_be_marked_as_proved(console: Console, case: Case) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    transition(officer, case, "prove_phone", reason="核对身份证")
    assert "/moves/prove_phone" not in officer.open(f"/staff/cases/{case.number}").html
    assert transition(officer, case, "prove_phone", reason="再来一次").status == 409
    with console.services.database.write() as db:
        case_services, now = console.services.case_services, console.services.clock.now()
        nameless = a_petition(
            db, case_services, now, "none", contact=Contact(phone=None, channel="voice")
        )
    assert transition(officer, nameless, "prove_phone", reason="核对").status == 409
