"""Learning which topic a question is about. Needs libraries that reading does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu.embedded.ridge import fit_ridge, group_near_copies, members
from nlu.embedded.space import FeatureSpace, FloatArray, IntArray
from nlu.embedded.topics import (
    Calibration,
    TopicModel,
    candidate_measures,
    domain_measures,
    in_steps,
)

BoolArray = npt.NDArray[np.bool_]

PENALTY = 0.3
NEAR_COPY = 0.75
# Of the messages to a labour line so many in one are about its topics.
INSIDE_SHARE = 0.8
TITLE_STYLE = "title"
# Titles and two-word texts are easier than what citizens write; they say less about how sure to be.
_STYLE_WEIGHTS = {TITLE_STYLE: 0.2, "short": 0.7}


@dataclass(frozen=True)
class Example:
    """A normalised text with what it is about: a topic, or an area that no topic covers."""

    text: str
    label: str
    style: str
    is_topic: bool


def fit_topics(examples: Sequence[Example]) -> TopicModel:
    """Learn from examples of topics and of background areas: ridge regression over the likeness
    of texts, calibrated on each example as it would be read without its near copies."""
    known = sorted((e for e in examples if e.text), key=lambda e: (not e.is_topic, e.label))
    labels = sorted({(not e.is_topic, e.label) for e in known})
    topics = tuple(label for is_background, label in labels if not is_background)
    numbers = {label: i for i, label in enumerate(labels)}
    classes = np.array([numbers[not e.is_topic, e.label] for e in known])
    space = FeatureSpace.fit([e.text for e in known])
    rows = _matrix(space, [e.text for e in known])
    kernel = (rows @ rows.T).toarray()
    fit = fit_ridge(kernel, classes, len(labels), PENALTY)
    left_out = np.zeros_like(fit.targets)
    for group in members(group_near_copies(kernel, NEAR_COPY)):
        left_out[group] = fit.scores_without(group)
    styles = np.array([_STYLE_WEIGHTS.get(e.style, 1.0) for e in known])
    calibration = _calibrate(left_out, classes, len(topics), styles)
    weights, steps = in_steps(np.asarray(rows.T @ fit.weights))
    return TopicModel(space, topics, weights, steps, calibration)


def _matrix(space: FeatureSpace, texts: Sequence[str]) -> sparse.csr_matrix:
    """One row a text, a column a feature."""
    rows = [space.row(text) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, columns, starts), shape=(len(texts), len(space.columns)))


def _calibrate(
    left_out: FloatArray, classes: IntArray, topic_count: int, weights: FloatArray
) -> Calibration:
    inside = classes < topic_count
    domain = _fit_logistic(
        domain_measures(left_out, topic_count), inside, _as_on_the_line(inside, weights)
    )
    best, measures = candidate_measures(left_out[inside, :topic_count])
    right = (best == classes[inside][:, None]).ravel()
    topic = _fit_logistic(measures.reshape(-1, 2), right, np.repeat(weights[inside], best.shape[1]))
    return Calibration(domain, topic)


def _as_on_the_line(inside: BoolArray, weights: FloatArray) -> FloatArray:
    """Weights by which the examples of topics have the share that they have among messages."""
    shares = np.where(inside, INSIDE_SHARE, 1 - INSIDE_SHARE)
    sums = np.where(inside, weights[inside].sum(), weights[~inside].sum())
    shared: FloatArray = (weights * shares / sums * weights.sum()).astype(np.float32)
    return shared


def _fit_logistic(
    values: FloatArray, hits: BoolArray, weights: FloatArray
) -> tuple[float, float, float]:
    """Bias and slopes of a logistic regression on two values a row; a flat curve when all hits are
    alike."""
    if len(np.unique(hits)) < 2:
        return (4.0 if hits.all() else -4.0, 0.0, 0.0)
    model = LogisticRegression(C=100.0)
    model.fit(values, hits, sample_weight=weights)
    of_first, of_second = model.coef_[0]
    return (float(model.intercept_[0]), float(of_first), float(of_second))
