"""Alerts of danger to life on top of the console: who sees them, what they may do, what is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.permissions import Role, permissions_of
from casework.case_services import SYSTEM, Actor
from casework.danger import (
    AlertOutcome,
    DangerAlert,
    DangerReport,
    Handling,
    close_alert,
    note_caller_gone,
    raise_danger_alert,
)
from casework.drafts import Contact, IdempotencyKey
from casework.models import Case
from core.clock import FixedClock
from core.phones import parse_phone
from tests.staff.browser import Page
from tests.staff.conftest import BRANCH, BUREAU, OTHER_BRANCH, PASSWORD, Console
from tests.staff.serving import serve

CITIZEN, MASKED = "13800138000", "+86138****8000"
WORDS = "我在楼顶，不想活了"


def endanger(console: Console, call: str = "CA1", **changes: Any) -> int:
    services = console.services
    phone = changes.pop("phone", CITIZEN)
    values: dict[str, Any] = {
        "kind": "self_harm", "words": WORDS, "town": "changan", "can_call_back": True, **changes,
    }  # fmt: skip
    number = parse_phone(phone) if phone else None
    report = DangerReport(
        idempotency_key=IdempotencyKey(call, "1"), conversation_id=call,
        contact=Contact(phone=number, channel="voice", is_proved=True),
        **values,
    )  # fmt: skip
    with services.database.write() as db:
        return raise_danger_alert(db, services.case_services, report, services.clock.now()).id


def hang_up(console: Console, call: str = "CA1") -> None:
    services = console.services
    with services.database.write() as db:
        note_caller_gone(db, services.case_services, call, services.clock.now())


def alert(console: Console, alert_id: int) -> DangerAlert:
    with console.services.database.read() as db:
        found = db.get_one(DangerAlert, alert_id)
        assert found.case is not None
        return found


def audited(console: Console) -> list[tuple[str, str]]:
    with console.services.database.read() as db:
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id))
        stored = ("danger_read", "phone_shown")
        return [(entry.action, entry.subject) for entry in entries if entry.action in stored]


def board(page: Page) -> str:
    """The words of what stands on top of the page, or on an alert's own page of that alert."""
    found = re.search(
        r'<section class="(?:danger-board on-top|card stacked)".*?</section>', page.html, re.DOTALL
    )
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_alerts_sees_them_on_top_of_every_page(console: Console, role: Role) -> None:
    endanger(console)
    browser = console.sign_in_as(role)
    paths = ("/staff/cases", "/staff/agents", "/staff/knowledge", "/staff/account",
             "/staff/nowhere", "/staff/audit")  # fmt: skip
    for path in paths:
        page = browser.open(path)
        if page.status == 403:
            continue
        if "danger.see" in permissions_of(role):
            assert "有生命危险：1起" in board(page) and "轻生" in board(page), path
        else:
            assert "有生命危险" not in page.words and MASKED not in page.words, path


def test_the_first_page_shows_kind_state_age_number_town_and_what_is_due_by_when(
    console: Console, clock: FixedClock
) -> None:
    endanger(console)
    clock.advance(timedelta(minutes=2))
    browser = console.sign_in_as("agent")
    page = browser.open("/staff/")
    assert page.path == "/staff/cases"
    for words in ("轻生", "未处置", "2分钟前", MASKED, "长安镇", "请在10:05前处置（还有3分钟）"):
        assert words in board(page), words
    assert WORDS not in page.html and CITIZEN not in page.html
    hang_up(console)
    assert "请在10:07前回电（还有5分钟）" in board(browser.open("/staff/cases"))
    clock.advance(timedelta(minutes=6))
    late = board(browser.open("/staff/cases"))
    assert "已超时" in late and "应在10:07前回电，已超时1分钟" in late


def test_nobody_is_asked_to_call_whom_a_call_could_endanger(console: Console) -> None:
    alert_id = endanger(console, kind="violence", can_call_back=False)
    hang_up(console)
    page = console.sign_in_as("agent").open("/staff/cases")
    assert "不要回电：可能危及对方" in board(page) and "前回电" not in board(page)
    assert f"/staff/danger/{alert_id}/unanswered" not in page.html


