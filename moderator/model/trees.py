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

__all__ = ["Trees", "Ways", "tree_contributions", "tree_sums", "ways"]

Floats = NDArray[np.float64]
Nodes = NDArray[np.int32]


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


def _leaves(trees: Trees, table: Floats) -> Nodes:
    """The leaf that each row reaches in each tree, shape (rows, trees)."""
    size, features = table.shape
    # missing goes right by itself, since nan is below nothing; where it goes left a second copy of the table is read,
    # in which it is below everything
    both = np.concatenate([table, np.where(np.isnan(table), -np.inf, table)], axis=1).ravel()
    column = trees.feature + np.where(trees.missing_left, features, 0)
    children = np.stack([trees.right, trees.left], axis=1).ravel()
    node = np.tile(trees.roots, size)
    start = np.repeat(np.arange(size) * (2 * features), len(trees.roots))
    inner = trees.left != np.arange(len(trees.left))
    moving = np.flatnonzero(inner.take(node))
    at, start = node.take(moving), start.take(moving)
    # most ways are much shorter than the longest one: only what still moves is looked at
    while len(moving):
        goes_left = both.take(start + column.take(at)) <= trees.threshold.take(at)
        at = children.take(2 * at + goes_left)
        node[moving] = at
        going = np.flatnonzero(inner.take(at))
        moving, at, start = moving.take(going), at.take(going), start.take(going)
    return node.reshape(size, len(trees.roots))


def tree_sums(trees: Trees, table: Floats) -> Floats:
    """Sum of the leaves' values for each row.

    Args:
        trees: The forest.
        table: Feature values, shape (rows, features); nan is missing.

    Returns:
        Log-odds, shape (rows,).
    """
    return np.asarray(trees.value[_leaves(trees, table)].sum(axis=1))


class Ways(NamedTuple):
    """The splits on the way to each node, and what each of them changes."""

    start: NDArray[np.int64]
    """Where a node's splits begin, shape (nodes + 1,)."""
    feature: NDArray[np.int32]
    """Feature of each split, from the root down."""
    change: Floats
    """What following it changes in log-odds."""


def ways(trees: Trees) -> Ways:
    """The way from the root to every node; made once for a forest."""
    found: list[list[tuple[int, float]]] = [[] for _ in trees.value]
    open_nodes = [int(root) for root in trees.roots]
    while open_nodes:
        node = open_nodes.pop()
        for child in (int(trees.left[node]), int(trees.right[node])):
            if child != node:
                change = float(trees.value[child] - trees.value[node])
                found[child] = [*found[node], (int(trees.feature[node]), change)]
                open_nodes.append(child)
    flat = [split for way in found for split in way]
    return Ways(
        start=np.cumsum([0, *(len(way) for way in found)], dtype=np.int64),
        feature=np.array([feature for feature, _ in flat], np.int32),
        change=np.array([change for _, change in flat], np.float64),
    )


def tree_contributions(trees: Trees, known: Ways, table: Floats) -> tuple[float, Floats]:
    """The part of each feature in each row's sum.

    Args:
        trees: The forest.
        known: Its `ways`.
        table: Feature values, shape (rows, features); nan is missing.

    Returns:
        The sum of the roots' values, and the contributions, shape (rows, features); together they give `tree_sums`.
    """
    size, features = table.shape
    leaf = _leaves(trees, table).ravel()
    first = known.start[leaf]
    length = known.start[leaf + 1] - first
    row = np.repeat(np.repeat(np.arange(size), len(trees.roots)), length)
    split = np.arange(int(length.sum())) + np.repeat(first - (np.cumsum(length) - length), length)
    credit = np.bincount(row * features + known.feature[split], weights=known.change[split], minlength=size * features)
    return float(trees.value[trees.roots].sum()), credit.astype(np.float64, copy=False).reshape(size, features)
