"""The web phone in a real browser, and its words in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import simulator
from simulator.application import SimulatorServer
from simulator.attestation import VERDICTS
from simulator.faults import FAULT_NAMES
from simulator.switchboard import DIAL_OUTCOMES
from tests.simulator.service_double import ServiceDouble

ROOM = Path(simulator.__file__).parent


def words(language: str) -> dict[str, object]:
    text = (ROOM / "words" / f"{language}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_both_languages_have_the_same_words() -> None:
    assert set(words("zh")) == set(words("en"))


def test_every_word_that_the_page_asks_for_is_there() -> None:
    template = (ROOM / "templates" / "phone.html").read_text(encoding="utf-8")
    asked = set(re.findall(r"word\(\"(\w+)\"", template))
    asked |= set(re.findall(r"data-(?:word|placeholder|label)=\"(\w+)\"", template))
    for script in (ROOM / "static").glob("*.js"):
        asked |= set(re.findall(r"\bword\(\"(\w+)\"", script.read_text(encoding="utf-8")))
    asked |= {f"fault_{name}" for name in FAULT_NAMES}
    asked |= {f"verdict_{name}" for name in VERDICTS}
    asked |= {f"people_{outcome}" for outcome in DIAL_OUTCOMES}
    assert asked - set(words("zh")) == set()


@pytest.fixture
def page(browser: Browser, server: SimulatorServer) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(server.url)
    yield opened
    opened.close()


@pytest.mark.browser
def test_a_citizen_calls_asks_leaves_a_message_and_texts(
    service: ServiceDouble, page: Page
) -> None:
    gather = '<Gather input="dtmf speech" action="/turn" numDigits="1"><Say>请讲</Say></Gather>'
    service.answers("/voice/incoming", gather)
    service.answers("/turn", gather.replace("请讲", "可以投诉"))
    service.answers("/turn", '<Record action="/recorded" recordingStatusCallback="/sound"/>')
    service.answers("/recorded", "<Say>收到</Say>")
    service.answers("/sms/incoming", "<Message>依据：《劳动合同法》第30条</Message>")
    captions, thread = page.locator("#captions"), page.locator("#thread")

    page.click("#call")
    expect(captions).to_contain_text("请讲")
    page.fill("#say-text", "老板拖欠工资怎么办")
    page.press("#say-text", "Enter")
    expect(captions).to_contain_text("可以投诉")
    page.click("[data-key='9']")
    page.click("#record-sample")
    expect(captions).to_contain_text("收到")
    expect(page.locator("#state")).to_have_text("通话已结束")
    page.fill("#text-body", "依据是什么")
    page.press("#text-body", "Enter")
    expect(thread).to_contain_text("《劳动合同法》第30条")
    expect(thread).to_contain_text("已送达")

    asked, pressed = service.visits_to("/turn")
    assert (asked.form["SpeechResult"], pressed.form["Digits"]) == ("老板拖欠工资怎么办", "9")
    assert service.visits_to("/recorded")[0].form["RecordingDuration"] == "8"


@pytest.mark.browser
def test_the_page_is_read_in_english_and_a_landline_cannot_text(page: Page) -> None:
    page.click("#language")
    expect(page.locator("#call")).to_have_text("Call 12333")
    page.select_option("#number", "+8676922222222")
    expect(page.locator("#text-body")).to_be_disabled()
    expect(page.locator("#thread")).to_contain_text("cannot send or get texts")


@pytest.mark.browser
def test_a_caller_chooses_what_the_network_says_of_the_number(
    service: ServiceDouble, page: Page
) -> None:
    page.locator("#verdict").select_option("passed_a")
    page.locator("#call").click()
    expect(page.locator("#captions li").first).to_be_visible()
    assert service.visits_to("/voice/incoming")[0].form["StirVerstat"] == "TN-Validation-Passed-A"
    page.locator("#number").select_option("withheld")
    expect(page.locator("#verdict")).to_be_disabled()