def test_a_withheld_number_says_why_nobody_can_call(console: Console) -> None:
    endanger(console, phone="")
    assert "未显示号码，无法回电" in board(console.sign_in_as("agent").open("/staff/cases"))


def test_what_was_said_is_shown_by_a_click_that_is_kept(console: Console) -> None:
    alert_id = endanger(console)
    number = alert(console, alert_id).case.number
    browser = console.sign_in_as("agent")
    one = f"/staff/danger/{alert_id}"
    page = browser.open(one)
    assert page.status == 200 and WORDS not in page.html and audited(console) == []
    assert WORDS in browser.send(f"{one}/words").words
    assert audited(console) == [("danger_read", number)]
    assert "+8613800138000" not in browser.open(one).html
    assert "+8613800138000" in browser.send(f"{one}/phone").html
    assert audited(console)[1:] == [("phone_shown", number)]
    # The page of its case shows the words too, and keeps that it was opened.
    assert WORDS not in browser.open("/staff/cases").html
    assert WORDS in browser.open(f"/staff/cases/{number}").words
    assert audited(console)[2:] == [("danger_read", number)]
    trail = console.sign_in_as("supervisor").open("/staff/audit")
    assert "查看紧急警报原话" in trail.words


def test_an_alert_is_acknowledged_taken_reached_and_closed_with_a_note(
    console: Console, clock: FixedClock
) -> None:
    alert_id = endanger(console)
    agent = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.sign_in(agent.login, PASSWORD)
    one = f"/staff/danger/{alert_id}"
    assert "已知悉" in board(browser.send(f"{one}/acknowledge"))
    assert "Name of agent在处置" in board(browser.send(f"{one}/take"))
    assert alert(console, alert_id).case.assigned_to == f"staff:{agent.id}"
    hang_up(console)
    clock.advance(timedelta(minutes=1))
    assert "1次无人接听" in board(browser.send(f"{one}/unanswered"))
    assert "已联系上" in board(browser.send(f"{one}/reached"))
    refused = browser.send(f"{one}/close", outcome="safe", text=" ")
    assert refused.status == 422 and "备注要写内容" in refused.words
    stored = browser.send(f"{one}/close", outcome="", text="家人已到场")
    assert stored.status == 422 and "家人已到场" in stored.html
    page = browser.send(f"{one}/close", outcome="safe", text="家人已到场，人已平安")
    assert page.path == "/staff/danger" and board(page) == ""
    assert "已确认安全" in page.words and "1分钟前" not in board(page)
    closed = alert(console, alert_id)
    assert closed.outcome == "safe" and closed.closed_by == f"staff:{agent.id}"
    history = browser.open(one).words
    for words in ("知悉警报", "来电人已挂断", "已联系市民：回电，无人接听", "办结：已确认安全"):
        assert words in history, words
    again = browser.send(f"{one}/acknowledge")
    assert again.status == 409 and "这起警报已经结束" in again.words


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("office", [BUREAU, BRANCH, OTHER_BRANCH])
def test_only_roles_and_offices_of_the_table_reach_an_alert(
    console: Console, role: Role, office: str
) -> None:
    alert_id = endanger(console)
    browser = console.sign_in_as(role, office)
    browser.open("/staff/account")
    is_role = "danger.handle" in permissions_of(role)
    is_near = office in (BUREAU, BRANCH)
    expected = 403 if not is_role else (200 if is_near else 404)
    assert browser.open(f"/staff/danger/{alert_id}").status == expected
    for what in ("words", "phone", "acknowledge", "take", "reached"):
        assert browser.send(f"/staff/danger/{alert_id}/{what}").status == expected, what
    page = browser.open("/staff/danger")
    assert page.status == (200 if is_role else 403)
    assert ("轻生" in page.words) == (is_role and is_near)
    assert ("轻生" in browser.open("/staff/account").words) == (is_role and is_near)
    assert (alert(console, alert_id).acknowledged_at is not None) == (is_role and is_near)


