"""What the citizen wants to do with a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from nlu.embedded.lexicon import load_cues
from nlu.embedded.space import FloatArray
from nlu.interpretation import Intent

_GRAM_WEIGHT = 1.0
_CUE_WEIGHT = 1.2
_TELLING = (
    "asks", "asks_last", "asks_plainly", "exclaims", "directs", "complains", "follows", "own_case",
)  # fmt: skip
_LENGTHS = (4, 8, 16, 32, 64, 128)
_WORDS = re.compile(r"[a-z']+|[\u3400-\u9fff]")


@dataclass(frozen=True)
class IntentPrediction:
    """The likeliest act with its probability."""

    intent: Intent
    confidence: float


@dataclass(frozen=True)
class IntentModel:
    """Logistic regression over cues and short runs of characters. ``weights`` is
    features x acts."""

    intents: tuple[Intent, ...]
    columns: dict[str, int]
    weights: FloatArray
    bias: FloatArray

    def read(self, text: str) -> IntentPrediction:
        """The act of a simplified text (marks and fillers kept)."""
        find, columns, values = self.columns.get, [], []
        for name, value in intent_features(text).items():
            column = find(name)
            if column is not None:
                columns.append(column)
                values.append(value)
        scores = self.bias.copy()
        if columns:
            scores += np.array(values, np.float32) @ self.weights[columns]
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = int(np.argmax(chances))
        return IntentPrediction(self.intents[best], float(chances[best]))


def is_clear_question(text: str) -> bool:
    """Whether a sample question is no example of a complaint too: a simplified text that asks, or
    that has no word of complaining, demanding or following up."""
    signs = {name for name, cue in _cues() if cue.search(text.lower())}
    return "asks" in signs or not signs & {"complains", "demands", "follows"}


def intent_features(text: str) -> dict[str, float]:
    """The cues, the length and the runs of characters of a text, each kind of a fixed length."""
    lowered = text.lower()
    tokens = _WORDS.findall(lowered)
    grams = {"".join(tokens[i : i + n]) for n in (1, 2, 3) for i in range(len(tokens) - n + 1)}
    scale = _GRAM_WEIGHT / (len(grams) ** 0.5 or 1.0)
    features = dict.fromkeys(grams, scale)
    cues = [name for name, cue in _cues() if cue.search(lowered)]
    features.update((f"^{name}", _CUE_WEIGHT) for name in cues)
    # Asking means little beside a demand, and a demand little beside asking after its outcome.
    together = combinations((name for name in cues if name in _TELLING), 2)
    features.update((f"^{a}&{b}", _CUE_WEIGHT) for a, b in together)
    features.update((f"^{n}+", _CUE_WEIGHT / 2) for n in _LENGTHS if len(tokens) > n)
    if tokens:
        features[f"^first:{''.join(tokens[:2])}"] = _CUE_WEIGHT
    return features


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(cue)) for name, cue in load_cues().items())
