"""How well an engine understands labelled questions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import pi
from statistics import median

from nlu.decision import Decision, Outcome, decide
from nlu.engine import NluEngine
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.evaluation.result import (
    CALIBRATION_STEPS,
    CalibrationBin,
    Confusion,
    EvaluationResult,
    Share,
)
from nlu.interpretation import Interpretation

LENGTH_BOUNDS = (15, 30, 60, 120)
WORST_SHOWN = 15

_RIGHT_OUTCOMES = {
    "question": {Outcome.ANSWER, Outcome.CLARIFY, Outcome.NONE},
    "complaint": {Outcome.PETITION},
    "status": {Outcome.STATUS},
    "person": {Outcome.AGENT},
    "message": {Outcome.MESSAGE},
    "opt_out": {Outcome.OPT_OUT},
    "help": {Outcome.HELP},
    "chat": {Outcome.CHAT},
    "other": {Outcome.NONE, Outcome.CHAT, Outcome.HELP},
}


@dataclass(frozen=True)
class Prediction:
    """What an engine made of a question, and how long it took in seconds."""

    question: LabelledQuestion
    interpretation: Interpretation
    decision: Decision
    seconds: float

    @property
    def ranked(self) -> tuple[str, ...]:
        """The candidate topics, best first."""
        return tuple(c.topic for c in self.interpretation.candidates)

    @property
    def is_answered(self) -> bool:
        """Whether one topic's answer is given, at once or beside a petition."""
        return self.decision.topic is not None

    @property
    def is_right(self) -> bool:
        """Whether an answer is given and is an acceptable one."""
        return self.decision.topic in self.question.topics

    @property
    def is_offered(self) -> bool:
        """Whether an acceptable topic is answered or among those offered."""
        offered = {c.topic for c in self.decision.candidates[:3]}
        return self.is_right or (not self.is_answered and bool(offered & self.question.topics))

    def is_ranked(self, places: int) -> bool:
        """Whether an acceptable topic is among the first candidates."""
        return bool(set(self.ranked[:places]) & self.question.topics)


def evaluate(
    engine: NluEngine,
    questions: Sequence[LabelledQuestion],
    categories: dict[str, str] | None = None,
    seconds: Callable[[], float] = time.perf_counter,
) -> EvaluationResult:
    """Read all questions with an engine and count. ``categories`` maps topics to categories."""
    return count_readings(read_all(engine, questions, seconds), categories)


def read_all(
    engine: NluEngine,
    questions: Sequence[LabelledQuestion],
    seconds: Callable[[], float] = time.perf_counter,
) -> list[Prediction]:
    """What an engine makes of each question, in their order."""
    return [_read(engine, question, seconds) for question in questions]


def count_readings(
    predictions: Sequence[Prediction], categories: dict[str, str] | None = None
) -> EvaluationResult:
    """The figures of questions that were read. ``categories`` maps topics to categories."""
    asked = [r for r in predictions if r.question.topics and not r.question.may_pass]
    outside = [r for r in predictions if not r.question.topics]
    return EvaluationResult(
        figures=_figures(predictions, asked, outside),
        intents=_intent_shares(predictions),
        by_category=_grouped(asked, lambda r: _category(r, categories or {})),
        by_style=_grouped(asked, lambda r: r.question.style or "unknown"),
        by_length=_grouped(asked, lambda r: _length(r.question.text)),
        calibration=_calibration(predictions),
        confused_topics=_confused_topics(asked),
        worst=_worst(predictions),
        median_ms=1000 * median(r.seconds for r in predictions) if predictions else 0.0,
        p95_ms=1000 * _quantile([r.seconds for r in predictions], 0.95),
    )


def _read(
    engine: NluEngine, question: LabelledQuestion, seconds: Callable[[], float]
) -> Prediction:
    started = seconds()
    interpretation = engine.interpret(question.text)
    taken = seconds() - started
    return Prediction(question, interpretation, decide(interpretation), taken)


