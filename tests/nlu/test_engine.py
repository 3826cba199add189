"""What the embedded engine understands after learning a few topics."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import FixedClock
from nlu.decision import Outcome, decide
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.features import count_features
from nlu.embedded.model_folder import content_hash
from nlu.embedded.storage import open_engine
from nlu.interpretation import Intent
from nlu.training import TrainingTopic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("试用期最长可以是多久", "probation-period-length"),
        ("老板拖欠工资三个月怎么办", "wage-arrears-what-to-do"),
        ("老闆拖欠工資點算", "wage-arrears-what-to-do"),
        ("嗯我想问一下就是说周末加班费怎么算", "overtime-pay-rates"),
        ("上班摔倒骨折属于公伤吗", "work-injury-recognition"),
        ("How is overtime paid?", "overtime-pay-rates"),
        ("how long can the probation be", "probation-period-length"),
    ],
)
def test_questions_find_their_topic(engine: EmbeddedEngine, text: str, topic: str) -> None:
    found = engine.interpret(text)
    assert found.topic == topic
    assert decide(found).outcome is Outcome.ANSWER
    assert found.candidates[0].topic == topic
    assert 0.0 < found.confidence <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "今天天气怎么样",
        "离婚以后孩子归谁抚养",
        "What is the weather like today?",
        "红烧肉怎么做",
        "",
    ],
)
def test_other_questions_find_none(engine: EmbeddedEngine, text: str) -> None:
    found = engine.interpret(text)
    assert found.topic is None
    assert found.confidence == 0.0


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("我要告我老板拖欠工资", Outcome.PETITION),
        ("尊敬的领导,我厂拖欠工资四个月,请求有关部门尽快处理", Outcome.PETITION),
        ("我上个月的投诉处理到哪一步了", Outcome.STATUS),
        ("你给我转个真人来", Outcome.AGENT),
        ("没人的话我想留言", Outcome.MESSAGE),
        ("不要再给我发短信了", Outcome.OPT_OUT),
        ("谢谢你啊再见", Outcome.CHAT),
        ("I want to speak to a human being", Outcome.AGENT),
    ],
)
def test_acts_are_told_apart(engine: EmbeddedEngine, text: str, outcome: Outcome) -> None:
    assert decide(engine.interpret(text)).outcome is outcome


@pytest.mark.parametrize(
    "text",
    [
        "厂里压着我两个月的工资，问主管就说老板没签字，这样合法吗？请劳动部门查一下这家鞋厂，"
        "工资条和打卡记录我都留着，一共九千六。",
        "凭什么加班没有加班费？要求公司补发，车间四十个人天天做到十点，工资表上一分钱都没有多。",
        "We worked every Sunday without pay, is this normal? Make them pay us the overtime.",
    ],
)
def test_who_asks_in_anger_but_wants_something_done_begins_a_petition(
    engine: EmbeddedEngine, text: str
) -> None:
    assert engine.interpret(text).intent is Intent.COMPLAINT


def test_a_long_complaint_about_something_else_begins_no_petition(engine: EmbeddedEngine) -> None:
    elsewhere = (
        "我家楼上的邻居装修把水管挖断了，天花板全部泡坏，找物业说不归他们管，找开发商也没有人理，"
        "请求有关部门尽快出面处理，赔偿我家的家具和地板。"
    )
    assert decide(engine.interpret(elsewhere)).outcome is Outcome.NONE
    assert decide(engine.interpret("我要投诉")).outcome is Outcome.PETITION


def test_a_number_alone_does_not_decide_the_topic_of_an_english_question() -> None:
    counted = count_features("forced to work 14 hours every day")
    assert not counted["characters"]
    assert "14" in counted["words"]
    assert "14" in count_features("每天 14 小时")["characters"]


def test_a_complaint_keeps_the_topic_whose_answer_can_be_offered(engine: EmbeddedEngine) -> None:
    found = engine.interpret("我要投诉老板拖欠工资三个月不给")
    assert found.intent is Intent.COMPLAINT
    assert decide(found).topic == "wage-arrears-what-to-do"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("人工", Intent.PERSON),
        ("轉人工！", Intent.PERSON),
        ("ＳＴＯＰ", Intent.OPT_OUT),
        ("td", Intent.OPT_OUT),
        ("【退订】", Intent.OPT_OUT),
        ("更多", Intent.MORE),
        ("START", Intent.OPT_IN),
        ("帮助", Intent.HELP),
        ("投诉", Intent.COMPLAINT),
        ("查询 DG202611230001 7", Intent.PROGRESS),
        ("dg2026112300017", Intent.PROGRESS),
    ],
)
def test_a_keyword_wins_over_the_classifier(
    engine: EmbeddedEngine, text: str, intent: Intent
) -> None:
    found = engine.interpret(text)
    assert (found.intent, found.intent_confidence) == (intent, 1.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("老細唔出糧點算", "yue"),
        ("老板不发工资怎么办", "zh"),
        ("unpaid wages", "en"),
        ("没有OT费", "zh"),
    ],
)
def test_the_language_is_read_from_the_text(
    engine: EmbeddedEngine, text: str, language: str
) -> None:
    assert engine.interpret(text).language == language


def test_a_known_language_is_kept(engine: EmbeddedEngine) -> None:
    assert engine.interpret("试用期多久", language="yue").language == "yue"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=300))
def test_no_text_breaks_it(engine: EmbeddedEngine, text: str) -> None:
    found = engine.interpret(text)
    assert len(found.candidates) <= 5
    assert all(0.0 <= c.confidence <= 1.0 for c in found.candidates)


def test_a_stored_engine_reads_as_the_trained_one(
    topics: tuple[TrainingTopic, ...], clock: FixedClock, tmp_path: Path
) -> None:
    trained = open_engine(topics, tmp_path, clock)
    loaded = open_engine(topics, tmp_path, clock)
    for text in ("试用期多久", "我要投诉公司", "How is overtime paid?", "DG2026112300017"):
        assert loaded.interpret(text) == trained.interpret(text)
    assert len(list(tmp_path.glob("embedded-*"))) == 1


def test_the_hash_follows_the_samples(topics: tuple[TrainingTopic, ...]) -> None:
    assert content_hash(topics) == content_hash(tuple(reversed(topics)))
    assert content_hash(topics) != content_hash(topics[1:])