def test_most_pressing_alerts_come_first_and_others_are_one_link_away(
    console: Console, clock: FixedClock
) -> None:
    for number in range(5):
        endanger(console, f"CA{number}", phone=f"1380013800{number}", town=None)
        clock.advance(timedelta(seconds=90))
    browser = console.sign_in_as("agent")
    page = browser.open("/staff/cases")
    assert page.html.count('<article class="danger-alert') == 3
    assert "有生命危险：5起" in board(page) and "还有2起" in board(page)
    shown = [board(page).index(f"+86138****800{number}") for number in range(3)]
    assert shown == sorted(shown)
    assert browser.open("/staff/danger").html.count('<article class="danger-alert') == 5
    assert browser.open("/staff/danger/banner").html.count('<article class="danger-alert') == 3


def test_on_its_own_page_an_alert_stands_once_and_the_others_on_top(console: Console) -> None:
    first, second = endanger(console), endanger(console, "CA2", phone="13800138009", kind="fire")
    page = console.sign_in_as("agent").open(f"/staff/danger/{first}")
    assert page.html.count('<article class="danger-alert') == 1
    assert "火情" in board(page) and "轻生" not in board(page)
    assert f"/staff/danger/banner?but={first}" in page.html
    assert f"/staff/danger/{second}" in page.html


def test_without_an_alert_nothing_stands_on_top(console: Console) -> None:
    browser = console.sign_in_as("agent")
    assert board(browser.open("/staff/cases")) == ""
    assert browser.open("/staff/danger/banner").words.strip() == ""
    assert "现在没有警报" in browser.open("/staff/danger").words


def test_the_history_has_pages(console: Console, clock: FixedClock) -> None:
    services = console.services
    everything = Actor(SYSTEM.id, frozenset({"danger.handle"}))
    for number in range(31):
        alert_id = endanger(console, f"CA{number}", phone=f"138001380{number:02d}")
        with services.database.write() as db:
            handling = Handling(services.case_services, everything, clock.now())
            found = db.get_one(DangerAlert, alert_id)
            close_alert(db, found, handling, AlertOutcome.FALSE_ALARM, "误报")
    browser = console.sign_in_as("supervisor")
    first, second = browser.open("/staff/danger"), browser.open("/staff/danger?page=2")
    assert first.html.count("误报</span>") == 30 and second.html.count("误报</span>") == 1


def test_it_is_all_there_in_english(console: Console) -> None:
    endanger(console)
    browser = console.sign_in_as("agent")
    browser.open("/staff/danger")
    page = browser.send("/staff/language", language="en", next="/staff/danger")
    assert "Lives in danger: 1" in page.words and "Self-harm" in page.words
    assert "Act by 10:05 (5 min left)" in page.words


def test_a_danger_case_shows_no_statutory_clock_and_no_answer_box(console: Console) -> None:
    number = alert(console, endanger(console)).case.number
    page = console.sign_in_as("supervisor").open(f"/staff/cases/{number}")
    assert "到警报页处置" in page.words and "data-answer-words" not in page.html
    with console.services.database.read() as db:
        assert db.scalars(select(Case)).one().next_due_on is None


def test_the_banner_does_not_break_a_page_when_alerts_cannot_be_read(console: Console) -> None:
    browser = console.sign_in_as("agent")
    DangerAlert.__table__.drop(console.services.database.engine)  # type: ignore[attr-defined]
    page = browser.open("/staff/account")
    assert page.status == 200 and board(page) == ""


@pytest.mark.browser
def test_an_alert_appears_by_itself_on_an_open_page_and_in_its_title(
    browser: Browser, console: Console
) -> None:
    console.add_user("agent", BUREAU)
    with serve(console.application) as base:
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{base}/staff/sign-in")
        page.fill("[name=login]", "agent")
        page.fill("[name=password]", PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/staff/cases", wait_until="load")
        expect(page.locator(".danger-board")).to_have_count(0)
        endanger(console)
        expect(page.locator(".danger-board")).to_contain_text("轻生", timeout=12_000)
        expect(page).to_have_title(re.compile(r"^\(1!\)"))
        page.click("text=知悉")
        expect(page.locator(".flash.done")).to_contain_text("已记为知悉")
        page.close()
