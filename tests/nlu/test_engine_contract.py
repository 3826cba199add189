"""What every engine promises, run over the embedded one and over a real Rasa server."""

from __future__ import annotations

import pytest

from core.clock import FixedClock
from nlu.decision import Outcome, decide
from nlu.engine import NluEngine
from nlu.interpretation import MAX_CANDIDATES, Intent
from nlu.rasa_engine import RasaEngine
from tests.nlu.conftest import ServedRasa

SILENT_LIMIT_SECONDS = 10.0


@pytest.fixture(params=["embedded", pytest.param("rasa", marks=pytest.mark.rasa)])
def any_engine(request: pytest.FixtureRequest, nlu: NluEngine, clock: FixedClock) -> NluEngine:
    if request.param == "embedded":
        return nlu
    served: ServedRasa = request.getfixturevalue("served_rasa")
    return RasaEngine(
        served.url,
        nlu,
        clock,
        calibration=served.calibration,
        time_limit=SILENT_LIMIT_SECONDS,
    )


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("试用期最长可以约定多久", "probation-period-length"),
        ("老板拖欠工资三个月怎么办", "wage-arrears-what-to-do"),
    ],
)
def test_a_plain_question_finds_its_topic(any_engine: NluEngine, text: str, topic: str) -> None:
    found = any_engine.interpret(text)
    assert (found.intent, found.topic) == (Intent.QUESTION, topic)
    assert found.candidates[0].topic == topic


@pytest.mark.parametrize("text", ["离婚以后孩子归谁抚养", "手写的遗嘱算不算数"])
def test_another_law_is_not_answered(any_engine: NluEngine, text: str) -> None:
    assert decide(any_engine.interpret(text)).outcome is not Outcome.ANSWER


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("人工", Intent.PERSON),
        ("退订", Intent.OPT_OUT),
        ("我要投诉公司", Intent.COMPLAINT),
        ("DG202611230001 7", Intent.PROGRESS),
    ],
)
def test_acts_are_the_same(any_engine: NluEngine, text: str, intent: Intent) -> None:
    assert any_engine.interpret(text).intent is intent


@pytest.mark.parametrize(
    "text", ["老細拖咗我兩個月人工", "公司欠咗人工唔出", "人工被老板拖欠三个月", "五个人"]
)
def test_who_tells_of_wages_or_numbers_asks_for_nobody(any_engine: NluEngine, text: str) -> None:
    assert any_engine.interpret(text).intent is not Intent.PERSON


@pytest.mark.parametrize("text", ["老板拖欠工资 是先投诉还是先仲裁", "欠薪该投诉还是仲裁"])
def test_who_asks_which_remedy_to_take_takes_none_yet(any_engine: NluEngine, text: str) -> None:
    assert any_engine.interpret(text).intent is Intent.QUESTION


@pytest.mark.parametrize("text", ["帮我转一下人工客服", "我想同人工傾下"])
def test_who_asks_for_a_person_gets_one(any_engine: NluEngine, text: str) -> None:
    assert any_engine.interpret(text).intent is Intent.PERSON


@pytest.mark.parametrize("text", ["", " ", "？？", "🙂", "a" * 3000, "[x](y)"])
def test_any_text_gives_a_sound_interpretation(any_engine: NluEngine, text: str) -> None:
    found = any_engine.interpret(text)
    confidences = [candidate.confidence for candidate in found.candidates]
    assert len(confidences) <= MAX_CANDIDATES
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 <= confidence <= 1.0 for confidence in confidences)
    assert (found.topic is None) == (found.confidence == 0.0)


def test_entities_and_language_are_the_same(any_engine: NluEngine) -> None:
    found = any_engine.interpret("我喺大朗返工,老細爭我八千蚊")
    assert (found.language, found.entities.town) == ("yue", "dalang")


def test_the_server_really_answers(any_engine: NluEngine) -> None:
    any_engine.interpret("工资没发")
    if isinstance(any_engine, RasaEngine):
        assert any_engine.counters.answered == 1
