"""Texts as rows of a sparse matrix in which likeness is an inner product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
import numpy.typing as npt

from nlu.embedded.features import FAMILIES, count_features

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

FAMILY_WEIGHTS = {
    "characters": 1.0,
    "sounds": 1.0,
    "concepts": 0.7,
    "words": 1.0,
}
MIN_TEXTS = {"characters": 2, "sounds": 2, "concepts": 1, "words": 1}


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
    def fit(cls, texts: Sequence[str]) -> FeatureSpace:
        """The features of normalised texts. Runs of characters and sounds must stand in two."""
        documents: Counter[tuple[str, str]] = Counter()
        for text in texts:
            for family, counts in count_features(text).items():
                documents.update((family, name) for name in counts)
        stored = sorted(
            (f"{family}:{name}", count)
            for (family, name), count in documents.items()
            if count >= MIN_TEXTS[family]
        )
        counts_array = np.array([count for _, count in stored], dtype=np.float32)
        rarity = (np.log((1 + len(texts)) / (1 + counts_array)) + 1).astype(np.float32)
        rarest = float(np.log(1 + len(texts)) + 1)
        return cls({name: i for i, (name, _) in enumerate(stored)}, rarity, rarest)

    def row(self, text: str) -> tuple[IntArray, FloatArray]:
        """The columns and values of a normalised text. The values' squares sum to at most 1."""
        families = count_features(text)
        present = [family for family in FAMILIES if families[family]]
        total = sum(FAMILY_WEIGHTS[family] for family in present) or 1.0
        columns: list[int] = []
        row: list[float] = []
        for family in present:
            found, values, length = self._family_values(family, families[family])
            scale = (FAMILY_WEIGHTS[family] / total) ** 0.5 / (length or 1.0)
            columns += found
            row += [value * scale for value in values]
        return np.array(columns, np.int64), np.array(row, np.float32)

    @cached_property
    def _known(self) -> dict[str, dict[str, tuple[int, float]]]:
        # By family and feature the column and its rarity: all that is needed in one look.
        known: dict[str, dict[str, tuple[int, float]]] = {family: {} for family in FAMILIES}
        for name, column in self.columns.items():
            family, _, feature = name.partition(":")
            known[family][feature] = (column, float(self.rarity[column]))
        return known

    def _family_values(
        self, family: str, counts: Counter[str]
    ) -> tuple[list[int], list[float], float]:
        """The columns and values of the known features, and the length with the unknown ones."""
        columns, values = [], []
        squares = 0.0
        find, unknown = self._known[family].get, (-1, self.rarest)
        for name, count in counts.items():
            column, value = find(name, unknown)
            if count > 1:
                value *= 1.0 + log(count)
            squares += value * value
            if column >= 0:
                columns.append(column)
                values.append(value)
        return columns, values, squares**0.5
