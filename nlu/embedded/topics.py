"""Which topic a question is about, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.embedded.space import FeatureSpace, FloatArray, IntArray
from nlu.interpretation import MAX_CANDIDATES, MAX_WEIGHED, Candidate
from nlu.odds import probability_of

ShortArray = npt.NDArray[np.int16]

_TINY = 1e-6


@dataclass(frozen=True)
class Calibration:
    """Logistic curves: from a text's (domain score, best topic's score) to the probability that any
    topic is meant, and from a topic's (share, lead) among the scores to the probability that it is
    the one."""

    domain: tuple[float, float, float]
    topic: tuple[float, float, float]


@dataclass(frozen=True)
class TopicPrediction:
    """``domain`` is the probability that any topic is meant; candidates are best first."""

    domain: float
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class TopicModel:
    """A linear score a class: ``weights`` is features x classes, with the topics first, in units of
    ``steps`` (one a feature). Whole numbers take half the memory and are quicker to widen than
    short floating-point ones."""

    space: FeatureSpace
    topics: tuple[str, ...]
    weights: ShortArray
    steps: FloatArray
    calibration: Calibration

    def read(self, text: str) -> TopicPrediction:
        """The likeliest topics of a normalised text."""
        columns, values = self.space.row(text)
        if len(columns) == 0:
            return TopicPrediction(0.0, ())
        scores = (values * self.steps[columns]) @ self.weights[columns].astype(np.float32)
        of_topics = scores[: len(self.topics)]
        domain, best = domain_measures(scores, len(self.topics)).tolist()
        inside = _logistic((domain, best), self.calibration.domain)
        candidates = (
            Candidate(
                self.topics[column], inside * _logistic((share, lead), self.calibration.topic)
            )
            for column, share, lead in _measure(of_topics)
        )
        return TopicPrediction(inside, tuple(sorted(candidates, key=lambda c: -c.confidence)))


def in_steps(weights: FloatArray) -> tuple[ShortArray, FloatArray]:
    """Weights (features x classes) as whole numbers of a step a feature, and those steps."""
    largest = np.abs(weights).max(axis=1)
    steps: FloatArray = (np.maximum(largest, _TINY) / np.iinfo(np.int16).max).astype(np.float32)
    return np.rint(weights / steps[:, None]).astype(np.int16), steps


def domain_measures(scores: FloatArray, topic_count: int) -> FloatArray:
    """For each row (or the only one), how much more the text is like topics than like the
    background, and how like it is to its best topic: what is new in its wording may still be
    plainly about one of ours."""
    of_topics = scores[..., :topic_count]
    domain = of_topics.sum(axis=-1) - scores[..., topic_count:].sum(axis=-1)
    return np.stack([domain, of_topics.max(axis=-1)], axis=-1)


def candidate_measures(scores: FloatArray) -> tuple[IntArray, FloatArray]:
    """The best topics of each row, and for each its share of the row and its lead over the best
    other, both free of the row's scale (long texts have small scores)."""
    count = min(MAX_WEIGHED, scores.shape[1])
    best: IntArray = np.argsort(-scores, axis=1)[:, :count]
    top = np.take_along_axis(scores, best, axis=1)
    others = np.repeat(top[:, :1], count, axis=1)
    others[:, 0] = top[:, min(1, count - 1)]
    length = np.linalg.norm(scores, axis=1, keepdims=True) + _TINY
    return best, np.stack([top / length, (top - others) / length], axis=-1)


def _measure(scores: FloatArray) -> list[tuple[int, float, float]]:
    """``candidate_measures`` of a single row, for all candidates: (column, share, lead), in plain
    numbers, because short arrays take longer to make than to use."""
    best = np.argsort(-scores)[:MAX_CANDIDATES].tolist()
    top = scores[best].tolist()
    length = float(np.sqrt(scores @ scores)) + _TINY
    others = [top[min(1, len(top) - 1)], *[top[0]] * (len(top) - 1)]
    rows = zip(best, top, others, strict=True)
    return [(column, own / length, (own - other) / length) for column, own, other in rows]


def _logistic(values: tuple[float, float], curve: tuple[float, float, float]) -> float:
    bias, of_first, of_second = curve
    return probability_of(bias + of_first * values[0] + of_second * values[1])
