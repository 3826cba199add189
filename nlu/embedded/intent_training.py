"""Learning what a citizen wants to do. Needs libraries that reading does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu.embedded.intents import IntentModel, intent_features
from nlu.interpretation import Intent

_MIN_TEXTS = 2
_STRENGTH = 5.0
_RARITY_POWER = 0.5


def fit_intents(texts: Sequence[str], intents: Sequence[Intent]) -> IntentModel:
    """Learn from simplified texts (marks and fillers kept) and their acts."""
    documents: Counter[str] = Counter()
    counted = [intent_features(text) for text in texts]
    for features in counted:
        documents.update(features.keys())
    names = sorted(name for name, count in documents.items() if count >= _MIN_TEXTS)
    columns = {name: i for i, name in enumerate(names)}
    model = LogisticRegression(C=_STRENGTH, max_iter=300, class_weight=_class_weights(intents))
    model.fit(_rows(counted, columns), [str(intent) for intent in intents])
    return IntentModel(
        tuple(Intent(name) for name in model.classes_),
        columns,
        np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        model.intercept_.astype(np.float32),
    )


def _class_weights(intents: Sequence[Intent]) -> dict[str, float]:
    """Rare acts count more, by the root of their rarity."""
    counts = Counter(intents)
    most = max(counts.values())
    return {str(intent): float((most / count) ** _RARITY_POWER) for intent, count in counts.items()}


def _rows(counted: list[dict[str, float]], columns: dict[str, int]) -> sparse.csr_matrix:
    entries = [
        (row, columns[name], value)
        for row, features in enumerate(counted)
        for name, value in features.items()
        if name in columns
    ]
    rows, cols, values = zip(*entries, strict=True)
    return sparse.csr_matrix((values, (rows, cols)), shape=(len(counted), len(columns)))
