"""The Rasa engine against a server that speaks as Rasa does, and the data written for Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from core.clock import FixedClock
from nlu.embedded.engine import EmbeddedEngine
from nlu.interpretation import Intent
from nlu.rasa_engine import CircuitBreaker, RasaEngine
from nlu.rasa_export import export_rasa
from nlu.training import TrainingTopic, load_background, load_intents
from tests.nlu.rasa_double import RasaDouble, serve_double


@pytest.fixture
def rasa() -> Iterator[RasaDouble]:
    with serve_double() as double:
        yield double


@pytest.fixture
def engine_of_rasa(rasa: RasaDouble, engine: EmbeddedEngine, clock: FixedClock) -> RasaEngine:
    return RasaEngine(rasa.url, engine, clock, time_limit=2.0)


def test_a_question_is_asked_in_one_spelling_and_read_from_the_ranking(
    rasa: RasaDouble, engine_of_rasa: RasaEngine
) -> None:
    rasa.ranks(("ask_overtime-pay-rates", 0.8), ("act_complaint", 0.1), ("ask_x", 0.05))
    found = engine_of_rasa.interpret("加班費點計呀？")
    assert rasa.asked == [{"text": "加班费怎么算呀"}]
    assert (found.intent, found.topic) == (Intent.QUESTION, "overtime-pay-rates")
    # Nine tenths of what is no complaint, as long as no curve says otherwise.
    assert found.confidence == pytest.approx(0.8 / 0.9)
    assert [c.topic for c in found.candidates] == ["overtime-pay-rates", "x"]
    assert found.language == "yue"
    assert engine_of_rasa.counters.answered == 1


def test_out_of_scope_has_no_topic(rasa: RasaDouble, engine_of_rasa: RasaEngine) -> None:
    rasa.ranks(("out_of_scope", 0.7), ("ask_x", 0.2))
    found = engine_of_rasa.interpret("明天下雨吗")
    assert (found.intent, found.topic) == (Intent.QUESTION, None)


def test_an_act_is_read_from_its_intent(rasa: RasaDouble, engine_of_rasa: RasaEngine) -> None:
    rasa.ranks(("act_complaint", 0.6), ("ask_x", 0.3))
    found = engine_of_rasa.interpret("我们老板太黑了,在大朗,请你们查处")
    assert (found.intent, found.topic, found.entities.town) == (Intent.COMPLAINT, "x", "dalang")


def test_wages_in_cantonese_are_no_wish_for_a_person(
    rasa: RasaDouble, engine_of_rasa: RasaEngine
) -> None:
    rasa.ranks(("act_person", 0.9), ("ask_x", 0.05))
    assert engine_of_rasa.interpret("老細拖咗我兩個月人工").intent is Intent.COMPLAINT
    assert engine_of_rasa.interpret("帮我转一下人工客服").intent is Intent.PERSON


def test_a_broader_topic_leads(rasa: RasaDouble, engine: EmbeddedEngine, clock: FixedClock) -> None:
    rasa.ranks(("ask_narrow", 0.5), ("ask_broad", 0.2))
    found = RasaEngine(rasa.url, engine, clock, {"narrow": "broad"}).interpret("几级")
    assert [c.topic for c in found.candidates] == ["broad", "narrow"]


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"{}"), (200, b"<html>"), (200, b"{}"), (200, b"[]")]
)
def test_a_failing_server_leaves_the_message_to_the_embedded_engine(
    rasa: RasaDouble, engine_of_rasa: RasaEngine, status: int, body: bytes
) -> None:
    rasa.status, rasa.body = status, body
    assert engine_of_rasa.interpret("试用期最长多久").topic == "probation-period-length"
    assert engine_of_rasa.counters.failed == 1


def test_a_server_that_is_too_slow_leaves_the_message_to_the_embedded_engine(
    rasa: RasaDouble, engine: EmbeddedEngine, clock: FixedClock
) -> None:
    rasa.ranks(("ask_x", 0.9))
    rasa.speaks.clear()
    hurried = RasaEngine(rasa.url, engine, clock, time_limit=0.05)
    assert hurried.interpret("试用期最长多久").topic == "probation-period-length"
    rasa.speaks.set()
    assert hurried.counters.failed == 1


def test_no_server_at_all_leaves_the_message_to_the_embedded_engine(
    engine: EmbeddedEngine, clock: FixedClock
) -> None:
    lonely = RasaEngine("http://127.0.0.1:1", engine, clock)
    assert lonely.interpret("试用期最长多久").topic == "probation-period-length"


def test_the_circuit_opens_after_failures_and_tries_again_after_a_rest(
    rasa: RasaDouble, engine: EmbeddedEngine, clock: FixedClock
) -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures_allowed=2, rest_seconds=30, seconds=lambda: now[0])
    engine_of_rasa = RasaEngine(rasa.url, engine, clock, time_limit=2.0, breaker=breaker)
    rasa.status = 503
    for _ in range(4):
        engine_of_rasa.interpret("试用期")
    assert (engine_of_rasa.counters.failed, engine_of_rasa.counters.skipped) == (2, 2)
    now[0] = 31.0
    rasa.ranks(("ask_x", 0.9))
    assert engine_of_rasa.interpret("试用期").topic == "x"
    assert engine_of_rasa.interpret("试用期").topic == "x"


def test_a_keyword_needs_no_server_to_be_right(
    rasa: RasaDouble, engine_of_rasa: RasaEngine
) -> None:
    rasa.ranks(("ask_x", 0.9))
    assert engine_of_rasa.interpret("STOP").intent is Intent.OPT_OUT


def test_the_export_is_a_rasa_project(topics: tuple[TrainingTopic, ...], tmp_path: Path) -> None:
    count = export_rasa(topics, load_intents(), load_background(), tmp_path)
    data = yaml.safe_load((tmp_path / "data" / "nlu.yml").read_text(encoding="utf-8"))
    domain = yaml.safe_load((tmp_path / "domain.yml").read_text(encoding="utf-8"))
    names = [row["intent"] for row in data["nlu"]]
    assert names == domain["intents"]
    assert {"ask_probation-period-length", "act_complaint", "out_of_scope"} <= set(names)
    lines = [line for row in data["nlu"] for line in row["examples"].splitlines()]
    assert len(lines) == count
    assert all(line.startswith("- ") and len(line) > 2 for line in lines)
