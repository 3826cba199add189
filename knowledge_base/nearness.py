"""Whether the samples of two topics can be told apart at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer


def nearer_to_others(samples: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Pairs (a, b) where topic a's samples are on average nearer to b's than to each other.

    Nearness is the cosine of character 1- to 3-grams weighted by rarity.
    """
    topics = [topic for topic, sentences in samples.items() if len(sentences) > 1]
    if len(topics) < 2:
        return []
    sentences = [sentence for topic in topics for sentence in samples[topic]]
    owners = np.repeat(np.arange(len(topics)), [len(samples[topic]) for topic in topics])
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit_transform(sentences)
    sums = np.vstack([np.asarray(vectors[owners == i].sum(axis=0)) for i in range(len(topics))])
    counts = np.bincount(owners).astype(float)
    products = sums @ sums.T
    # Vectors have length one: a topic's own pairs are all pairs less each sentence with itself.
    own = (np.diag(products) - counts) / (counts * (counts - 1))
    across = products / np.outer(counts, counts)
    np.fill_diagonal(across, -1.0)
    nearest = across.argmax(axis=1)
    return [
        (topics[i], topics[int(nearest[i])])
        for i in range(len(topics))
        if across[i, nearest[i]] >= own[i]
    ]
