"""From a fitted HistGradientBoostingClassifier to flat arrays that need no scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.model.trees import Trees

__all__ = ["centred", "flatten", "joined"]


def flatten(estimators: Sequence[Any]) -> tuple[Trees, float]:
    """The mean of several fitted boosted classifiers as one forest.

    Inner nodes get the mean of their children, weighted by the training rows that reached them: the estimator itself
    keeps values in leaves only, and contributions need them everywhere.

    Args:
        estimators: Fitted binary classifiers without categorical features; at least one.

    Returns:
        The trees, and the log-odds before the first of them.
    """
    share = 1.0 / len(estimators)
    trees = [predictor.nodes for estimator in estimators for [predictor] in estimator._predictors]
    base = sum(float(estimator._baseline_prediction.ravel()[0]) for estimator in estimators) * share
    starts = np.cumsum([0, *(len(nodes) for nodes in trees)])
    nodes = np.concatenate(trees)
    first = np.repeat(starts[:-1], np.diff(starts))
    own = np.arange(len(nodes))
    leaf = nodes["is_leaf"].astype(bool)
    left = np.where(leaf, own, first + nodes["left"])
    right = np.where(leaf, own, first + nodes["right"])
    return (
        Trees(
            roots=starts[:-1].astype(np.int32),
            feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
            threshold=np.where(leaf, np.inf, nodes["num_threshold"]).astype(np.float64),
            missing_left=np.where(leaf, True, nodes["missing_go_to_left"]).astype(np.bool_),
            left=left.astype(np.int32),
            right=right.astype(np.int32),
            value=_values(nodes, leaf, left, right) * share,
            depth=int(nodes["depth"].max()),
        ),
        base,
    )


def _values(
    nodes: NDArray[Any], leaf: NDArray[np.bool_], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    values = np.where(leaf, nodes["value"], 0.0)
    counts = nodes["count"].astype(np.float64)
    for depth in range(int(nodes["depth"].max()) - 1, -1, -1):
        at = np.flatnonzero((nodes["depth"] == depth) & ~leaf)
        one, other = left[at], right[at]
        weight = counts[one] + counts[other]
        values[at] = (values[one] * counts[one] + values[other] * counts[other]) / np.where(weight > 0, weight, 1.0)
    return values


def joined(forests: Sequence[Trees]) -> Trees:
    """Several forests as one whose sum is the sum of theirs; at least one."""
    starts = np.cumsum([0, *(len(forest.value) for forest in forests)])[:-1].astype(np.int32)
    placed = list(zip(forests, starts, strict=True))
    return Trees(
        roots=np.concatenate([forest.roots + start for forest, start in placed]),
        feature=np.concatenate([forest.feature for forest in forests]),
        threshold=np.concatenate([forest.threshold for forest in forests]),
        missing_left=np.concatenate([forest.missing_left for forest in forests]),
        left=np.concatenate([forest.left + start for forest, start in placed]),
        right=np.concatenate([forest.right + start for forest, start in placed]),
        value=np.concatenate([forest.value for forest in forests]),
        depth=max(forest.depth for forest in forests),
    )


def centred(trees: Trees) -> tuple[Trees, float]:
    """The same trees with roots of value zero, and what was taken off their sum; each tree's root is its first node."""
    of_roots = trees.value[trees.roots]
    owner = np.searchsorted(trees.roots, np.arange(len(trees.value)), side="right") - 1
    return trees._replace(value=trees.value - of_roots[owner]), float(of_roots.sum())
