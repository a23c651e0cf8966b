"""Boosted trees as flat arrays: the same sums as the estimator that grew them, and where they come from.

Each node has a value: a leaf its own, an inner node the mean of its children weighted by the training rows that
reached them. On a row's path from root to leaf the value changes at each split, and the change is credited to the
split's feature; roots and changes add up to the leaf's value exactly (Saabas' path attribution,
https://blog.datadive.net/interpreting-random-forests/).
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forest", "Leaves", "NodePaths", "Trees", "node_paths", "tree_sums"]

Floats = NDArray[np.float64]
Leaves = NDArray[np.intp]
_TOGETHER = 128
"""Rows that are looked at together: with more, what they need no longer fits into the processor's cache."""
_USUAL_DEPTH = 4
"""Splits on a usual path. So far all rows go on, those that have reached a leaf from it to itself."""


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
    """Splits on the longest path."""


class NodePaths(NamedTuple):
    """The splits on the path from the root to each node, and what each of them changes."""

    starts: NDArray[np.intp]
    """Where each node's splits begin, shape (nodes,)."""
    lengths: NDArray[np.intp]
    """How many they are, shape (nodes,)."""
    feature: NDArray[np.intp]
    """Feature of each split, from the root down."""
    change: Floats
    """What following it changes in log-odds."""


def node_paths(trees: Trees) -> NodePaths:
    """The path from the root to every node; made once for a forest."""
    lengths = np.zeros(len(trees.value), np.intp)
    nodes, features, changes = trees.roots, np.empty((len(trees.roots), 0), np.intp), np.empty((len(trees.roots), 0))
    levels = []  # all paths of one length at a time
    while len(nodes):
        inner = np.flatnonzero(trees.left[nodes] != nodes)
        parents = np.tile(nodes[inner], 2)
        nodes = np.concatenate([trees.left[nodes[inner]], trees.right[nodes[inner]]])
        features = np.column_stack([np.tile(features[inner], (2, 1)), trees.feature[parents]])
        changes = np.column_stack([np.tile(changes[inner], (2, 1)), trees.value[nodes] - trees.value[parents]])
        lengths[nodes] = features.shape[1]
        levels.append((nodes, features, changes))
    starts = lengths.cumsum() - lengths
    feature, change = np.empty(lengths.sum(), np.intp), np.empty(lengths.sum())
    for nodes, features, changes in levels:
        places = starts[nodes, np.newaxis] + np.arange(features.shape[1])
        feature[places], change[places] = features, changes
    return NodePaths(starts, lengths, feature, change)


