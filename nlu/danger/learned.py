"""What the signs do not name: a linear model of word sequences, learnt by ``learning.py``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.danger.features import cut_pieces, list_features
from nlu.danger.kinds import DangerKind

WEIGHTS_FILE = Path(__file__).parent / "learned.npz"
# The kinds are learnt from fewer messages and need fewer features.
KIND_MASK = (1 << 14) - 1
_MAX_STORED = 32_000
# Fewer words say too little to the model; signs know the short cries.
_MIN_TOKENS = 4
# Of the many pieces of a long message one may sound like danger by chance.
_LONG_MARGIN = 1.4


@dataclass(frozen=True)
class Weighed:
    """How much the most dangerous piece of a message speaks for danger, and for which kind."""

    score: float
    kind: DangerKind


@dataclass(frozen=True, eq=False)
class Model:
    """``danger``: the weight of each feature; ``kinds``: its weight for each kind, in the order
    of ``DangerKind``, with their biases."""

    danger: NDArray[np.float32]
    bias: float
    kinds: NDArray[np.float32]
    kind_bias: NDArray[np.float32]
    threshold: float = 0.0

    def weigh(self, respelt: str) -> Weighed | None:
        """The weight of a respelt message, None for one of hardly any words."""
        by_token = list_features(respelt)
        if len(by_token) < _MIN_TOKENS:
            return None
        pieces = cut_pieces(len(by_token))
        ids = np.fromiter(chain.from_iterable(by_token), dtype=np.int64)
        places = np.array([0, *accumulate(map(len, by_token))])
        starts, ends = places[np.array(pieces)].T
        sums = np.concatenate(([0.0], np.cumsum(self.danger[ids], dtype=np.float64)))
        scores = (sums[ends] - sums[starts]) / np.sqrt(ends - starts) + self.bias
        scores -= _LONG_MARGIN if len(pieces) > 1 else 0.0
        best = int(np.argmax(scores))
        kind = self._find_kind(ids[starts[best] : ends[best]])
        return Weighed(float(scores[best]), kind)

    def _find_kind(self, ids: NDArray[np.int64]) -> DangerKind:
        of_kinds = self.kinds[:, ids & KIND_MASK].sum(axis=1) / np.sqrt(len(ids)) + self.kind_bias
        return list(DangerKind)[int(np.argmax(of_kinds))]


def find_learned(respelt: str) -> DangerKind | None:
    """The kind of danger that a respelt message sounds like; None for an ordinary message."""
    model = load_model()
    weighed = model.weigh(respelt)
    if weighed is None or weighed.score <= model.threshold:
        return None
    return weighed.kind


@cache
def load_model() -> Model:
    """The model of ``learned.npz``, whose weights are stored as whole numbers of a unit."""
    with np.load(WEIGHTS_FILE, allow_pickle=False) as stored:
        return Model(
            danger=stored["danger"].astype(np.float32) * np.float32(stored["danger_unit"]),
            bias=float(stored["bias"]),
            kinds=stored["kinds"].astype(np.float32) * np.float32(stored["kinds_unit"]),
            kind_bias=stored["kind_bias"].astype(np.float32),
            threshold=float(stored["threshold"]),
        )


def store_model(model: Model) -> None:
    """Write ``learned.npz``."""
    danger_unit = float(np.abs(model.danger).max()) / _MAX_STORED
    kinds_unit = float(np.abs(model.kinds).max()) / _MAX_STORED
    np.savez_compressed(
        WEIGHTS_FILE,
        danger=np.rint(model.danger / danger_unit).astype(np.int16),
        danger_unit=np.float64(danger_unit),
        bias=np.float64(model.bias),
        kinds=np.rint(model.kinds / kinds_unit).astype(np.int16),
        kinds_unit=np.float64(kinds_unit),
        kind_bias=model.kind_bias,
        threshold=np.float64(model.threshold),
    )
