"""The engine of all entries against questions that it does not learn from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.training import training_topics
from core.clock import FixedClock
from knowledge_base.loader import load_content
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.engine_training import train_engine
from nlu.evaluation import EvaluationResult, evaluate, read_questions
from nlu.robustness import measure_robustness
from nlu.training import load_acts, load_background, with_own_samples

FOLDER = Path(__file__).parent / "questions"
# In a hundred, by set: least offered, least first, most answered wrong, least acts right.
FLOORS = {
    "consultations": (85, 85, 8, 95),
    "petitions": (85, 80, 10, 88),
    "subsidies": (85, 85, 8, 95),
    "spoken": (80, 75, 10, 95),
    "cantonese": (75, 70, 12, 95),
    "english": (80, 80, 10, 92),
}


@pytest.fixture(scope="module")
def full_engine(clock: FixedClock) -> EmbeddedEngine:
    topics = with_own_samples(training_topics(load_content()))
    return train_engine(topics, load_acts(), load_background(), clock)


def measured(engine: EmbeddedEngine, name: str) -> EvaluationResult:
    return evaluate(engine, read_questions(FOLDER / f"{name}.jsonl"))


@pytest.mark.parametrize("name", FLOORS)
def test_questions_are_understood(full_engine: EmbeddedEngine, name: str) -> None:
    figures = {key: 100 * s.value for key, s in measured(full_engine, name).figures.items()}
    offered, first, wrong, acts = FLOORS[name]
    assert figures["answered or offered right"] >= offered
    assert figures["first candidate right"] >= first
    assert figures["answered wrong"] <= wrong
    assert figures["acts right"] >= acts


def test_what_is_not_the_lines_is_not_answered(full_engine: EmbeddedEngine) -> None:
    figures = measured(full_engine, "near_misses").figures
    assert figures["out of scope, not answered"].value >= 0.95
    assert figures["out of scope, nothing offered"].value >= 0.85


@pytest.mark.parametrize("name", ["consultations", "spoken"])
def test_mistakes_of_typing_and_hearing_cost_little(full_engine: EmbeddedEngine, name: str) -> None:
    questions = read_questions(FOLDER / f"{name}.jsonl")
    table = measure_robustness(full_engine, questions, evaluate(full_engine, questions))
    for corruption in ("recognition errors", "without punctuation", "typing errors"):
        for figure in ("first candidate right", "answered or offered right"):
            assert table.lost_points(corruption, figure) <= 5, (corruption, figure)


def test_none_of_these_questions_is_learnt_from() -> None:
    asked = {
        json.loads(line)["text"]
        for path in FOLDER.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    topics = with_own_samples(training_topics(load_content()))
    groups = [*topics, *load_acts(), *load_background()]
    assert not asked & {sample.text for group in groups for sample in group.samples}
