"""What the signs do not name: a linear model of word sequences, learnt by ``learning.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.danger.features import cut_pieces, is_noise, is_short, list_features
from nlu.danger.kinds import DangerKind

WEIGHTS_FILE = Path(__file__).parent / "learned.npz"
# The kinds are learnt from fewer messages and need fewer features.
KIND_MASK = (1 << 14) - 1
_MAX_STORED = 32_000
_MAX_STORED_RARITY = 255
# Of the many pieces of a long message one may sound like danger by chance.
_LONG_MARGIN = 2.0
# Between the start and the end of a message.
_ENDS = 2
# Marks at the ends of a message say nothing of danger: "STOP!!!".
_MARKS = " ,。!?;.…~～\n"

Vector = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True)
class Thresholds:
    """A message above ``sure`` is dangerous, one above ``unsure`` may be."""

    sure: float
    unsure: float


NO_THRESHOLDS = Thresholds(0.0, 0.0)


@dataclass(frozen=True)
class Weighed:
    """How much the most dangerous piece of a message speaks for danger, for which kind, and the
    thresholds of messages of this length."""

    score: float
    kind: DangerKind
    thresholds: Thresholds


@dataclass(frozen=True, eq=False)
class Model:
    """``rarity``: how rare each feature is; ``danger``: its weight; ``kinds``: its weight for each
    kind, in the order of ``DangerKind``, with their biases.

    ``short`` and ``long`` say from which weight on a message is dangerous: what is said in few
    words sounds like danger more often.
    """

    rarity: NDArray[np.float32]
    danger: NDArray[np.float32]
    bias: float
    kinds: NDArray[np.float32]
    kind_bias: NDArray[np.float32]
    short: Thresholds = NO_THRESHOLDS
    long: Thresholds = NO_THRESHOLDS

    def weigh(self, respelt: str) -> Weighed | None:
        """The weight of a respelt message, None for one without words, or of the same few over
        and over, which only the signs judge."""
        pieces = cut(respelt.strip(_MARKS))
        if not pieces or is_noise(respelt):
            return None
        scores = [self._score(piece) for piece in pieces]
        best = int(np.argmax(scores))
        margin = _LONG_MARGIN if len(pieces) > 1 else 0.0
        of_length = self.short if is_short(respelt) else self.long
        return Weighed(scores[best] - margin, self._find_kind(pieces[best]), of_length)

    def _score(self, piece: Sequence[int]) -> float:
        ids, values = make_vector(piece, self.rarity)
        return float(values @ self.danger[ids]) + self.bias

    def _find_kind(self, piece: Sequence[int]) -> DangerKind:
        ids = np.fromiter(piece, dtype=np.int64) & KIND_MASK
        of_kinds = self.kinds[:, ids].sum(axis=1) / np.sqrt(len(ids)) + self.kind_bias
        return list(DangerKind)[int(np.argmax(of_kinds))]


def cut(respelt: str) -> list[list[int]]:
    """The features of each piece of a respelt message; none of one without words."""
    by_token = list_features(respelt)
    if len(by_token) <= _ENDS:
        return []
    return [
        list(chain.from_iterable(by_token[start:end])) for start, end in cut_pieces(len(by_token))
    ]


def make_vector(piece: Sequence[int], rarity: NDArray[np.float32]) -> Vector:
    """The distinct features of a piece and their values: how often each occurs (logarithm) times
    how rare it is, the whole of length 1."""
    ids, counts = np.unique(np.fromiter(piece, dtype=np.int64), return_counts=True)
    values = (1.0 + np.log(counts)) * rarity[ids]
    return ids, values / np.sqrt(values @ values)


@cache
def load_model() -> Model:
    """The model of ``learned.npz``, whose weights are stored as whole numbers of a unit."""
    with np.load(WEIGHTS_FILE, allow_pickle=False) as stored:
        return Model(
            rarity=stored["rarity"].astype(np.float32) * np.float32(stored["rarity_unit"]),
            danger=stored["danger"].astype(np.float32) * np.float32(stored["danger_unit"]),
            bias=float(stored["bias"]),
            kinds=stored["kinds"].astype(np.float32) * np.float32(stored["kinds_unit"]),
            kind_bias=stored["kind_bias"].astype(np.float32),
            short=Thresholds(*map(float, stored["short"])),
            long=Thresholds(*map(float, stored["long"])),
        )


def store_model(model: Model) -> None:
    """Write ``learned.npz``."""
    rarity_unit = float(model.rarity.max()) / _MAX_STORED_RARITY
    danger_unit = float(np.abs(model.danger).max()) / _MAX_STORED
    kinds_unit = float(np.abs(model.kinds).max()) / _MAX_STORED
    np.savez_compressed(
        WEIGHTS_FILE,
        rarity=np.rint(model.rarity / rarity_unit).astype(np.uint8),
        rarity_unit=np.float64(rarity_unit),
        danger=np.rint(model.danger / danger_unit).astype(np.int16),
        danger_unit=np.float64(danger_unit),
        bias=np.float64(model.bias),
        kinds=np.rint(model.kinds / kinds_unit).astype(np.int16),
        kinds_unit=np.float64(kinds_unit),
        kind_bias=model.kind_bias,
        short=np.array([model.short.sure, model.short.unsure]),
        long=np.array([model.long.sure, model.long.unsure]),
    )
