"""An engine's answers with its confidences put right on labelled questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.engine import NluEngine
from nlu.evaluation import LabelledQuestion
from nlu.interpretation import Candidate, Interpretation, Language

_LEAST = 1e-4


@dataclass(frozen=True)
class RecalibratedAnswers:
    """What an engine made of some questions, each confidence moved along one logistic curve from
    the engine's own log-odds to those of being right."""

    answers: dict[str, Interpretation]
    bias: float
    slope: float

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """The answer to one of the questions; KeyError for any other text."""
        found = self.answers[text]
        candidates = tuple(Candidate(c.topic, self._moved(c.confidence)) for c in found.candidates)
        confidence = self._moved(found.confidence) if found.topic else 0.0
        return replace(found, candidates=candidates, confidence=confidence)

    def _moved(self, confidence: float) -> float:
        return 1 / (1 + math.exp(-(self.bias + self.slope * _log_odds(confidence))))


def recalibrate(engine: NluEngine, questions: Sequence[LabelledQuestion]) -> RecalibratedAnswers:
    """Fit the curve on the first candidates of these very questions.

    That is kinder than life: the curve has seen the questions on which it is then measured.
    """
    # Only who calibrates pays for importing this.
    from sklearn.linear_model import LogisticRegression

    answers = {question.text: engine.interpret(question.text) for question in questions}
    odds, right = [], []
    for question in questions:
        for best in answers[question.text].candidates[:1]:
            odds.append([_log_odds(best.confidence)])
            right.append(best.topic in question.topics)
    if len(set(right)) < 2:
        return RecalibratedAnswers(answers, 0.0, 1.0)
    model = LogisticRegression(C=100.0).fit(odds, right)
    return RecalibratedAnswers(answers, float(model.intercept_[0]), float(model.coef_[0][0]))


def _log_odds(confidence: float) -> float:
    inside = min(1 - _LEAST, max(_LEAST, confidence))
    return math.log(inside / (1 - inside))
