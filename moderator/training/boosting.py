"""Boosted trees over the numeric features and the text models' scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moderator.training.binning import binned, with_own_thresholds
from moderator.training.recipe import Recipe

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

__all__ = ["fit_forests", "mean_log_odds"]

Floats = NDArray[np.float64]


def fit_forests(
    table: Floats, spam: NDArray[np.bool_], weight: Floats, recipe: Recipe, *, directions: NDArray[np.int8]
) -> list[HistGradientBoostingClassifier]:
    """Fits the recipe's forests.

    Args:
        table: Columns of the trees' input, shape (rows, columns); nan is missing.
        spam: Labels.
        weight: Weight of each row.
        recipe: Sizes and penalties.
        directions: For each column 1 where more of it can only speak for spam, -1 for ham, 0 where it is open.
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
            monotonic_cst=directions,
            early_stopping=False,
            random_state=recipe.seed + number,
        ).fit(codes, spam, sample_weight=weight)
        for number in range(recipe.forests)
    ]
    return [with_own_thresholds(forest, edges) for forest in forests]


def mean_log_odds(forests: list[HistGradientBoostingClassifier], table: Floats) -> Floats:
    """Mean log-odds of the forests, shape (rows,)."""
    return np.asarray(np.mean([forest.decision_function(table) for forest in forests], axis=0))
