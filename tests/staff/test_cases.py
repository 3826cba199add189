"""From the inbox to the answer: what a staff user does all day."""

from __future__ import annotations

import json
from typing import Any

import pytest

from casework.drafts import Recording
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import conclude_notice, store_recording
from casework.queries import get_case, newest_human_event
from casework.unreached import record_unreached
from dialogue.models import TakenTurn
from dialogue.replies import Say, replies_to_json
from outbox.models import OutgoingText
from outbox.operations import (
    TextOrder,
    ask_staff,
    ask_staff_about_case,
    enqueue_text,
    opt_out,
)
from staff.transcripts import heard_words
from tests.casework.people import a_message, a_petition
from tests.staff.conftest import BRANCH, OTHER_BRANCH, SOUND, Console


def lodge_message(console: Console, step: str = "m1", **fields: Any) -> Case:
    services = console.services
    with services.database.write() as db:
        return a_message(db, services.case_services, services.clock.now(), step, **fields)


def lodge_petition(console: Console, step: str = "p1", **fields: Any) -> Case:
    services = console.services
    with services.database.write() as db:
        return a_petition(db, services.case_services, services.clock.now(), step, **fields)


def _newest(console: Console, number: str) -> int:
    with console.services.database.read() as db:
        return newest_human_event(db, get_case(db, number))


def test_an_agent_answers_a_message_and_a_supervisor_closes_it(console: Console) -> None:
    case = lodge_message(console)
    agent = console.sign_in_as("agent")
    assert case.number in agent.open("/staff/cases").words
    page = agent.open(f"/staff/cases/{case.number}")
    assert "请回电话给我" in page.words
    page = agent.send(
        f"/staff/cases/{case.number}/moves/answer", text="周五前付清。", means="text",
        seen=_newest(console, case.number),
    )  # fmt: skip
    assert page.status == 200 and "已记录：答复。" in page.words
    with console.services.database.read() as db:
        assert [notice.text_key for notice in list_waiting_notices(db)] == [
            "notice.citizen_answered"
        ]
    supervisor = console.sign_in_as("supervisor")
    supervisor.open(f"/staff/cases/{case.number}")
    page = supervisor.send(f"/staff/cases/{case.number}/moves/close")
    assert "已办结" in page.words
    with console.services.database.read() as db:
        assert get_case(db, case.number).state == "closed"


def test_a_case_that_was_not_answered_is_not_closed(console: Console) -> None:
    case = lodge_message(console)
    supervisor = console.sign_in_as("supervisor")
    supervisor.open(f"/staff/cases/{case.number}")
    page = supervisor.send(f"/staff/cases/{case.number}/moves/close")
    assert page.status == 409 and "还没有答复市民，不能办结" in page.words


def test_what_was_typed_is_kept_when_somebody_else_was_quicker(console: Console) -> None:
    case = lodge_message(console)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{case.number}")
    seen = _newest(console, case.number)
    answer = f"/staff/cases/{case.number}/moves/answer"
    agent.send(answer, text="第一个答复", means="text", seen=seen)
    page = agent.send(answer, text="第二个答复", means="text", seen=seen)
    assert page.status == 409
    assert "别的同事刚刚更新了本件" in page.words and "第二个答复</textarea>" in page.html


def test_an_officer_sees_the_cases_of_the_own_office_only(console: Console) -> None:
    case = lodge_petition(console)
    near = console.sign_in_as("officer", BRANCH)
    assert near.open(f"/staff/cases/{case.number}").status == 200
    far = console.sign_in_as("office_head", OTHER_BRANCH)
    assert case.number not in far.open("/staff/cases").words
    for page in (far.open(f"/staff/cases/{case.number}"), far.search(case.number)):
        assert "东莞市鸿达电子有限公司" not in page.words
    assert far.open(f"/staff/cases/{case.number}").status == 404
    assert far.send(f"/staff/cases/{case.number}/moves/accept").status == 404


