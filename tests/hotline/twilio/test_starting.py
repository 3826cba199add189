"""A call that comes while the questions are still being learnt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from dialogue.services import Facilities
from hotline.twilio.failures import starting_words
from nlu.engine import NluEngine
from nlu.loaded_engine import LoadedEngine, ModelSource
from tests.hotline.conftest import Twilio

STARTING = starting_words("zh").words


@pytest.fixture
def learnt() -> list[NluEngine]:
    """Empty until the learner is ready."""
    return []


@pytest.fixture
def engine(learnt: list[NluEngine]) -> LoadedEngine:
    return LoadedEngine(ModelSource(lambda: "m", lambda _name: next(iter(learnt), None)))


@pytest.fixture
def twilio(
    make_twilio: Callable[..., Twilio],
    make_facilities: Callable[..., Facilities],
    engine: LoadedEngine,
) -> Twilio:
    return make_twilio(
        facilities=replace(make_facilities(), nlu=engine),
        can_understand=lambda: engine.state.can_answer,
    )


def test_the_caller_hears_so_at_once_and_is_answered_when_the_engine_is_there(
    twilio: Twilio, learnt: list[NluEngine], nlu: NluEngine, engine: LoadedEngine
) -> None:
    assert twilio.call().words.startswith(STARTING)
    begun = time.monotonic()
    heard = twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    assert time.monotonic() - begun < 1
    assert heard.words.startswith(STARTING)
    assert heard.attribute("Gather", "action").endswith("/voice/turn?turn=1")
    assert heard.attribute("Gather", "input") == "dtmf speech"
    learnt.append(nlu)
    assert "试用期" in twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9").words
    assert engine.state.can_answer
    assert STARTING not in twilio.call("CA2").words


def test_keys_reach_a_message_and_a_person_meanwhile(twilio: Twilio) -> None:
    twilio.call()
    twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    assert twilio.turn(1, Digits="9").has("Record")
    twilio.call("CA2")
    twilio.turn(1, "CA2", SpeechResult="我要投诉", Confidence="0.9")
    # What the whole message commands needs no engine.
    reached = twilio.turn(2, "CA2", Digits="0")
    assert reached.has("Dial") or reached.has("Enqueue")


def test_silence_goes_on_as_ever(twilio: Twilio) -> None:
    twilio.call()
    twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    assert twilio.turn(1).has("Gather")


@pytest.mark.parametrize(("key", "language"), [("2", "yue"), ("3", "en")])
def test_it_is_said_in_the_language_of_the_call(twilio: Twilio, key: str, language: str) -> None:
    twilio.call()
    twilio.turn(1, Digits=key)
    heard = twilio.turn(2, SpeechResult="overtime", Confidence="0.9")
    assert heard.words.startswith(starting_words(language).words)
