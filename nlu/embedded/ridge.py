"""Kernel ridge regression over example texts, with predictions for rows left out in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse
from scipy.linalg import lapack

from nlu.embedded.space import FloatArray, IntArray


@dataclass(frozen=True)
class RidgeFit:
    """Dual weights (rows x classes), and the inverse of the Cholesky factor of the kernel they came
    from (rows x rows, lower): its columns give the blocks of the inverse kernel that are asked for,
    in two thirds of the time that the whole inverse takes."""

    weights: FloatArray
    root: FloatArray
    targets: FloatArray

    def scores_without(self, rows: IntArray) -> FloatArray:
        """The scores (len(rows) x classes) of some rows had they not been learnt from."""
        columns = self.root[:, rows]
        block = columns.T @ columns
        left_out: FloatArray = self.targets[rows] - linalg.solve(
            block, self.weights[rows], assume_a="pos"
        )
        return left_out


def fit_ridge(kernel: FloatArray, classes: IntArray, class_count: int, penalty: float) -> RidgeFit:
    """Fit one-against-all targets: 1 for a row's class, 0 elsewhere."""
    targets = np.zeros((len(classes), class_count), dtype=np.float32)
    targets[np.arange(len(classes)), classes] = 1.0
    regular = np.array(kernel, order="F")
    regular[np.diag_indices_from(regular)] += penalty
    factor = _done(lapack.spotrf(regular, lower=1, clean=1, overwrite_a=1))
    weights = _done(lapack.spotrs(factor, targets, lower=1))
    root = _done(lapack.strtri(factor, lower=1, overwrite_c=1))
    return RidgeFit(np.ascontiguousarray(weights), root, targets)


def _done(result: tuple[FloatArray, int]) -> FloatArray:
    """What a LAPACK routine gives. Raises LinAlgError when the kernel is not positive definite."""
    found, info = result
    if info:
        raise linalg.LinAlgError(f"The kernel cannot be factored ({info}).")
    return found


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
