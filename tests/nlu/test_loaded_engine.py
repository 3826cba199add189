"""A process serves with the newest model that there is, and says honestly when there is none."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from nlu.engine import NluEngine
from nlu.interpretation import Intent, Interpretation, Language
from nlu.loaded_engine import EngineNotReadyError, EngineState, LoadedEngine, ModelSource


@dataclass(frozen=True)
class Named:
    """An engine that finds the topic of its own name."""

    name: str

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        return Interpretation(Intent.QUESTION, 1.0, self.name, 1.0, (), language or "zh")


@dataclass
class Learner:
    """Models that a learner has made; ``broken`` ones cannot be loaded."""

    wanted: str = "first"
    last: str = ""
    made: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    loads: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def load(self, name: str) -> NluEngine | None:
        if name in self.broken:
            self.loads.append(name)
            raise OSError("input/output error")
        return Named(name) if name in self.made else None

    def engine(self) -> LoadedEngine:
        source = ModelSource(lambda: self.wanted, self.load, lambda: self.last)
        return LoadedEngine(source, lambda: self.seconds)


@pytest.fixture
def learner() -> Learner:
    return Learner()


def test_without_a_model_it_says_so_at_once(learner: Learner) -> None:
    engine = learner.engine()
    begun = time.monotonic()
    with pytest.raises(EngineNotReadyError):
        engine.interpret("试用期多久")
    assert time.monotonic() - begun < 0.5
    assert engine.state is EngineState.LEARNING and not engine.state.can_answer


def test_a_question_finds_the_model_that_was_made_a_moment_ago(learner: Learner) -> None:
    engine = learner.engine()
    engine.look()
    learner.made.add("first")
    assert engine.interpret("试用期多久").topic == "first"
    assert engine.state is EngineState.READY


def test_the_last_model_answers_while_a_newer_is_learnt(learner: Learner) -> None:
    learner.made.add("first")
    engine = learner.engine()
    engine.look()
    learner.wanted = "second"
    assert not engine.look()
    assert engine.state is EngineState.RENEWING
    assert engine.interpret("试用期多久").topic == "first"
    learner.made.add("second")
    assert engine.look()
    assert engine.interpret("试用期多久").topic == "second"
    assert engine.state is EngineState.READY


def test_a_process_that_starts_meanwhile_begins_with_the_last_model(learner: Learner) -> None:
    learner.made.add("first")
    learner.wanted, learner.last = "second", "first"
    engine = learner.engine()
    assert engine.interpret("试用期多久").topic == "first"
    assert engine.state is EngineState.RENEWING


def test_a_model_that_cannot_be_loaded_is_tried_again_with_growing_waits(
    learner: Learner,
) -> None:
    learner.broken.add("first")
    engine = learner.engine()
    with capture_logs() as logs:
        for _ in range(600):
            engine.look()
            learner.seconds += 0.5
    assert engine.state is EngineState.FAILED
    # After 0, 1, 3, 7, 15, 31, 61, 91 ... 300 s.
    assert 10 <= len(learner.loads) <= 16 and engine.failures == len(learner.loads)
    assert {entry["event"] for entry in logs} == {"model not loaded"}
    learner.broken.clear()
    learner.made.add("first")
    learner.seconds += 31
    engine.look()
    assert engine.state is EngineState.READY and engine.failures == 0


def test_a_newer_model_is_served_within_two_seconds(learner: Learner) -> None:
    learner.made.add("first")
    engine = learner.engine()
    engine.start()
    try:
        learner.made.add("second")
        learner.wanted = "second"
        made_at = time.monotonic()
        while engine.interpret("x").topic != "second":
            assert time.monotonic() - made_at < 2
            threading.Event().wait(0.02)
    finally:
        engine.stop()


def test_who_waits_goes_on_when_the_engine_is_there_or_given_up(learner: Learner) -> None:
    for end in ("made", "stopped"):
        learner.made.clear()
        engine = learner.engine()
        waiting = threading.Thread(target=engine.wait)
        waiting.start()
        waiting.join(0.1)
        assert waiting.is_alive()
        if end == "made":
            learner.made.add("first")
        else:
            engine.stop()
        waiting.join(5)
        assert not waiting.is_alive()
        engine.stop()
