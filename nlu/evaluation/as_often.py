"""An engine's answers with its confidences shifted, so that it answers as often as another one.

Engines that are not equally bold cannot be compared by how often they are wrong: one that never
answers is never wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.decision import DEFAULT_THRESHOLDS, decide
from nlu.engine import NluEngine
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.interpretation import Candidate, Interpretation, Language
from nlu.odds import log_odds, probability_of

_MIN = 1e-6


@dataclass(frozen=True)
class ShiftedAnswers:
    """What an engine made of some questions, the log-odds of each confidence moved by ``shift``."""

    answers: dict[str, Interpretation]
    shift: float

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """The answer to one of the questions; KeyError for any other text."""
        found = self.answers[text]
        candidates = tuple(Candidate(c.topic, self._moved(c.confidence)) for c in found.candidates)
        confidence = self._moved(found.confidence) if found.topic else 0.0
        return replace(found, candidates=candidates, confidence=confidence)

    def count_answered(self, questions: Sequence[LabelledQuestion]) -> int:
        """How many of the questions are answered, by the thresholds in use."""
        return sum(decide(self.interpret(q.text)).topic is not None for q in questions)

    def _moved(self, confidence: float) -> float:
        return probability_of(self.shift + log_odds(confidence))


def answer_as_often(
    engine: NluEngine, questions: Sequence[LabelledQuestion], answered: int
) -> ShiftedAnswers:
    """The least shift with which at least ``answered`` of the questions that have a topic are
    answered, or the largest sensible one when none is enough."""
    answers = {question.text: engine.interpret(question.text) for question in questions}
    asked = [question for question in questions if question.topics and not question.may_pass]
    needed = log_odds(DEFAULT_THRESHOLDS.answer)
    # Only where one more question is just answered does anything change.
    shifts = sorted(needed - log_odds(answers[q.text].confidence) + _MIN for q in asked)
    for shift in shifts:
        shifted = ShiftedAnswers(answers, shift)
        if shifted.count_answered(asked) >= answered:
            return shifted
    return ShiftedAnswers(answers, shifts[-1] if shifts else 0.0)
