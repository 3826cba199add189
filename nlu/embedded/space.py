"""Texts as rows of a sparse matrix in which likeness is an inner product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlu.embedded.features import FAMILIES, count_features

FloatArray = npt.NDArray[np.float32]
FamilyWeights = dict[str, float]

FAMILY_WEIGHTS: FamilyWeights = {
    "characters": 1.0,
    "sounds": 1.0,
    "concepts": 0.7,
    "words": 1.0,
}


@dataclass(frozen=True)
class FeatureSpace:
    """The known features with their rarity. ``columns`` maps "family:feature" to a column.

    ``rarity[column]`` is the smoothed inverse document frequency; a feature never met in training
    counts as the rarest in the length of a row, so that a text of unknown words is like nothing.
    """

    columns: dict[str, int]
    rarity: FloatArray
    rarest: float

    @classmethod
    def fit(cls, texts: Sequence[str], least: int = 1) -> FeatureSpace:
        """The features of normalised texts that stand in at least ``least`` of them."""
        documents: Counter[str] = Counter()
        for text in texts:
            for family, counts in count_features(text).items():
                documents.update(f"{family}:{name}" for name in counts)
        names = sorted(name for name, count in documents.items() if count >= least)
        counts_array = np.array([documents[name] for name in names], dtype=np.float32)
        rarity = (np.log((1 + len(texts)) / (1 + counts_array)) + 1).astype(np.float32)
        rarest = float(np.log(1 + len(texts)) + 1)
        return cls({name: i for i, name in enumerate(names)}, rarity, rarest)

    def rows(self, texts: Sequence[str], weights: FamilyWeights | None = None) -> sparse.csr_matrix:
        """One row a normalised text. A row's inner product with itself is at most 1."""
        family_weights = weights or FAMILY_WEIGHTS
        data: list[float] = []
        indices: list[int] = []
        starts = [0]
        for text in texts:
            values = self._row(text, family_weights)
            indices.extend(values)
            data.extend(values.values())
            starts.append(len(indices))
        return sparse.csr_matrix(
            (np.array(data, dtype=np.float32), np.array(indices, dtype=np.int32), starts),
            shape=(len(texts), len(self.columns)),
        )

    def _row(self, text: str, weights: FamilyWeights) -> dict[int, float]:
        families = count_features(text)
        present = [family for family in FAMILIES if families[family]]
        total = sum(weights[family] for family in present) or 1.0
        row: dict[int, float] = {}
        for family in present:
            values, length = self._family_values(family, families[family])
            scale = (weights[family] / total) ** 0.5 / (length or 1.0)
            row.update((column, value * scale) for column, value in values.items())
        return row

    def _family_values(self, family: str, counts: Counter[str]) -> tuple[dict[int, float], float]:
        values: dict[int, float] = {}
        squares = 0.0
        for name, count in counts.items():
            column = self.columns.get(f"{family}:{name}")
            rarity = self.rarest if column is None else float(self.rarity[column])
            value = (1.0 + np.log(count)) * rarity if count > 1 else rarity
            squares += value * value
            if column is not None:
                values[column] = value
        return values, squares**0.5
