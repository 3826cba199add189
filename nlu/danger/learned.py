"""What the signs do not name: a linear model of word sequences, learnt by ``learning.py``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

from nlu.danger.contexts import is_explained
from nlu.danger.kinds import DangerKind

WEIGHTS_FILE = Path(__file__).parent / "learned.json"
_TOKEN = re.compile(r"[a-z]{1,20}|\d{1,9}|[\u3400-\u9fff]")
_MAX_SEQUENCE = 3
# A long message is weighed in pieces, so that one cry is not lost in a long story.
_MAX_TOKENS = 50
_STRIDE = 30
# Fewer words say too little to the model; signs know the short cries.
_MIN_TOKENS = 6
_NO_WEIGHTS = (0,) * len(DangerKind)


@dataclass(frozen=True)
class Model:
    """Weights of each sequence for each kind, in the order of ``DangerKind``, in hundredths."""

    bias: tuple[int, ...]
    threshold: int
    weights: Mapping[str, tuple[int, ...]]

    def weigh(self, piece: str) -> tuple[int, DangerKind]:
        """How much a piece of text speaks for danger rather than none, and of which kind."""
        sequences = list_sequences(piece)
        totals = [0] * len(self.bias)
        for sequence in sequences:
            for index, weight in enumerate(self.weights.get(sequence, _NO_WEIGHTS)):
                totals[index] += weight
        length = sqrt(len(sequences) or 1)
        scores = [int(t / length) + b for t, b in zip(totals, self.bias, strict=True)]
        best = max(scores)
        return best, list(DangerKind)[scores.index(best)]


def find_learned(respelt: str) -> DangerKind | None:
    """The kind of danger that a piece of a respelt message sounds like, with nothing in it that
    makes a mention of it; None for an ordinary message."""
    model = load_model()
    for piece in cut_pieces(respelt):
        score, kind = model.weigh(piece)
        if score > model.threshold and not is_explained(piece):
            return kind
    return None


def cut_pieces(respelt: str) -> Iterator[str]:
    """Overlapping pieces of a text, none of only a few words."""
    tokens = list(_TOKEN.finditer(respelt))
    for first in range(0, max(1, len(tokens) - _MAX_TOKENS + _STRIDE), _STRIDE):
        piece = tokens[first : first + _MAX_TOKENS]
        if len(piece) >= _MIN_TOKENS:
            yield respelt[piece[0].start() : piece[-1].end()]


def list_sequences(piece: str) -> list[str]:
    """All different sequences of one to three Chinese characters, Latin words or numbers."""
    tokens = _TOKEN.findall(piece)
    count = len(tokens)
    return list(
        dict.fromkeys(
            " ".join(tokens[start : start + length])
            for length in range(1, _MAX_SEQUENCE + 1)
            for start in range(count - length + 1)
        )
    )


@cache
def load_model() -> Model:
    """The model of ``learned.json``."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    weights = {sequence: tuple(of_kinds) for sequence, of_kinds in stored["weights"].items()}
    return Model(tuple(stored["bias"]), int(stored["threshold"]), weights)
