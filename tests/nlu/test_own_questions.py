"""The engine of all entries against questions that it does not learn from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.training import training_topics
from knowledge_base.loader import load_content
from nlu.decision import Outcome, decide
from nlu.engine import NluEngine
from nlu.evaluation.labelled_questions import read_questions
from nlu.evaluation.measuring import evaluate
from nlu.evaluation.result import EvaluationResult
from nlu.evaluation.robustness import measure_robustness
from nlu.training import load_background, load_intents, with_own_samples

FOLDER = Path(__file__).parent / "questions"
# In a hundred, by set: least offered, least first, most answered wrong, least acts right.
FLOORS = {
    "consultations": (92, 90, 4, 97),
    "formal": (90, 88, 4, 97),
    "petitions": (90, 85, 5, 92),
    "subsidies": (90, 88, 4, 97),
    "spoken": (88, 83, 5, 97),
    "cantonese": (88, 83, 6, 95),
    "english": (90, 83, 5, 95),
}


def measured(engine: NluEngine, name: str) -> EvaluationResult:
    return evaluate(engine, read_questions(FOLDER / f"{name}.jsonl"))


@pytest.mark.parametrize("name", FLOORS)
def test_questions_are_understood(nlu: NluEngine, name: str) -> None:
    figures = {key: 100 * s.value for key, s in measured(nlu, name).figures.items()}
    offered, first, wrong, intents = FLOORS[name]
    assert figures["answered or offered right"] >= offered
    assert figures["first candidate right"] >= first
    assert figures["answered wrong"] <= wrong
    assert figures["acts right"] >= intents


def test_asking_after_ones_case_is_told_from_asking_how_long_it_takes(nlu: NluEngine) -> None:
    intents = measured(nlu, "follow_ups").intents
    assert intents["status"].value >= 0.9
    assert intents["question"].value >= 0.9


@pytest.mark.parametrize("text", ["我要告我老板", "我想告公司"])
def test_suing_ones_boss_begins_a_petition_with_an_answer_beside_it(
    nlu: NluEngine, text: str
) -> None:
    decision = decide(nlu.interpret(text))
    assert decision.outcome is Outcome.PETITION
    assert decision.topic == "how-to-apply-arbitration"


def test_what_is_not_the_lines_is_not_answered(nlu: NluEngine) -> None:
    figures = measured(nlu, "near_misses").figures
    assert figures["out of scope, not answered"].value >= 0.95
    assert figures["out of scope, nothing offered"].value >= 0.85


@pytest.mark.parametrize("name", ["consultations", "spoken", "petitions", "english"])
def test_mistakes_of_typing_and_hearing_cost_little(nlu: NluEngine, name: str) -> None:
    questions = read_questions(FOLDER / f"{name}.jsonl")
    table = measure_robustness(nlu, questions, evaluate(nlu, questions))
    for corruption in ("recognition errors", "without punctuation", "typing errors"):
        for figure in ("first candidate right", "answered or offered right"):
            assert table.lost_points(corruption, figure) <= 5, (corruption, figure)


def test_none_of_these_questions_is_learnt_from() -> None:
    asked = {
        json.loads(line)["text"]
        for path in FOLDER.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    learnt = {
        *(s.text for t in with_own_samples(training_topics(load_content())) for s in t.samples),
        *(s.text for intents in load_intents() for s in intents.samples),
        *(s.text for area in load_background() for s in area.samples),
    }
    assert not asked & learnt


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("试用期最长多久", "probation-period-length"),
        ("公司冇签合同点算", "written-contract-deadline"),
        ("公司没签合同怎么办", "written-contract-deadline"),
        ("How is overtime paid?", "overtime-pay-rates"),
        ("老板拖欠工资三个月怎么办", "wage-arrears-what-to-do"),
        ("今天天气怎么样", None),
    ],
)
def test_what_everybody_tries_first_is_answered_at_once(
    nlu: NluEngine, text: str, topic: str | None
) -> None:
    decision = decide(nlu.interpret(text))
    assert decision.topic == topic
    assert decision.outcome is (Outcome.NONE if topic is None else Outcome.ANSWER)