def test_a_case_is_found_by_number_phone_and_employer(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    assert officer.search(case.number[2:]).path.endswith(case.number)
    for words in ("13800138000", "东莞市鸿达电子有限公司"):
        assert case.number in officer.search(words).words
    assert "没有符合条件的诉求" in officer.search("没有这家厂").words


def test_the_phone_is_masked_until_it_is_asked_for_and_that_is_kept(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.open(f"/staff/cases/{case.number}")
    assert "13800138000" not in page.html
    assert "+8613800138000" in officer.send(f"/staff/cases/{case.number}/phone").html
    supervisor = console.sign_in_as("supervisor")
    assert "查看号码" in supervisor.open("/staff/audit").words


def _with_recording(console: Console) -> tuple[Case, int]:
    recording = Recording(provider_sid="RE1", seconds=7)
    case = lodge_message(console, "m2", text=None, recording=recording)
    with console.services.database.write() as db:
        (attachment,) = get_case(db, case.number).attachments
        store_recording(
            db, attachment, storage_path="there", sha256="0" * 64, size_bytes=len(SOUND),
            content_type="audio/x-wav",
        )  # fmt: skip
        return case, attachment.id


def test_a_recording_is_played_in_parts_by_those_who_see_its_case(console: Console) -> None:
    case, attachment_id = _with_recording(console)
    agent = console.sign_in_as("agent")
    path = f"/staff/recordings/{attachment_id}"
    assert path in agent.open(f"/staff/cases/{case.number}").html
    whole = agent.open(path).response
    assert (whole.data, whole.mimetype) == (SOUND, "audio/wav")
    part = agent.open(path, Range="bytes=4-9").response
    assert (part.status_code, part.data) == (206, SOUND[4:10])
    assert part.headers["Content-Range"] == f"bytes 4-9/{len(SOUND)}"
    assert console.sign_in_as("officer", OTHER_BRANCH).open(path).status == 404
    assert console.open().open(path).path == "/staff/sign-in"


def test_the_length_of_an_answer_is_told_before_it_is_sent(console: Console) -> None:
    case = lodge_message(console)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{case.number}")
    page = agent.send(f"/staff/cases/{case.number}/length", text="请带身份证。")
    assert "短信共1段" in page.words and "12333答复您的诉求" in page.words
    page = agent.send(f"/staff/cases/{case.number}/length", text="请带身份证。" * 60)
    assert "分2条发出" in page.words


def test_the_record_of_a_case_is_shown_with_its_clocks_and_their_law(console: Console) -> None:
    case = lodge_petition(console, known_on=None)
    page = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}")
    for words in ("老板拖欠三个月工资", "受理", "《信访工作条例》第22条", "本地规定"):
        assert words in page.words
    english = console.sign_in_as("office_head", BRANCH)
    english.open("/staff/cases")
    english.send("/staff/language", language="en", next=f"/staff/cases/{case.number}")
    page = english.open(f"/staff/cases/{case.number}")
    assert "Time limits" in page.words and 'lang="en"' in page.html


def test_an_agent_registers_a_case_from_the_counter(console: Console) -> None:
    agent = console.sign_in_as("agent")
    agent.open("/staff/new-case")
    page = agent.send("/staff/new-case", issue="", office=BRANCH)
    assert page.status == 422 and "请写明反映的情况" in page.words
    page = agent.send("/staff/new-case", issue="厂里欠薪", phone="12", office=BRANCH)
    assert (
        page.status == 422 and "电话号码不对" in page.words and "厂里欠薪</textarea>" in page.html
    )
    page = agent.send("/staff/new-case", issue="厂里欠薪", phone="13800138000", office=BRANCH)
    assert page.status == 200 and "内部登记" in page.words and "厂里欠薪" in page.words


def test_a_case_is_registered_only_at_an_office_within_reach(console: Console) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    officer.open("/staff/new-case")
    assert officer.send("/staff/new-case", issue="厂里欠薪", office=OTHER_BRANCH).status == 422
    assert officer.send("/staff/new-case", issue="厂里欠薪", office=BRANCH).status == 200


def test_a_head_keeps_ready_answers_that_are_offered_on_the_case(console: Console) -> None:
    case = lodge_petition(console)
    head = console.sign_in_as("office_head", BRANCH)
    head.open("/staff/replies")
    page = head.send("/staff/replies", title="", body="x", language="zh")
    assert page.status == 422 and "名称为1到120个字" in page.words
    head.send("/staff/replies", title="带材料", body="请为{number}带材料。", language="zh")
    head.send(f"/staff/cases/{case.number}/moves/accept")
    assert f"请为{case.number}带材料。" in head.open(f"/staff/cases/{case.number}").html
    head.open("/staff/replies")
    head.send("/staff/replies/1/retire")
    assert "还没有常用答复" in head.open("/staff/replies").words


def test_the_transcript_is_shown_masked(console: Console) -> None:
    case = lodge_message(console)
    with console.services.database.write() as db:
        db.add(
            TakenTurn(
                conversation_id="call-1", number=1, request_key="call-1/1", channel="voice",
                step="message.record", state="{}", taken_at=console.services.clock.now(),
                heard="Spoke(words='我叫王小明，电话13800138000', confidence=None)",
                replies=json.dumps(replies_to_json([Say("请留言。", "zh")])),
            )
        )  # fmt: skip
    page = console.sign_in_as("agent").open(f"/staff/cases/{case.number}")
    assert "[姓名]" in page.words and "请留言。" in page.words
    assert "13800138000" not in page.html


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ("Spoke(words='欠薪', confidence=0.9)", "欠薪"),
        ('Texted(words="it\'s late", attachments=0)', "it's late"),
        ("Arrived()", ""),
        ("__import__('os').system('true')", ""),
        ("Spoke(words=open('x'))", ""),
        ("not python at all(", ""),
    ],
)
def test_a_stored_input_is_read_without_being_run(heard: str, words: str) -> None:
    assert heard_words(heard) == words


