"""Grouping questions that are alike, and finding the topics nearest to them. Pure.

Likeness is the cosine of character 1- to 3-grams weighted by rarity, as in ``nearness``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

# Questions at least so alike belong together.
ALIKE = 0.35
MAX_NEAREST = 3
_SAMPLES_COMPARED = 4


@dataclass(frozen=True)
class Group:
    """Positions of questions that are alike, the one in their middle first; topics by nearness."""

    members: tuple[int, ...]
    nearest: tuple[str, ...]


def group_questions(questions: Sequence[str], samples: Mapping[str, Sequence[str]]) -> list[Group]:
    """All questions in groups, the largest first; each with the topics whose samples are nearest.

    ``samples`` are the entries' sample questions by topic.
    """
    if not questions:
        return []
    known = [sentence for sentences in samples.values() for sentence in sentences]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit_transform(
        [*questions, *known]
    )
    asked, learnt = vectors[: len(questions)].tocsr(), vectors[len(questions) :].tocsr()
    counts = {topic: len(sentences) for topic, sentences in samples.items()}
    groups = [
        Group(members, _nearest_topics(asked[list(members)] @ learnt.T, counts))
        for members in _gather((asked @ asked.T).tocsr())
    ]
    return sorted(groups, key=lambda group: (-len(group.members), group.members))


def _gather(likeness: sparse.csr_matrix) -> list[tuple[int, ...]]:
    """Take the question that most others are like, and those with it, until none is left."""
    near = likeness.copy()
    near.data = np.where(near.data >= ALIKE, near.data, 0.0)
    near.eliminate_zeros()
    left = np.ones(near.shape[0], dtype=bool)
    found: list[tuple[int, ...]] = []
    while left.any():
        support = np.asarray(near @ left.astype(float)) * left
        middle = int(support.argmax()) if support.any() else int(left.argmax())
        alike = [int(i) for i in near[middle].indices if left[i] and i != middle]
        left[[middle, *alike]] = False
        found.append((middle, *sorted(alike)))
    return found


def _nearest_topics(nearness: sparse.csr_matrix, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The topics whose few nearest samples are the nearest, on average over the questions.

    ``nearness`` is questions x samples, the samples topic by topic as ``counts`` counts them.
    """
    of_sample = np.asarray(nearness.mean(axis=0)).ravel()
    of_topic: dict[str, float] = {}
    start = 0
    for topic, count in counts.items():
        own = np.sort(of_sample[start : start + count])[-_SAMPLES_COMPARED:]
        of_topic[topic] = float(own.mean()) if count else 0.0
        start += count
    best = sorted(of_topic, key=lambda topic: -of_topic[topic])[:MAX_NEAREST]
    return tuple(topic for topic in best if of_topic[topic] > 0)
