"""Two engines side by side."""

from __future__ import annotations

import os

import pytest

from nlu.evaluation.as_often import answer_as_often
from nlu.evaluation.comparison import ALL_SETS, Comparison, Measured, Subject, measure_in_turns
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.interpretation import Candidate, Intent, Interpretation, Language


class Constant:
    """Understands every message as the same topic."""

    def __init__(self, topic: str, confidence: float) -> None:
        self.asked: list[str] = []
        self._candidates = (Candidate(topic, confidence), Candidate("other", 0.1))

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        self.asked.append(text)
        best = self._candidates[0]
        return Interpretation(
            Intent.QUESTION, 1.0, best.topic, best.confidence, self._candidates, "zh"
        )


def question(text: str, *topics: str) -> LabelledQuestion:
    return LabelledQuestion(text, text, "question", frozenset(topics), not topics)


SETS = {"labour": [question("a", "x"), question("b", "x")], "others": [question("c")]}


def measured(name: str, topic: str, confidence: float) -> Measured:
    subject = Subject(name, Constant(topic, confidence), os.getpid())
    return measure_in_turns([subject], SETS, ["warm"], {})[0]


def test_every_question_is_asked_after_others_for_warming() -> None:
    engine = Constant("x", 0.9)
    found = measure_in_turns([Subject("ours", engine, os.getpid())], SETS, ["warm"], {})[0]
    assert engine.asked == ["warm", "a", "b", "c"]
    assert list(found.results) == [ALL_SETS, "labour", "others"]
    assert 10 < found.memory_mb < 10_000


def test_engines_take_turns_so_that_both_are_slowed_alike() -> None:
    asked: list[str] = []

    class Noting(Constant):
        def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
            asked.append(f"{self._candidates[0].topic}{text}")
            return super().interpret(text, language=language)

    subjects = [Subject(name, Noting(name, 0.9), os.getpid()) for name in ("x", "y")]
    questions = [question(str(n), "x") for n in range(50)]
    ours, theirs = measure_in_turns(subjects, {"many": questions}, [], {})
    assert asked[19:21] == ["x19", "y0"]
    assert asked[-1] == "y49"
    assert ours.results["many"].figures["answered right"].hits == 50
    assert theirs.results["many"].figures["answered wrong"].hits == 50


def test_what_is_not_ahead_is_named() -> None:
    comparison = Comparison(measured("ours", "x", 0.9), measured("theirs", "y", 0.5))
    behind = comparison.behind()
    assert "labour: answered right" not in behind
    # It asks back where ours answers at once, so it answers nothing wrong either.
    assert {"labour: answered wrong", "others: out of scope, not answered"} <= set(behind)
    assert behind == [name for name in behind if "passed on" not in name]


def test_the_tables_tell_shares_leads_and_ratios() -> None:
    ours, theirs = measured("ours", "x", 0.9), measured("theirs", "y", 0.9)
    comparison = Comparison(ours, theirs)
    notified = comparison.to_markdown()
    assert "| answered right | 100.0 % (2/2) | 0.0 % (0/2) | +100.0 |" in notified
    assert "| answered wrong | 0.0 % (0/2) | 100.0 % (2/2) | +100.0 |" in notified
    assert "| passed on | 0.0 % (0/2) | 0.0 % (0/2) |  |" in notified
    assert f"{comparison.times_faster:.1f} times faster" in comparison.cost_to_markdown()
    assert comparison.memory_share == pytest.approx(ours.memory_mb / theirs.memory_mb)
    assert "others: out of scope, not answered" in comparison.behind()


class Surer:
    """The surer of its one topic, the longer the message is."""

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        best = Candidate("x", min(0.5, len(text) / 100))
        return Interpretation(Intent.QUESTION, 1.0, "x", best.confidence, (best,), "zh")


def test_an_engine_that_is_too_shy_is_made_as_bold_as_the_other() -> None:
    questions = [question("a" * i, "x") for i in range(1, 41)]
    bold = answer_as_often(Surer(), questions, 15)
    assert bold.count_answered(questions) == 15
    # The surest ones are answered, and nothing but confidences is changed.
    assert [len(q.text) for q in questions if bold.count_answered([q])] == list(range(26, 41))
    found, before = bold.interpret("aa"), Surer().interpret("aa")
    assert found.candidates[0].confidence == found.confidence > before.confidence
    assert (found.intent, found.topic) == (before.intent, before.topic)


def test_more_than_all_cannot_be_answered() -> None:
    questions = [question("a", "x"), question("b")]
    assert answer_as_often(Surer(), questions, 5).count_answered(questions[:1]) == 1
