"""Boosted trees: columns as bin numbers, fitting, and the fitted trees as flat arrays that need no scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.model.trees import Trees
from moderator.training.recipe import Recipe

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

__all__ = ["Binned", "binned", "centred", "fit_forests", "flatten", "joined", "mean_log_odds", "with_own_thresholds"]

Floats = NDArray[np.float64]
BINS = 255
"""Bins of a column at most, as in scikit-learn; a missing value needs none."""


class Binned(NamedTuple):
    """A table as bin numbers."""

    codes: Floats
    """Bin number of each value; nan is missing, and a column without any value is zero throughout."""
    edges: list[Floats]
    """For each column the highest value of each bin but the last."""


def binned(table: Floats) -> Binned:
    """Codes a table.

    Args:
        table: Shape (rows, columns); nan is missing.

    >>> binned(np.array([[1.5], [7.0], [np.nan]])).codes.ravel().tolist()
    [0.0, 1.0, nan]
    """
    codes = np.empty(table.shape, np.float64, order="F")
    edges = []
    for place, column in enumerate(table.T):
        missing = np.isnan(column)
        upper = _edges(column[~missing])
        codes[:, place] = np.searchsorted(upper, column)
        if not missing.all():
            codes[missing, place] = np.nan
        edges.append(upper)
    return Binned(codes, edges)


def _edges(known: Floats) -> Floats:
    distinct = np.unique(known)
    if len(distinct) > BINS:
        distinct = np.unique(np.quantile(known, np.arange(1, BINS + 1) / BINS, method="inverted_cdf"))
    return distinct[:-1]


def with_own_thresholds(estimator: Any, edges: list[Floats]) -> Any:
    """A boosted estimator that was fitted on bin numbers, made to read the columns' own values.

    Args:
        estimator: A fitted HistGradientBoosting estimator; it is changed.
        edges: Those of `binned`.
    """
    for [predictor] in estimator._predictors:
        nodes = predictor.nodes
        inner = np.flatnonzero((nodes["is_leaf"] == 0) & np.isfinite(nodes["num_threshold"]))
        places = zip(nodes["feature_idx"][inner], nodes["num_threshold"][inner], strict=True)
        # thresholds lie halfway between two numbers; rows up to the lower one go left
        nodes["num_threshold"][inner] = [edges[column][int(threshold)] for column, threshold in places]
    return estimator


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


def fit_forests(
    table: Floats, spam: NDArray[np.bool_], weight: Floats, recipe: Recipe, *, constraints: NDArray[np.int8]
) -> list[HistGradientBoostingClassifier]:
    """Fits the recipe's forests.

    Args:
        table: Columns of the trees' input, shape (rows, columns); nan is missing.
        spam: Labels.
        weight: Weight of each row.
        recipe: Sizes and penalties.
        constraints: For each column 1 where more of it can only speak for spam, -1 for ham, 0 where it is open.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    codes, edges = binned(table)
    forests = [
        HistGradientBoostingClassifier(
            max_iter=recipe.trees,
            learning_rate=recipe.learning_rate,
            max_leaf_nodes=recipe.leaves,
            max_depth=recipe.depth,
            min_samples_leaf=recipe.smallest_leaf,
            l2_regularization=recipe.penalty,
            max_features=recipe.feature_share,
            monotonic_cst=constraints,
            early_stopping=False,
            random_state=recipe.seed + number,
        ).fit(codes, spam, sample_weight=weight)
        for number in range(recipe.forests)
    ]
    return [with_own_thresholds(forest, edges) for forest in forests]


def mean_log_odds(forests: list[HistGradientBoostingClassifier], table: Floats) -> Floats:
    """Mean log-odds of the forests, shape (rows,)."""
    return np.asarray(np.mean([forest.decision_function(table) for forest in forests], axis=0))
