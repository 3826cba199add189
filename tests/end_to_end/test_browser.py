"""A newcomer's first hour, in a real browser: phone, text thread, console."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clock import LOCAL_ZONE
from core.text_segments import count_segments
from core.working_calendar import WorkingCalendar
from simulator.driver import SimulatorClient, Texter
from tests.end_to_end.service import Service

PHONE = "+8613800138000"
SLOW = 60_000
# Where the screenshots go, to be looked at by a person; nowhere when it is not set.
PICTURES = os.environ.get("HOTLINE_SCREENSHOTS")


@pytest.fixture
def phone(browser: Browser, service: Service) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SLOW)
    page.goto(service.simulator_url)
    yield page
    page.close()


@pytest.fixture
def console(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{service.url}/staff/sign-in")
    yield page
    context.close()


def take_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def set_clock_to_ten_on_a_working_day(service: Service) -> date:
    """So that people can be reached and ratings asked for, whenever the test runs; the day."""
    calendar = WorkingCalendar.from_config()
    now = datetime.now(LOCAL_ZONE)
    day = now.date() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    ten = datetime(day.year, day.month, day.day, 10, tzinfo=LOCAL_ZONE)
    offset = (ten - now.astimezone(UTC)).total_seconds()
    (service.var / "clock-offset").write_text(str(offset), encoding="ascii")
    return day


@pytest.mark.browser
def test_a_question_a_message_an_answer_and_a_rating(
    service: Service, phone: Page, console: Page
) -> None:
    day = set_clock_to_ten_on_a_working_day(service)
    captions, thread = phone.locator("#captions"), phone.locator("#thread")
    simulator = SimulatorClient(service.simulator_url)
    texter = Texter(service.simulator_url, PHONE)

    # A call: an answer, the same by text with its law, and a recorded message.
    phone.click("#call")
    expect(captions).to_contain_text("请直接说出您的问题", timeout=SLOW)
    phone.fill("#say-text", "老板拖欠工资三个月怎么办")
    phone.press("#say-text", "Enter")
    expect(captions).to_contain_text("人社分局投诉", timeout=SLOW)
    phone.click("[data-key='1']")
    expect(captions).to_contain_text("短信已经发出", timeout=SLOW)
    expect(thread).to_contain_text("依据：《", timeout=SLOW)
    (answer,) = texter.wait_for_texts(1, seconds=60)
    assert "《" in answer.body and count_segments(answer.body).segments <= 4
    phone.click("[data-key='9']")
    expect(captions).to_contain_text("请在提示音后留言", timeout=SLOW)
    phone.click("#record-sample")
    expect(captions).to_contain_text("保留请按1", timeout=SLOW)
    phone.click("[data-key='1']")
    expect(captions).to_contain_text("留言已收到", timeout=SLOW)
    take_picture(phone, "phone")
    phone.click("#hang-up")
    number = next(t.body for t in texter.wait_for_texts(2, seconds=60) if "留言已收到" in t.body)
    number = re.findall(r"DG\d+", number)[0]

    # The console: sign in, find the case, play the recording, answer, close.
    sign_in(console, service)
    take_picture(console, "inbox")
    console.goto(f"{service.url}/staff/cases/{number}")
    expect(console.locator("h1")).to_have_text(number)
    play_recording(console)
    console.fill(
        "textarea[name=text]", "您好，请带上工资条到长安人社分局投诉窗口，我们会当天登记。"
    )
    take_picture(console, "case")
    console.click("form.answer button.primary")
    expect(thread).to_contain_text("请带上工资条到长安人社分局", timeout=SLOW)
    console.click("details.pop summary")
    console.click("details.pop button")
    expect(console.locator(".case-head")).to_contain_text("已办结", timeout=SLOW)

    # The rating: asked a day later at the latest, in the allowed hours, answered, counted. Where
    # the case was closed slowly, the call was asked about before, and nothing more is asked.
    simulator.skip_time(25 * 3600)
    invitation = wait_for_text(texter, "评")
    take_picture(phone, "invited")
    assert "5非常满意" in invitation
    phone.fill("#text-body", "5")
    phone.press("#text-body", "Enter")
    expect(thread).to_contain_text("谢谢您的评价", timeout=SLOW)
    # No session lasts a day.
    console.goto(f"{service.url}/staff/")
    sign_in(console, service)
    # A rating counts in the month in which the service ended, which may be over a day later.
    console.goto(f"{service.url}/staff/ratings?month={day:%Y-%m}")
    newest = console.locator("table").first.locator("tbody tr").first
    expect(newest).to_contain_text("东莞市人力资源和社会保障局", timeout=SLOW)
    expect(newest).to_contain_text("5")
    take_picture(console, "ratings")
    console.goto(f"{service.url}/staff/ranking")
    expect(console.locator("table").first).to_be_visible(timeout=SLOW)
    take_picture(console, "ranking")


def sign_in(console: Page, service: Service) -> None:
    console.fill("input[name=login]", "supervisor")
    console.fill("input[name=password]", service.password("supervisor"))
    console.click("button.primary")
    expect(console.locator("input[name=password]")).to_have_count(0)


def play_recording(console: Page) -> None:
    """Wait until the recording was fetched, and let the browser load it for playing."""
    for _ in range(60):
        if console.locator("audio").count():
            break
        console.wait_for_timeout(500)
        console.reload()
    seconds = console.evaluate(
        """() => new Promise((resolve, reject) => {
            const audio = document.querySelector('audio');
            audio.onerror = () => reject(new Error('the recording does not play'));
            audio.onloadedmetadata = () => resolve(audio.duration);
            audio.load();
        })"""
    )
    assert seconds > 1


def wait_for_text(texter: Texter, *parts: str) -> str:
    """The text that holds all parts; texts sent before it are passed over."""
    for count in range(1, 12):
        texts = texter.wait_for_texts(count, seconds=60)
        for text in texts:
            if all(part in text.body for part in parts) and "评分" in text.body:
                return text.body
    raise AssertionError([text.body for text in texter.texts()])
