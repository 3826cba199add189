"""What the citizen wants to do with a message."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlu.embedded.lexicon import load_replacements
from nlu.embedded.space import FloatArray
from nlu.interpretation import Act

_LEAST_TEXTS = 2
_GRAM_WEIGHT = 1.0
_CUE_WEIGHT = 1.2
_STRENGTH = 10.0
_RARITY_POWER = 0.75
_LENGTHS = (4, 8, 16, 32, 64, 128)
_WORDS = re.compile(r"[a-z']+|[\u3400-\u9fff]")


@dataclass(frozen=True)
class ActReading:
    """The likeliest act with its probability."""

    act: Act
    confidence: float


@dataclass(frozen=True)
class ActModel:
    """Logistic regression over cues and short runs of characters. ``weights`` is
    features x acts."""

    acts: tuple[Act, ...]
    columns: dict[str, int]
    weights: FloatArray
    bias: FloatArray

    @classmethod
    def fit(cls, texts: Sequence[str], acts: Sequence[Act]) -> ActModel:
        """Learn from simplified texts (marks and fillers kept) and their acts."""
        known = tuple(sorted(set(acts)))
        documents: Counter[str] = Counter()
        counted = [_features(text) for text in texts]
        for features in counted:
            documents.update(features)
        names = sorted(name for name, count in documents.items() if count >= _LEAST_TEXTS)
        columns = {name: i for i, name in enumerate(names)}
        model = LogisticRegression(C=_STRENGTH, max_iter=300, class_weight=_class_weights(acts))
        model.fit(_rows(counted, columns), [str(act) for act in acts])
        assert [str(act) for act in known] == list(model.classes_)
        return cls(
            known,
            columns,
            np.ascontiguousarray(model.coef_.T, dtype=np.float32),
            model.intercept_.astype(np.float32),
        )

    def read(self, text: str) -> ActReading:
        """The act of a simplified text (marks and fillers kept)."""
        scores = self.bias.copy()
        for name, value in _features(text).items():
            column = self.columns.get(name)
            if column is not None:
                scores += value * self.weights[column]
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = int(np.argmax(chances))
        return ActReading(self.acts[best], float(chances[best]))


def is_clear_question(text: str) -> bool:
    """Whether a sample question is no example of a complaint too: a simplified text that asks, or
    that has no word of complaining, demanding or following up."""
    signs = {name for name, cue in _cues() if cue.search(text.lower())}
    return "asks" in signs or not signs & {"complains", "demands", "follows"}


def _class_weights(acts: Sequence[Act]) -> dict[str, float]:
    """Rare acts count more, nearly by their rarity."""
    counts = Counter(acts)
    most = max(counts.values())
    return {str(act): float((most / count) ** _RARITY_POWER) for act, count in counts.items()}


def _features(text: str) -> dict[str, float]:
    """The cues, the length and the runs of characters of a text, each kind of a fixed length."""
    lowered = text.lower()
    tokens = _WORDS.findall(lowered)
    grams = {"".join(tokens[i : i + n]) for n in (1, 2, 3) for i in range(len(tokens) - n + 1)}
    scale = _GRAM_WEIGHT / (len(grams) ** 0.5 or 1.0)
    features = dict.fromkeys(grams, scale)
    features.update((f"^{name}", _CUE_WEIGHT) for name, cue in _cues() if cue.search(lowered))
    features.update((f"^{n}+", _CUE_WEIGHT / 2) for n in _LENGTHS if len(tokens) > n)
    if tokens:
        features[f"^first:{''.join(tokens[:2])}"] = _CUE_WEIGHT
    return features


def _rows(counted: list[dict[str, float]], columns: dict[str, int]) -> sparse.csr_matrix:
    entries = [
        (row, columns[name], value)
        for row, features in enumerate(counted)
        for name, value in features.items()
        if name in columns
    ]
    rows, cols, values = zip(*entries, strict=True)
    return sparse.csr_matrix((values, (rows, cols)), shape=(len(counted), len(columns)))


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(cue)) for name, cue in load_replacements("cues").items())
