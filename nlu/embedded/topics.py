"""Which topic a question is about, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu.embedded.ridge import IntArray, fit_ridge, group_near_copies, members
from nlu.embedded.space import FeatureSpace, FloatArray
from nlu.interpretation import MAX_CANDIDATES, Candidate

BoolArray = npt.NDArray[np.bool_]

PENALTY = 0.3
NEAR_COPY = 0.75
TITLE_STYLE = "title"
# Titles and two-word texts are easier than what citizens write; they say less about how sure to be.
_STYLE_WEIGHTS = {TITLE_STYLE: 0.2, "short": 0.7}
_TINY = 1e-6


@dataclass(frozen=True)
class Example:
    """A normalised text with what it is about: a topic, or an area that no topic covers."""

    text: str
    label: str
    style: str
    is_topic: bool


@dataclass(frozen=True)
class Calibration:
    """Logistic curves: from a domain score to the probability that any topic is meant, and from
    a topic's (share, lead) among the scores to the probability that it is the one."""

    domain: tuple[float, float]
    topic: tuple[float, float, float]


@dataclass(frozen=True)
class TopicReading:
    """``domain`` is the probability that any topic is meant; candidates are best first."""

    domain: float
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class TopicModel:
    """Ridge over likeness to examples. ``examples`` is features x rows, ``weights`` rows x classes
    with the topics first."""

    space: FeatureSpace
    topics: tuple[str, ...]
    examples: sparse.csr_matrix
    weights: FloatArray
    calibration: Calibration

    @classmethod
    def fit(cls, examples: Sequence[Example]) -> TopicModel:
        """Learn from examples of topics and of background areas, and calibrate on each example as
        it would have been read without its near copies."""
        known = sorted((e for e in examples if e.text), key=lambda e: (not e.is_topic, e.label))
        labels = sorted({(not e.is_topic, e.label) for e in known})
        topics = tuple(label for is_background, label in labels if not is_background)
        numbers = {label: i for i, label in enumerate(labels)}
        classes = np.array([numbers[not e.is_topic, e.label] for e in known])
        space = FeatureSpace.fit([e.text for e in known])
        rows = space.rows([e.text for e in known])
        fit = fit_ridge((rows @ rows.T).toarray(), classes, len(labels), PENALTY)
        left_out = np.zeros_like(fit.targets)
        for group in members(group_near_copies(rows, NEAR_COPY)):
            left_out[group] = fit.scores_without(group)
        styles = np.array([_STYLE_WEIGHTS.get(e.style, 1.0) for e in known])
        calibration = _calibrate(left_out, classes, len(topics), styles)
        return cls(space, topics, rows.T.tocsr(), fit.weights, calibration)

    def read(self, text: str) -> TopicReading:
        """The likeliest topics of a normalised text."""
        row = self.space.rows([text])
        if row.nnz == 0:
            return TopicReading(0.0, ())
        scores = np.asarray((row @ self.examples) @ self.weights)
        domain = _domain_scores(scores, len(self.topics))
        best, measures = _candidate_measures(scores[:, : len(self.topics)])
        inside = _logistic(float(domain[0]), self.calibration.domain)
        candidates = (
            Candidate(self.topics[column], inside * self._chance(share, lead))
            for column, (share, lead) in zip(best[0], measures[0], strict=True)
        )
        return TopicReading(inside, tuple(sorted(candidates, key=lambda c: -c.confidence)))

    def _chance(self, share: float, lead: float) -> float:
        bias, of_share, of_lead = self.calibration.topic
        return _logistic(of_share * share + of_lead * lead, (bias, 1.0))


def _domain_scores(scores: FloatArray, topic_count: int) -> FloatArray:
    """How much more a text is like topics than like the background, one number a row."""
    domain: FloatArray = scores[:, :topic_count].sum(axis=1) - scores[:, topic_count:].sum(axis=1)
    return domain


def _candidate_measures(scores: FloatArray) -> tuple[IntArray, FloatArray]:
    """The best topics of each row, and for each its share of the row and its lead over the best
    other, both free of the row's scale (long texts have small scores)."""
    count = min(MAX_CANDIDATES, scores.shape[1])
    best: IntArray = np.argsort(-scores, axis=1)[:, :count]
    top = np.take_along_axis(scores, best, axis=1)
    others = np.repeat(top[:, :1], count, axis=1)
    others[:, 0] = top[:, min(1, count - 1)]
    length = np.linalg.norm(scores, axis=1, keepdims=True) + _TINY
    return best, np.stack([top / length, (top - others) / length], axis=-1)


def _calibrate(
    left_out: FloatArray, classes: IntArray, topic_count: int, weights: FloatArray
) -> Calibration:
    inside = classes < topic_count
    domain = _fit_logistic(
        _domain_scores(left_out, topic_count)[:, None], inside, weights, balanced=True
    )
    best, measures = _candidate_measures(left_out[inside, :topic_count])
    right = (best == classes[inside][:, None]).ravel()
    topic = _fit_logistic(
        measures.reshape(-1, 2), right, np.repeat(weights[inside], best.shape[1]), balanced=False
    )
    return Calibration(cast(tuple[float, float], domain), cast(tuple[float, float, float], topic))


def _fit_logistic(
    values: FloatArray, hits: BoolArray, weights: FloatArray, *, balanced: bool
) -> tuple[float, ...]:
    """Bias and slopes of a logistic regression; a flat curve when all hits are alike."""
    if len(np.unique(hits)) < 2:
        return (4.0 if hits.all() else -4.0, *[0.0] * values.shape[1])
    model = LogisticRegression(C=100.0, class_weight="balanced" if balanced else None)
    model.fit(values, hits, sample_weight=weights)
    return (float(model.intercept_[0]), *map(float, model.coef_[0]))


def _logistic(value: float, curve: tuple[float, float]) -> float:
    return float(1.0 / (1.0 + np.exp(-(curve[0] + curve[1] * value))))
