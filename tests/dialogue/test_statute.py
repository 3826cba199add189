"""Asking for an article of a law."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Database
from core.text_segments import count_segments
from dialogue.flows.statute.slots import StatuteSlots
from knowledge_base.loader import Content
from knowledge_base.statute_files import read_statute
from knowledge_base.statutes import import_statutes
from tests.dialogue.conftest import LANDLINE
from tests.dialogue.scenario import Citizen

MakeCitizen = Callable[..., Citizen]
# Articles 39 (long) and 40 (short) are made up for the test.
ITEM = "用人单位遇到情形{}的，应当在15日内告诉劳动者并且说明理由和办法。\n"
LAW = (
    "中华人民共和国劳动合同法\n（2012年12月28日修正）\n"
    + "".join(f"第{number}条　第{number}条的话。\n" for number in range(1, 39))
    + "第39条　"
    + "".join(ITEM.format(name) for name in "甲乙丙丁戊己庚辛")
    + "第40条　（一）只有一项。\n"
)


@pytest.fixture
def law_text(database: Database, content: Content, clock: FixedClock, tmp_path: Path) -> None:
    path = tmp_path / "law.txt"
    path.write_text(LAW, encoding="utf-8")
    with database.write() as db:
        import_statutes(db, content.statutes, [read_statute(path)], clock.now())


@pytest.mark.usefixtures("law_text")
def test_a_caller_hears_the_first_part_and_gets_the_whole_by_text(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    heard = line.say("劳动合同法第三十九条说什么")
    assert "劳动合同法第三十九条说" in heard
    assert "用人单位遇到情形甲的，应当在十五日内告诉劳动者" in heard
    assert "情形辛" not in heard
    assert "整条发短信给您请按1" in heard
    line.press("1")
    (text,) = line.texts
    assert text.words.startswith("《劳动合同法》第39条：用人单位遇到情形甲")
    assert "情形辛" in text.words
    assert "answer" in line.conversation.services


@pytest.mark.usefixtures("law_text")
def test_a_caller_who_cannot_be_texted_hears_on(caller: MakeCitizen) -> None:
    line = caller(LANDLINE)
    line.call()
    assert "接着听请按1" in line.say("劳动合同法三十九条")
    heard = ""
    for _ in range(4):
        heard = line.press("1")
        if "情形辛" in heard:
            break
    assert "情形辛" in heard
    assert "接着听" not in heard
    assert line.texts == []


@pytest.mark.usefixtures("law_text")
def test_a_texter_reads_on_with_1_or_more(texter: MakeCitizen) -> None:
    thread = texter()
    first = thread.text("劳动合同法第39条")
    assert first.startswith("《劳动合同法》第39条：用人单位遇到情形甲的")
    assert "（未完，回复1看下文）" in first
    assert count_segments(first).segments <= 4
    second = thread.text("更多")
    assert "情形甲" not in second
    assert "情形辛" in second
    assert "未完" not in second


@pytest.mark.usefixtures("law_text")
def test_the_law_need_not_be_named_again(texter: MakeCitizen) -> None:
    thread = texter()
    thread.text("劳动合同法第39条")
    assert thread.text("第四十条呢").startswith("《劳动合同法》第40条：（一）只有一项。")


@pytest.mark.usefixtures("law_text")
def test_traditional_characters_and_english_are_understood(texter: MakeCitizen) -> None:
    assert "第40条：" in texter().text("勞動合同法第四十條")
    answer = texter().text("article 40 labour contract law")
    assert answer.startswith("Labour Contract Law, art. 40 (official text, in Chinese): （一）")


@pytest.mark.usefixtures("law_text")
def test_an_english_caller_hears_the_chinese_words_in_a_chinese_voice(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("3")
    line.say("What does article 40 of the labor contract law say")
    languages = [reply.language for reply in line.replies if hasattr(reply, "words")]
    assert languages == ["en", "zh", "en"]


@pytest.mark.usefixtures("law_text")
def test_the_answers_that_rest_on_the_article_are_offered(texter: MakeCitizen) -> None:
    thread = texter()
    assert "回复2看相关解答" in thread.text("劳动合同法第39条")
    offered = thread.text("2")
    assert offered.startswith("与这一条有关的解答")
    assert thread.offered
    assert thread.text("1")
    assert thread.conversation.topic in thread.facilities.knowledge.content.entries


@pytest.mark.usefixtures("law_text")
def test_an_unknown_article_is_said_and_the_nearest_offered(texter: MakeCitizen) -> None:
    thread = texter()
    answer = thread.text("劳动合同法第200条")
    assert "《劳动合同法》没有第200条，一共40条。" in answer
    assert "1 劳动合同法第40条" in answer
    assert thread.text("1").startswith("《劳动合同法》第40条：")


@pytest.mark.usefixtures("law_text")
def test_an_unknown_law_is_said_and_the_nearest_offered(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    heard = line.say("劳动合约法第三十九条")
    assert "没有找到叫劳动合约法的法律" in heard
    assert "劳动合同法第三十九条，请按1" in heard
    assert "用人单位遇到情形甲" in line.press("1")


def test_a_law_that_resembles_none_is_said_with_an_example(texter: MakeCitizen) -> None:
    answer = texter().text("火星法第3条")
    assert "没有找到叫“火星法”的法律" in answer
    assert "例如：劳动合同法第39条" in answer


def test_without_law_texts_the_answers_that_cite_the_article_are_given(
    texter: MakeCitizen,
) -> None:
    thread = texter()
    answer = thread.text("劳动合同法第19条")
    assert "我这里没有《劳动合同法》的条文原文。" in answer
    assert "与这一条有关的解答：" in answer
    assert "probation-period-length" in thread.offered
    assert "试用期" in thread.text("1")


def test_without_law_texts_and_answers_the_way_on_is_told(texter: MakeCitizen) -> None:
    answer = texter().text("工会法第50条")
    assert "也没有与这一条有关的解答" in answer
    assert "人工" in answer


def test_more_than_the_article_is_a_question_like_any_other(texter: MakeCitizen) -> None:
    thread = texter()
    thread.text("单位按劳动合同法第39条辞退我要不要给补偿")
    assert thread.conversation.place != "statute.read"
    assert not any(isinstance(f.slots, StatuteSlots) for f in thread.conversation.stack)
