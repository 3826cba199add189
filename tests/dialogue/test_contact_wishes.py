"""Safe contact: said at any prompt, understood, stored, confirmed and obeyed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.clock import LOCAL_ZONE
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from dialogue.contact_reading import read_contact_wish

WAYS = [
    ("不要打电话给我", ContactWay.TEXT),
    ("只发短信", ContactWay.TEXT),
    ("请不要联系我", ContactWay.NONE),
    ("唔好打电话畀我", ContactWay.TEXT),
    ("不要给我发短信", ContactWay.CALL),
    ("只能电话联系", ContactWay.CALL),
    ("don't call me", ContactWay.TEXT),
    ("please only text me", ContactWay.TEXT),
    ("do not contact me", ContactWay.NONE),
]
HOURS = [
    ("白天不方便接电话", ContactHours.EVENING),
    ("下班后再打给我", ContactHours.EVENING),
    ("周末联系我", ContactHours.REST_DAYS),
    ("晚上不方便接", ContactHours.DAY),
    ("call me after work", ContactHours.EVENING),
]


@pytest.mark.parametrize(("words", "way"), WAYS)
def test_how_somebody_wants_to_be_reached_is_understood(words: str, way: ContactWay) -> None:
    read = read_contact_wish(words)
    assert read is not None and (read.wish.way, read.rest) == (way, "")


@pytest.mark.parametrize(("words", "hours"), HOURS)
def test_when_somebody_wants_to_be_reached_is_understood(words: str, hours: ContactHours) -> None:
    read = read_contact_wish(words)
    assert read is not None and read.wish.hours == hours


@pytest.mark.parametrize(
    "words",
    ["短信里不要写投诉的事", "不要让老板知道我投诉了", "don't mention my complaint in texts"],
)
def test_that_texts_name_no_matter_is_understood(words: str) -> None:
    read = read_contact_wish(words)
    assert read is not None and read.wish.is_discreet


def test_a_wish_beside_an_answer_leaves_the_answer() -> None:
    read = read_contact_wish("王芳，只发短信，晚上再打")
    assert read is not None
    assert (read.rest, read.wish.way, read.wish.hours) == ("王芳", "text", "evening")


@pytest.mark.parametrize(
    "words",
    [
        "老板叫我不要打电话给劳动局",
        "老板不让我联系他",
        "我打电话给老板他不接电话",
        "我不要联系我的老板",
        "发短信给我",
        "拖欠工资怎么办",
        "别打给我老婆",
        "I called my boss and he did not answer",
    ],
)
def test_a_story_and_a_question_are_no_wish(words: str) -> None:
    assert read_contact_wish(words) is None


def test_awkward_words_are_read_in_no_time() -> None:
    for words in ("我" * 59, "请" * 58 + "打", "不要" * 29, "please " * 8 + "x"):
        begun = datetime.now(LOCAL_ZONE)
        read_contact_wish(words)
        assert datetime.now(LOCAL_ZONE) - begun < timedelta(seconds=0.5)


@pytest.mark.parametrize(
    ("hours", "at", "allowed"),
    [
        ("evening", "2026-11-23T10:00", "2026-11-23T18:00"),
        ("evening", "2026-11-23T18:30", "2026-11-23T18:30"),
        ("evening", "2026-11-23T21:30", "2026-11-24T18:00"),
        ("day", "2026-11-23T20:00", "2026-11-24T09:00"),
        ("rest_days", "2026-11-23T10:00", "2026-11-28T09:00"),
        ("any", "2026-11-23T03:00", "2026-11-23T03:00"),
    ],
)
def test_what_is_sent_waits_for_the_wished_hours(hours: str, at: str, allowed: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=LOCAL_ZONE)
    wanted = datetime.fromisoformat(allowed).replace(tzinfo=LOCAL_ZONE)
    assert ContactWish(hours=ContactHours(hours)).next_allowed(moment) == wanted
