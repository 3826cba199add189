"""Kernel ridge regression over example texts, with predictions for rows left out in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from nlu.embedded.space import FloatArray

IntArray = npt.NDArray[np.int64]


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
    inverse = linalg.inv(regular, overwrite_a=True, check_finite=False).astype(np.float32)
    return RidgeFit(inverse @ targets, inverse, targets)


def best_by_class(likeness: FloatArray, class_starts: IntArray) -> FloatArray:
    """The greatest likeness in each class; rows are sorted by class, none is empty."""
    best: FloatArray = np.maximum.reduceat(likeness, class_starts, axis=-1)
    return best


def group_near_copies(rows: sparse.csr_matrix, least: float = 0.8) -> IntArray:
    """A group number for each row, so that rows at least so alike share one."""
    alike = rows @ rows.T
    alike.data = (alike.data >= least).astype(np.float32)
    alike.eliminate_zeros()
    groups: IntArray = sparse.csgraph.connected_components(alike, directed=False)[1]
    return groups


def members(groups: Sequence[int] | IntArray) -> list[IntArray]:
    """The row numbers of each group."""
    order = np.argsort(groups, kind="stable")
    bounds = np.flatnonzero(np.diff(np.asarray(groups)[order])) + 1
    return [part.astype(np.int64) for part in np.split(order, bounds)]
