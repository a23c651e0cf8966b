"""Boosted trees as flat arrays: the same sums as the estimator that grew them, and where they come from.

Each node has a value: a leaf its own, an inner node the mean of its children weighted by the training rows that
reached them. On a row's way from root to leaf the value changes at each split, and the change is credited to the
split's feature; roots and changes add up to the leaf's value exactly (Saabas' path attribution,
https://blog.datadive.net/interpreting-random-forests/).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Trees", "tree_contributions", "tree_sums"]

Floats = NDArray[np.float64]


class Trees(NamedTuple):
    """A forest in flat arrays; children point into the same arrays, a leaf points to itself."""

    roots: NDArray[np.int32]
    """Index of each tree's root, shape (trees,)."""
    feature: NDArray[np.int32]
    """Feature that a node splits on, shape (nodes,); 0 in leaves, where it does not matter."""
    threshold: Floats
    """Rows at or below it go left, shape (nodes,); +inf in leaves."""
    missing_left: NDArray[np.bool_]
    """Whether rows without the feature go left, shape (nodes,)."""
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    """Value of each node in log-odds, shape (nodes,)."""
    depth: int
    """Splits on the longest way."""


def _step(trees: Trees, table: Floats, rows: NDArray[np.intp], node: NDArray[np.int32]) -> NDArray[np.int32]:
    seen = table[rows, trees.feature[node]]
    goes_left = np.where(np.isnan(seen), trees.missing_left[node], seen <= trees.threshold[node])
    return np.where(goes_left, trees.left[node], trees.right[node])


def _start(trees: Trees, table: Floats) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    rows = np.arange(len(table))[:, None]
    return rows, np.broadcast_to(trees.roots, (len(table), len(trees.roots)))


def tree_sums(trees: Trees, table: Floats) -> Floats:
    """Sum of the leaves' values for each row.

    Args:
        trees: The forest.
        table: Feature values, shape (rows, features); nan is missing.

    Returns:
        Log-odds, shape (rows,).
    """
    rows, node = _start(trees, table)
    for _ in range(trees.depth):
        node = _step(trees, table, rows, node)
    return np.asarray(trees.value[node].sum(axis=1))


def tree_contributions(trees: Trees, table: Floats) -> tuple[float, Floats]:
    """The part of each feature in each row's sum.

    Returns:
        The sum of the roots' values, and the contributions, shape (rows, features); together they give `tree_sums`.
    """
    rows, node = _start(trees, table)
    size, features = table.shape
    credit = np.zeros(size * features)
    for _ in range(trees.depth):
        following = _step(trees, table, rows, node)
        change = trees.value[following] - trees.value[node]
        place = rows * features + trees.feature[node]
        credit += np.bincount(place.ravel(), weights=change.ravel(), minlength=size * features)
        node = following
    return float(trees.value[trees.roots].sum()), credit.reshape(size, features)
