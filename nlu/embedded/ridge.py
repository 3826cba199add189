"""Kernel ridge regression over example texts, with predictions for rows left out in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from nlu.embedded.space import FloatArray, IntArray


@dataclass(frozen=True)
class RidgeFit:
    """Dual weights (rows x classes) and the inverse kernel they came from (rows x rows)."""

    weights: FloatArray
    inverse: FloatArray
    targets: FloatArray

    def scores_without(self, rows: IntArray) -> FloatArray:
        """The scores (len(rows) x classes) of some rows had they not been learnt from."""
        block = self.inverse[np.ix_(rows, rows)]
        left_out: FloatArray = self.targets[rows] - linalg.solve(
            block, self.weights[rows], assume_a="pos"
        )
        return left_out


def fit_ridge(kernel: FloatArray, classes: IntArray, class_count: int, penalty: float) -> RidgeFit:
    """Fit one-against-all targets: 1 for a row's class, 0 elsewhere."""
    targets = np.zeros((len(classes), class_count), dtype=np.float32)
    targets[np.arange(len(classes)), classes] = 1.0
    regular = kernel + penalty * np.eye(len(classes), dtype=np.float32)
    inverse = linalg.inv(regular, overwrite_a=True, check_finite=False, assume_a="pos").astype(
        np.float32
    )
    return RidgeFit(inverse @ targets, inverse, targets)


def group_near_copies(kernel: FloatArray, least: float) -> IntArray:
    """A group number for each row, so that rows at least so alike share one."""
    alike = sparse.csr_matrix(kernel >= least)
    groups: IntArray = sparse.csgraph.connected_components(alike, directed=False)[1]
    return groups


def members(groups: Sequence[int] | IntArray) -> list[IntArray]:
    """The row numbers of each group."""
    order = np.argsort(groups, kind="stable")
    bounds = np.flatnonzero(np.diff(np.asarray(groups)[order])) + 1
    return [part.astype(np.int64) for part in np.split(order, bounds)]
