"""Answers as they are spoken, and what a caller can do after one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from dialogue.conversation import Frame
from dialogue.flows.question.slots import QuestionSlots
from dialogue.phrases import key_menu
from dialogue.spoken_forms import beginning_of
from knowledge_base.caveats import said_caveat
from knowledge_base.loader import Content
from knowledge_base.models import UnansweredQuestion
from knowledge_base.published import KnowledgeBase
from knowledge_base.spoken_numbers import speak_numbers
from tests.conftest import MORNING
from tests.dialogue.conftest import LANDLINE
from tests.dialogue.scenario import Citizen

MakeCitizen = Callable[..., Citizen]
TODAY = MORNING.date()
MAX_CHARACTERS = {"zh": 120, "yue": 120, "en": 420}
MAX_NAMED = {"zh": 240, "yue": 240, "en": 480}
SENTENCE_END = {"zh": r"[。！？]", "yue": r"[。！？]", "en": r"[.!?](?=\s|$)"}


@pytest.mark.parametrize("language", ["zh", "yue", "en"])
def test_every_answer_is_spoken_in_a_few_short_sentences_with_numbers_as_words(
    content: Content, language: str
) -> None:
    knowledge = KnowledgeBase(lambda: content)
    for topic in content.entries:
        answer = knowledge.find_answer(topic, "voice", language, TODAY)
        if answer is None:
            continue
        entry = content.entries[topic]
        caveat = speak_numbers(said_caveat(content.figures, entry, language, TODAY), language)
        said = answer.text.removesuffix(caveat)
        assert len(said) <= MAX_CHARACTERS[language], (topic, len(said))
        assert len(re.findall(SENTENCE_END[language], said)) <= 5, topic
        assert not re.search(r"\d", answer.text), topic


@pytest.mark.parametrize("language", ["zh", "yue", "en"])
def test_the_beginning_of_every_full_answer_ends_with_a_sentence(
    content: Content, language: str
) -> None:
    knowledge = KnowledgeBase(lambda: content)
    for topic in content.entries:
        full = knowledge.find_full(topic, language, TODAY)
        if full is None:
            continue
        notified = beginning_of(full, language)
        assert 40 <= len(notified) <= MAX_NAMED[language], (topic, len(notified))
        assert re.search(r"[。！？；.!?;]$", notified), (topic, notified[-20:])
        assert not re.search(r"\d", notified), topic


def test_every_topic_of_the_key_list_has_an_entry(content: Content) -> None:
    topics = [topic for offered in key_menu().values() for topic in offered]
    assert set(topics) <= content.entries.keys() and len(topics) == len(set(topics)) == 24


def test_a_first_sentence_without_an_end_is_cut_where_one_pauses() -> None:
    assert beginning_of("一二三四五六七八九十，" * 60, "zh").endswith("，")
    assert len(beginning_of("一" * 1000, "zh")) <= 240


def test_more_is_told_and_all_of_it_sent_by_text(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("试用期最长多久")
    heard = line.press("3")
    assert "全部内容发短信给您请按1" in heard and line.waits_for == "speech"
    line.press("1")
    (text,) = line.texts
    assert "违法约定的试用期" in text.words and "依据" in text.words


def test_a_landline_caller_gets_all_of_it_on_the_mobile_keyed_in(caller: MakeCitizen) -> None:
    line = caller(LANDLINE)
    line.call()
    line.say("试用期最长多久")
    line.press("3")
    line.press("1")
    line.press("13900139000#")
    line.press("1")
    (text,) = line.texts
    assert text.phone == "+8613900139000" and "违法约定的试用期" in text.words


@pytest.mark.parametrize(
    ("language_key", "words"),
    [("1", "第一个"), ("1", "选第一个"), ("2", "第一樣"), ("3", "the first one")],
)
def test_a_topic_is_chosen_by_saying_its_place(
    caller: MakeCitizen, language_key: str, words: str
) -> None:
    line = caller()
    line.call()
    line.press(language_key)
    line.be_silent()
    line.be_silent()
    line.press("1")
    first = line.offered[0]
    line.say(words)
    assert line.conversation.topic == first


def test_a_topic_is_chosen_by_saying_its_name(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.be_silent()
    line.be_silent()
    line.press("1")
    second = line.offered[1]
    name = line.facilities.knowledge.short_name(second, "zh")
    line.say(f"{name}。")
    assert line.conversation.topic == second


@pytest.mark.parametrize("said", ["press 4", "没答到点上"])
def test_an_answer_that_did_not_help_is_kept_and_leads_on(caller: MakeCitizen, said: str) -> None:
    line = caller()
    line.call()
    line.say("试用期最长多久")
    heard = line.say(said)
    assert "换个说法请按1" in heard
    with line.database.read() as db:
        assert [q.reason for q in db.scalars(select(UnansweredQuestion))] == ["unhelpful"]
    assert "留言" in line.press("3") and line.waits_for == "recording"


def test_an_entry_withdrawn_while_it_is_offered_is_not_offered_again(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.be_silent()
    line.be_silent()
    line.press("1")
    offered = ("no-such-topic", line.offered[0])
    *below, top = line.conversation.stack
    stack = (*below, Frame(top.state, QuestionSlots(offered=offered)))
    line.conversation = replace(line.conversation, stack=stack)
    line.be_silent()
    assert line.offered == offered[1:]
