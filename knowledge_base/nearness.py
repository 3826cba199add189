"""Whether the samples of two topics can be told apart at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

# Topics compared at a time: keeps the table of nearnesses small however many topics there are.
_ROWS_AT_A_TIME = 500


def nearer_to_others(samples: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Pairs (a, b) where topic a's samples are on average nearer to b's than to each other.

    Nearness is the cosine of character 1- to 3-grams weighted by rarity.
    """
    topics = [topic for topic, sentences in samples.items() if len(sentences) > 1]
    if len(topics) < 2:
        return []
    counts = np.array([len(samples[topic]) for topic in topics], dtype=float)
    sums = _sums([samples[topic] for topic in topics])
    # Vectors have length one: a topic's own pairs are all pairs less each sentence with itself.
    within = np.asarray(sums.multiply(sums).sum(axis=1)).ravel()
    own = (within - counts) / (counts * (counts - 1))
    pairs: list[tuple[str, str]] = []
    for start in range(0, len(topics), _ROWS_AT_A_TIME):
        rows = np.arange(start, min(start + _ROWS_AT_A_TIME, len(topics)))
        across = (sums[rows] @ sums.T).toarray() / np.outer(counts[rows], counts)
        across[rows - start, rows] = -1.0
        nearest = across.argmax(axis=1)
        too_near = across[rows - start, nearest] >= own[rows]
        pairs += [
            (topics[row], topics[int(nearest[row - start])])
            for row in rows
            if too_near[row - start]
        ]
    return pairs


def _sums(groups: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """One row a group: the sum of its sentences' vectors."""
    sentences = [sentence for group in groups for sentence in group]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit_transform(sentences)
    owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    belongs = sparse.csr_matrix(
        (np.ones(len(sentences)), (owners, np.arange(len(sentences)))),
        shape=(len(groups), len(sentences)),
    )
    return (belongs @ vectors).tocsr()