def test_a_text_that_did_not_arrive_is_a_call_to_make(console: Console) -> None:
    case = lodge_message(console)
    services = console.services
    with services.database.write() as db:
        order = TextOrder(
            phone="+8613800138000", phone_key="k", words="答复", kind="case_answer",
            language="zh", key="k1", case_number=case.number,
        )  # fmt: skip
        text = db.get_one(OutgoingText, enqueue_text(db, order, services.clock.now()))
        text.state = "undelivered"
        ask_staff(db, text, "undelivered", services.clock.now())
    agent = console.sign_in_as("agent")
    assert "✕ 未送达" in agent.open(f"/staff/cases/{case.number}").words
    assert case.number in agent.open("/staff/tasks").words
    assert console.sign_in_as("officer", OTHER_BRANCH).send("/staff/tasks/1/done").status == 404
    agent.open("/staff/tasks")
    assert "没有待办电话" in agent.send("/staff/tasks/1/done", back="tasks").words


def test_a_notice_to_an_opted_out_number_is_a_call_or_letter_in_the_inbox(
    console: Console,
) -> None:
    case = lodge_message(console)
    services = console.services
    with services.database.write() as db:
        key = services.case_services.vault.keyed_hash("+8613800138000")
        opt_out(db, key, services.clock.now())
        order = TextOrder(
            phone="+8613800138000", phone_key=key, words="答复", kind="case_answer",
            language="zh", key="k1", case_number=case.number,
        )  # fmt: skip
        assert enqueue_text(db, order, services.clock.now()) is None
    record_unreached(services.database, services.case_services, services.clock.now())
    agent = console.sign_in_as("agent")
    assert "须电话或信函告知" in agent.open("/staff/cases").words
    page = agent.open(f"/staff/cases/{case.number}")
    assert "短信不能送达，必须电话或信函告知" in page.words
    page = agent.send("/staff/tasks/1/done", means="letter")
    assert "告知市民" in page.words and "信函" in page.words
    assert "须电话或信函告知" not in agent.open("/staff/cases").words


def test_a_recording_that_could_not_be_fetched_is_a_call_to_make(console: Console) -> None:
    case = lodge_message(console)
    services = console.services
    with services.database.write() as db:
        now = services.clock.now()
        assert ask_staff_about_case(db, case.number, "recording_lost", now)
        assert not ask_staff_about_case(db, case.number, "recording_lost", now)
    agent = console.sign_in_as("agent")
    listed = agent.open("/staff/tasks").words
    assert case.number in listed and "录音没有取到" in listed
    assert "录音没有取到" in agent.open(f"/staff/cases/{case.number}").words
    agent.open("/staff/tasks")
    assert "没有待办电话" in agent.send("/staff/tasks/1/done", back="tasks").words


def test_the_text_of_an_answer_shows_its_delivery_at_the_answer(console: Console) -> None:
    case = lodge_message(console)
    services = console.services
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{case.number}")
    page = agent.send(f"/staff/cases/{case.number}/moves/answer", text="好的。", means="text")
    assert "有短信等待发出" in page.words
    with services.database.write() as db:
        order = TextOrder(
            phone="+8613800138000", phone_key="k", words="答复", kind="case_answer",
            language="zh", key="k1", case_number=case.number,
        )  # fmt: skip
        text = db.get_one(OutgoingText, enqueue_text(db, order, services.clock.now()))
        text.state, text.delivered_at = "delivered", services.clock.now()
        (notice,) = list_waiting_notices(db)
        conclude_notice(
            db, services.case_services, notice, services.clock.now(), text_id=str(text.id)
        )
    page = agent.open(f"/staff/cases/{case.number}")
    answer = page.html.split('<li class="us answered">')[1].split("</li>")[0]
    assert "✓ 已送达" in answer and "有短信等待发出" not in page.words
