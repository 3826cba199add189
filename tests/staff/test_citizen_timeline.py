"""All dealings with a citizen on the case page, and what of them a reader may not see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework.drafts import Contact, IdempotencyKey
from casework.models import Case
from casework.operations import lodge_petition
from core.clock import FixedClock
from core.phones import digits_apart
from dialogue.models import TakenTurn
from dialogue.replies import Say, replies_to_json
from outbox.operations import TextOrder, enqueue_text
from ratings.operations import add_rating, note_service_ended
from ratings.service import ServiceEnded
from ratings.vocabulary import ServiceKind, Source
from tests.casework.people import OTHER_PHONE, PHONE, petition_draft
from tests.staff.conftest import BRANCH, BUREAU, OTHER_BRANCH, Console

NOBODY_ELSE = Contact(phone=OTHER_PHONE, channel="voice", is_proved=True)


def _key(console: Console) -> str:
    return console.services.case_services.vault.keyed_hash(PHONE.e164)


def _talk(
    console: Console, conversation: str, *turns: tuple[str, str, str], channel: str = "voice"
) -> None:
    """Keep a conversation of the citizen: what was heard, answered, and the step it led to."""
    with console.services.database.write() as db:
        for number, (heard, said, step) in enumerate(turns, start=1):
            db.add(
                TakenTurn(
                    conversation_id=conversation, number=number, channel=channel,
                    request_key=f"{conversation}/{number}", phone_key=_key(console), step=step,
                    heard=heard, state="{}", taken_at=console.services.clock.now(),
                    replies=json.dumps(replies_to_json([Say(said, "zh")])),
                )
            )  # fmt: skip


def _spoke(words: str) -> str:
    return f"Spoke(words={words!r}, confidence=0.9)"


def _petition(console: Console, conversation: str, **fields: Any) -> Case:
    services = console.services
    draft = replace(petition_draft(**fields), idempotency_key=IdempotencyKey(conversation, "p"))
    with services.database.write() as db:
        return lodge_petition(db, services.case_services, draft, services.clock.now()).case


def _rate(console: Console, office_id: str, level: int, key: str = "CA9") -> None:
    services = console.services
    now = services.clock.now()
    with services.database.write() as db:
        ended = ServiceEnded(
            key=key, office_id=office_id, channel="voice", kind=ServiceKind.CALL,
            phone=PHONE.e164, phone_key=_key(console), can_text=True, language="zh", ended_at=now,
        )  # fmt: skip
        service = note_service_ended(db, ended, now)
        add_rating(
            db,
            services.case_services,
            service,
            level,
            Source.TEXT,
            now,
            comment="电话13712345678没人接",
        )


def _send(console: Console, words: str, kind: str, case_number: str | None = None) -> None:
    with console.services.database.write() as db:
        order = TextOrder(
            phone=PHONE.e164, phone_key=_key(console), words=words, kind=kind, language="zh",
            key=words, case_number=case_number,
        )  # fmt: skip
        enqueue_text(db, order, console.services.clock.now())


def _dealings(html: str) -> str:
    """The part of a case page with all dealings."""
    return html.partition('<ol class="dealings">')[2].partition("</ol>")[0]


def test_calls_texts_cases_and_what_was_sent_stand_newest_first(
    console: Console, clock: FixedClock
) -> None:
    _talk(
        console, "CA1",
        ("Pressed(keys='1')", "请说问题。", "question.listen"),
        (_spoke("我叫王小明，电话13800138000，试用期多久"), "最长六个月。", "question.answered"),
    )  # fmt: skip
    clock.advance(timedelta(minutes=5))
    case = _petition(console, "CA2")
    _talk(console, "CA2", (_spoke("我要投诉"), "已登记。", "petition.lodge"))
    clock.advance(timedelta(minutes=5))
    texted = "Texted(words='产假几天', attachments=0)"
    _talk(console, "SM1", (texted, "98天。", "question.answered"), channel="text")
    clock.advance(timedelta(minutes=5))
    _send(console, "您的诉求已受理，电话13800138000。", "case_notice", case.number)
    page = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}")
    html = _dealings(page.html)
    order = ["已受理", "产假几天", "98天。", case.number, "已登记。", "试用期多久", "最长六个月。"]
    found = [html.index(words) for words in order if words not in (case.number, "已登记。")]
    assert found == sorted(found) and all(words in html for words in order)
    assert "短信对话" in html and "来电" in html and html.count("本件") == 3
    assert "13800138000" not in html and "[姓名]" in html
    assert "产假几天</summary>" in html and "［按键 1］" in html


def test_another_citizens_dealings_are_not_shown(console: Console) -> None:
    _talk(console, "CA1", (_spoke("试用期多久"), "最长六个月。", "question.answered"))
    case = _petition(console, "CA2", contact=NOBODY_ELSE)
    page = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}")
    assert "试用期多久" not in page.html and case.number in _dealings(page.html)


def test_nothing_is_shown_of_a_case_that_the_reader_may_not_see(console: Console) -> None:
    case = _petition(console, "CA1")
    other = _petition(console, "CA2", employer="别的厂", town="nancheng")
    assert other.office_id == OTHER_BRANCH
    _talk(console, "CA2", (_spoke("南城的人不管事"), "已登记。", "petition.lodge"))
    notified = f"{digits_apart(other.number)}，南城正在办理。"
    _talk(console, "CA3", (_spoke("那件怎样了"), notified, "question.again"))
    _talk(console, "SM3", (_spoke(f"{other.number}怎样了"), "南城办结了。", "question.again"))
    _talk(console, "CA4", (_spoke("产假几天"), "98天。", "question.answered"))
    _send(console, "南城已受理。", "case_notice", other.number)
    html = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}").html
    assert "产假几天" in html and "南城" not in _dealings(html) and other.number not in html
    html = console.sign_in_as("supervisor").open(f"/staff/cases/{case.number}").html
    for words in ("南城的人不管事", "南城正在办理", "南城办结了", "南城已受理", other.number):
        assert words in _dealings(html)


@pytest.mark.parametrize(
    ("rated", "role", "office_id", "is_shown"),
    [
        (BRANCH, "officer", BRANCH, False),
        (BRANCH, "office_head", BRANCH, False),
        (BRANCH, "supervisor", BRANCH, False),
        (BRANCH, "agent", BUREAU, True),
        (BUREAU, "agent", BUREAU, False),
        (BUREAU, "supervisor", BUREAU, True),
        (BUREAU, "officer", BRANCH, False),
        (OTHER_BRANCH, "officer", BRANCH, False),
    ],
)
def test_the_rated_do_not_learn_who_rated(
    console: Console, rated: str, role: str, office_id: str, is_shown: bool
) -> None:
    case = _petition(console, "CA1")
    _rate(console, rated, 1)
    _send(console, "抱歉让您不满意，请告诉我们原因。", "rating_follow_up")
    html = _dealings(console.sign_in_as(role, office_id).open(f"/staff/cases/{case.number}").html)
    for words in ("非常不满意", "没人接", "抱歉让您不满意", "差评"):
        assert (words in html) == is_shown, words
    assert "13712345678" not in html


def test_a_rating_given_by_key_stands_in_no_transcript(console: Console) -> None:
    case = _petition(console, "CA1")
    _talk(
        console, "CA1",
        (_spoke("我要投诉"), "已登记。", "petition.lodge"),
        ("Pressed(keys='9')", "请按1到5评价。", "rating.offer"),
        ("Pressed(keys='2')", "谢谢评价。", "rating.goodbye"),
    )  # fmt: skip
    html = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}").html
    assert "请按1到5评价。" in html and "［按键 9］" in html
    assert "［按键 2］" not in html and "谢谢评价。" not in html


def test_a_case_without_a_phone_has_no_other_dealings(console: Console) -> None:
    _talk(console, "CA1", (_spoke("试用期多久"), "最长六个月。", "question.answered"))
    case = _petition(console, "CA2", contact=Contact(phone=None, channel="voice"))
    html = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}").html
    assert case.number in html and "dealings" not in html
