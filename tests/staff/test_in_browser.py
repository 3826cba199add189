"""The console in a real browser: keys, the length of an answer, and no foreign code."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from accounts.queries import find_user_by_login
from callcentre.models import Agent
from callcentre.operations import AgentDraft, add_agent, enter_queue, ring_agent
from callcentre.queue_rules import QueueEntry
from tests.staff.conftest import BUREAU, PASSWORD, Console
from tests.staff.test_cases import lodge_message

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, console: Console) -> Iterator[Page]:
    """A browser with an agent signed in, over two messages; any error in it fails the test."""
    lodge_message(console, "m1", text="第一件")
    lodge_message(console, "m2", text="第二件")
    console.add_user("agent", BUREAU)
    server = make_server("127.0.0.1", 0, console.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    errors: list[str] = []
    try:
        page = browser.new_page(locale="zh-CN")
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"http://127.0.0.1:{server.port}/staff/sign-in")
        page.fill("[name=login]", "agent")
        page.fill("[name=password]", PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/staff/cases", wait_until="load")
        yield page
        page.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert errors == []


def test_a_case_is_answered_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("第一件")
    page.keyboard.press("r")
    page.keyboard.type("jk/r 请带身份证。")
    expect(page.locator("[data-answer-length]")).to_contain_text("短信共1段")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("jk/r 请带身份证。")
    expect(page.locator(".flash")).to_contain_text("已记录：答复")
    page.click("summary.button")
    page.click(".pop button.danger")
    expect(page.locator(".case-head")).to_contain_text("已办结")


def test_the_search_is_one_key_away(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("没有这家厂")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("没有符合条件的诉求")


def test_availability_is_one_key_away_and_the_line_shows_itself(
    page: Page, console: Console
) -> None:
    services, address = console.services, "+8676922000001"
    with services.database.write() as db:
        user = find_user_by_login(db, "agent")
        assert user is not None
        draft = AgentDraft(
            name="一号", office_id=BUREAU, languages=("zh",), address=address,
            staff_user_id=user.id,
        )  # fmt: skip
        agent = add_agent(db, services.case_services.vault, draft, services.clock.now())
    page.click("text=坐席 >> nth=0")
    expect(page.locator(".own-agent .state")).to_have_text("离开")
    page.keyboard.press("1")
    expect(page.locator(".own-agent .state")).to_have_text("可接听")
    expect(page.locator(".own-agent [aria-pressed=true]")).to_contain_text("可接听")
    with services.database.write() as db:
        enter_queue(
            db,
            QueueEntry(
                "CA1",
                phone="+8613800138000",
                language="zh",
                office_ids=(BUREAU,),
                about="工伤认定要多久",
            ),
            services.clock.now(),
        )
        ring_agent(db, db.get_one(Agent, agent.id), "CA2", services.clock.now())
    # Without anybody's doing.
    expect(page.locator("[data-refresh='/staff/agents/board']")).to_contain_text(
        "工伤认定要多久", timeout=15_000
    )
    expect(page.locator(".own-agent .state")).to_have_text("振铃中")
    page.keyboard.press("3")
    expect(page.locator(".own-agent [aria-pressed=true]")).to_contain_text("话后整理")
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_an_answer_half_written_is_there_after_a_new_sign_in(page: Page) -> None:
    page.click("[data-row] a")
    page.locator("[data-answer-words]").click()
    with page.expect_response("**/staff/drafts") as stored:
        page.keyboard.type("您好，正在核实")
    assert stored.value.status == 204
    address = page.url
    page.context.clear_cookies()
    page.goto(address)
    page.fill("[name=login]", "agent")
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    expect(page.locator("[data-answer-words]")).to_have_value("您好，正在核实")
    page.click(".answer button.primary")
    expect(page.locator(".timeline")).to_contain_text("您好，正在核实")
    expect(page.locator("[data-answer-words]")).to_have_value("")