def _figures(
    predictions: Sequence[Prediction], asked: Sequence[Prediction], outside: Sequence[Prediction]
) -> dict[str, Share]:
    wrong = [r for r in asked if r.is_answered and not r.is_right]
    clarified = [r for r in asked if r.is_offered and not r.is_answered]
    passed = [r for r in asked if not r.is_answered and not r.decision.candidates]
    acted = [r for r in predictions if r.question.intent]
    return {
        "answered or offered right": _share(r.is_offered for r in asked),
        "first candidate right": _share(r.is_ranked(1) for r in asked),
        "answered right": _share(r.is_right for r in asked),
        "answered wrong": Share(len(wrong), len(asked)),
        "asked back, right one offered": Share(len(clarified), len(asked)),
        "passed on": Share(len(passed), len(asked)),
        "top 3": _share(r.is_ranked(3) for r in asked),
        "top 5": _share(r.is_ranked(5) for r in asked),
        "out of scope, not answered": _share(not r.is_answered for r in outside),
        "out of scope, nothing offered": _share(
            not r.is_answered and not r.decision.candidates for r in outside
        ),
        "acts right": _share(_is_intent_right(r) for r in acted),
    }


def _is_intent_right(prediction: Prediction) -> bool:
    return prediction.decision.outcome in _RIGHT_OUTCOMES[prediction.question.intent]


def _intent_shares(predictions: Sequence[Prediction]) -> dict[str, Share]:
    intents = sorted({r.question.intent for r in predictions if r.question.intent})
    return {
        intent: _share(_is_intent_right(r) for r in predictions if r.question.intent == intent)
        for intent in intents
    }


def _grouped(
    asked: Sequence[Prediction], key: Callable[[Prediction], str]
) -> dict[str, dict[str, Share]]:
    groups: dict[str, list[Prediction]] = {}
    for prediction in asked:
        groups.setdefault(key(prediction), []).append(prediction)
    return {
        name: {
            "first": _share(r.is_ranked(1) for r in group),
            "offered": _share(r.is_offered for r in group),
            "wrong": _share(r.is_answered and not r.is_right for r in group),
        }
        for name, group in groups.items()
    }


def _category(prediction: Prediction, categories: dict[str, str]) -> str:
    known = sorted(categories[t] for t in prediction.question.topics if t in categories)
    return known[0] if known else "unknown"


def _length(text: str) -> str:
    lower = 0
    for bound in LENGTH_BOUNDS:
        if len(text) <= bound:
            return f"{lower + 1:>3}-{bound}"
        lower = bound
    return f"{lower + 1:>3} and more"


def _calibration(predictions: Sequence[Prediction]) -> tuple[CalibrationBin, ...]:
    bins: list[list[Prediction]] = [[] for _ in range(CALIBRATION_STEPS)]
    for prediction in predictions:
        if prediction.ranked:
            confidence = prediction.interpretation.candidates[0].confidence
            bins[min(CALIBRATION_STEPS - 1, int(confidence * CALIBRATION_STEPS))].append(prediction)
    return tuple(map(_calibration_bin, bins))


def _calibration_bin(members: Sequence[Prediction]) -> CalibrationBin:
    confidences = [r.interpretation.candidates[0].confidence for r in members]
    variance = sum(c * (1 - c) for c in confidences)
    return CalibrationBin(
        len(members),
        _mean(confidences),
        _mean(float(r.is_ranked(1)) for r in members),
        # The mean of the distance from its mean of what is nearly a normal distribution.
        (2 / pi * variance) ** 0.5 / max(1, len(members)),
    )


def _confused_topics(asked: Sequence[Prediction]) -> tuple[tuple[str, str, int], ...]:
    pairs = Counter(
        ("/".join(sorted(r.question.topics)), r.ranked[0])
        for r in asked
        if r.ranked and not r.is_ranked(1)
    )
    return tuple((a, b, n) for (a, b), n in pairs.most_common(WORST_SHOWN))


def _worst(predictions: Sequence[Prediction]) -> tuple[Confusion, ...]:
    mistakes = [
        Confusion(
            r.question.text,
            tuple(sorted(r.question.topics)),
            r.ranked[0],
            r.interpretation.candidates[0].confidence,
        )
        for r in predictions
        if r.ranked and not r.is_ranked(1)
    ]
    return tuple(sorted(mistakes, key=lambda c: -c.confidence)[:WORST_SHOWN])


def _share(hits: Iterable[bool]) -> Share:
    values = list(hits)
    return Share(sum(values), len(values))


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
