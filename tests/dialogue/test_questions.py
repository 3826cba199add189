"""Asking a question, by phone and by text."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from core.text_segments import count_segments
from knowledge_base.models import AnswerReceipt, UnansweredQuestion
from tests.dialogue.conftest import LANDLINE
from tests.dialogue.scenario import Citizen

MakeCitizen = Callable[..., Citizen]


def test_a_caller_is_greeted_with_the_recording_notice_and_the_languages(
    caller: MakeCitizen,
) -> None:
    line = caller()
    heard = line.call()
    assert "录音" in heard and "广东话请按2" in heard and "press 3" in heard
    assert line.waits_for == "speech"


def test_a_caller_hears_an_answer_and_gets_it_by_text_with_its_law(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    heard = line.say("老板拖欠工资三个月怎么办")
    assert line.conversation.topic == "wage-arrears-what-to-do"
    assert "发短信给您请按1" in heard
    assert not any(character.isdigit() for character in heard.split("\n")[0])
    line.press("1")
    (text,) = line.texts
    assert text.kind == "answer" and text.phone == line.conversation.phone
    assert "《" in text.words and "第" in text.words
    assert count_segments(text.words).segments <= 4


def test_an_answer_leaves_a_receipt(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("试用期最长多久")
    with line.database.read() as db:
        (receipt,) = db.scalars(select(AnswerReceipt)).all()
    assert receipt.topic == "probation-period-length"
    assert receipt.entry_version == line.facilities.knowledge.content.entries[receipt.topic].version
    assert receipt.citations == ["labour-contract-law#19", "labour-contract-law#83"]


def test_a_caller_chooses_cantonese_or_english_by_key(caller: MakeCitizen) -> None:
    cantonese = caller()
    cantonese.call()
    assert "請講" in cantonese.press("2")
    english = caller(sid="CA2")
    english.call()
    assert english.press("3") == "Please say your question."
    assert "Press 1 to get this by text" in english.say("How long can probation last?")


def test_unsure_speech_is_read_back_before_it_is_acted_on(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    assert "您是说：试用期最长多久" in line.say("试用期最长多久", confidence=0.2)
    assert line.conversation.topic is None
    line.press("1")
    assert line.conversation.topic == "probation-period-length"


def test_silence_leads_over_slower_repetition_and_keys_to_a_message(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.be_silent()
    assert line.replies[0].slowly  # type: ignore[union-attr]
    assert "工资按1" in line.be_silent()
    assert "留言请按1" in line.be_silent() or line.conversation.place == "message.offer"
    line.be_silent()
    assert line.waits_for == "nothing" and line.conversation.is_over


def test_keys_lead_to_topics_by_name(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.be_silent()
    line.be_silent()
    heard = line.press("1")
    assert "请按1" in heard and "请按3" in heard
    line.press("2")
    assert line.conversation.place == "answer.given"


def test_a_landline_caller_keys_in_a_mobile_number_for_the_text(caller: MakeCitizen) -> None:
    line = caller(LANDLINE)
    line.call()
    line.say("老板拖欠工资三个月怎么办")
    assert "请输入接收短信的手机号" in line.press("1")
    assert "1 3 9 0 0 1 3 9 0 0 0" in line.press("13900139000#")
    line.press("1")
    assert [text.phone for text in line.texts] == ["+8613900139000"]


def test_what_is_not_about_labour_is_passed_on_and_kept_masked(texter: MakeCitizen) -> None:
    thread = texter()
    read = thread.text("今天天气怎么样，我的电话13812345678")
    assert "没有经过核实的答案" in read and "留言" in read
    with thread.database.read() as db:
        (question,) = db.scalars(select(UnansweredQuestion)).all()
    assert "13812345678" not in question.masked_words


def test_a_texter_gets_the_answer_then_the_details_with_1(texter: MakeCitizen) -> None:
    thread = texter()
    read = thread.text("试用期最长多久")
    assert "依据：《劳动合同法》第19条" in read and "回复1详情" in read
    assert "违法约定的试用期" in thread.text("1")


def test_an_english_texter_is_answered_in_english(texter: MakeCitizen) -> None:
    read = texter().text("How long can probation last for a one year contract?")
    assert "Legal basis: Labour Contract Law" in read


def test_not_helpful_is_kept_for_the_editors_and_leads_on(texter: MakeCitizen) -> None:
    thread = texter()
    thread.text("试用期最长多久")
    assert "换个说法" in thread.text("2")
    with thread.database.read() as db:
        assert [q.reason for q in db.scalars(select(UnansweredQuestion))] == ["unhelpful"]