class Forest:
    """Trees made ready once for many calls. A row's numbers are the same to the last bit alone and among others.

    Args:
        trees: The trees.
        features: How many features a row has.
    """

    def __init__(self, trees: Trees, features: int) -> None:
        self._trees = trees = _inner_first(trees)
        self._features = features
        nodes = np.arange(len(trees.left))
        self._inner = int(np.count_nonzero(trees.left != nodes))
        # missing goes right by itself, since nan is below nothing; where it goes left a second copy of the row is
        # read, in which it is below everything
        self._column = np.asarray(trees.feature + np.where(trees.missing_left, features, 0), np.intp)
        self._children = np.stack([trees.right, trees.left], axis=1).ravel().astype(np.intp)
        self._pairs = 2 * nodes[: self._inner]
        self._ends = nodes[self._inner :]
        self._roots = trees.roots.astype(np.intp)

    def leaves(self, table: Floats) -> Leaves:
        """The leaf that each row reaches in each tree.

        Args:
            table: Feature values, shape (rows, features); nan is missing.

        Returns:
            Their numbers in this forest, shape (rows, trees).
        """
        walk = self._leaves_of_one if len(table) == 1 else self._leaves_of_many
        parts = [walk(table[first : first + _TOGETHER]) for first in range(0, len(table), _TOGETHER)]
        return np.concatenate(parts) if parts else np.empty((0, len(self._roots)), np.intp)

    def sums(self, leaves: Leaves) -> Floats:
        """The sum of the leaves' values for each row, in log-odds, shape (rows,)."""
        return np.asarray(self._trees.value.take(leaves).sum(axis=1))

    def contributions(self, leaves: Leaves) -> tuple[float, Floats]:
        """The part of each feature in each row's sum.

        Args:
            leaves: What `leaves` gave.

        Returns:
            The sum of the roots' values, and the contributions, shape (rows, features); together they give `sums`.
        """
        parts = [self._credits(leaves[first : first + _TOGETHER]) for first in range(0, len(leaves), _TOGETHER)]
        return self._shared, np.concatenate(parts) if parts else np.empty((0, self._features))

    @cached_property
    def _shared(self) -> float:
        return float(self._trees.value[self._roots].sum())

    @cached_property
    def _paths(self) -> NodePaths:
        return node_paths(self._trees)

    def _leaves_of_one(self, table: Floats) -> Leaves:
        """All splits are evaluated at once, and then each tree is followed from its root: few calls for one row."""
        goes_left = _with_copy(table).take(self._column[: self._inner]) <= self._trees.threshold[: self._inner]
        leads_to = np.concatenate([self._children.take(self._pairs + goes_left), self._ends])
        node = self._roots
        for _ in range(self._trees.depth):
            node = leads_to.take(node)
        return node.reshape(1, -1)

    def _leaves_of_many(self, table: Floats) -> Leaves:
        """Only the splits on the rows' paths are evaluated."""
        both = _with_copy(table)
        threshold = self._trees.threshold
        node = np.tile(self._roots, len(table))
        start = np.repeat(np.arange(len(table)) * (2 * self._features), len(self._roots))
        for _ in range(_USUAL_DEPTH):
            goes_left = both.take(start + self._column.take(node)) <= threshold.take(node)
            node = self._children.take(2 * node + goes_left)
        # few paths are longer: from here on only what still moves is looked at
        moving = np.flatnonzero(node < self._inner)
        at, start = node.take(moving), start.take(moving)
        while len(moving):
            goes_left = both.take(start + self._column.take(at)) <= threshold.take(at)
            at = self._children.take(2 * at + goes_left)
            node[moving] = at
            going = np.flatnonzero(at < self._inner)
            moving, at, start = moving.take(going), at.take(going), start.take(going)
        return node.reshape(len(table), len(self._roots))

    def _credits(self, leaves: Leaves) -> Floats:
        """The changes on the paths to some rows' leaves, summed up by row and feature, tree after tree."""
        known, size = self._paths, len(leaves)
        leaf = leaves.ravel()
        lengths = known.lengths.take(leaf)
        ends = lengths.cumsum()  # over all rows
        split = np.arange(lengths.sum()) + np.repeat(known.starts.take(leaf) - ends + lengths, lengths)
        place = known.feature.take(split)
        if size > 1:
            place += np.repeat(np.arange(size) * self._features, lengths.reshape(leaves.shape).sum(axis=1))
        credit = np.bincount(place, weights=known.change.take(split), minlength=size * self._features)
        return credit.astype(np.float64, copy=False).reshape(size, self._features)


def _inner_first(trees: Trees) -> Trees:
    """The same trees with all inner nodes before all leaves: what evaluates splits need not pass over the leaves."""
    order = np.argsort(trees.left == np.arange(len(trees.left)), kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order))
    return Trees(
        roots=number[trees.roots],
        feature=trees.feature[order],
        threshold=trees.threshold[order],
        missing_left=trees.missing_left[order],
        left=number[trees.left[order]],
        right=number[trees.right[order]],
        value=trees.value[order],
        depth=trees.depth,
    )


def _with_copy(table: Floats) -> Floats:
    """Each row with its copy in which missing values are below everything, one after the other."""
    return np.concatenate([table, np.where(np.isnan(table), -np.inf, table)], axis=1).ravel()


def tree_sums(trees: Trees, table: Floats) -> Floats:
    """The sum of the values of the leaves that each row reaches.

    Args:
        trees: The forest.
        table: Feature values, shape (rows, features); nan is missing.

    Returns:
        Log-odds, shape (rows,).
    """
    forest = Forest(trees, table.shape[1])
    return forest.sums(forest.leaves(table))
