"""Correction trees: a base model adapted to an owner's own rows.

A small export cannot teach what a base model knows from tens of thousands of rows. So the base's text models and trees
stay as they are, and a few trees are added for the rows that it gets wrong: Newton boosting of the log loss (Friedman
2001; Chen & Guestrin 2016), starting at the base's log-odds. All trees are summed as one forest, so the reasons of a
decision still add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderator.model.scorer import Scorer, probability
from moderator.model.trees import Trees, tree_sums
from moderator.training.boosting import binned, flatten, joined, with_own_thresholds

__all__ = ["CorrectionRecipe", "CorrectionStep", "grow_corrections", "with_corrections"]

Floats = NDArray[np.float64]
_FLOOR = 1e-3
"""Least curvature of a row: rows that the base is sure of must not give endless steps."""


@dataclass(frozen=True, slots=True)
class CorrectionRecipe:
    """How correction trees are grown."""

    steps: int = 80
    """Steps at most; how many are kept is chosen on the calibration slice."""
    trees: int = 1
    """Trees of a step: more take less time, since rows are weighed anew once a step."""
    learning_rate: float = 0.15
    leaves: int = 4
    """Leaves of a tree at most: few rows carry few distinctions."""
    smallest_leaf: int = 10
    """Rows in a leaf at least."""
    penalty: float = 2.0
    """L2 penalty on leaf values, in units of curvature: about four undecided rows."""
    feature_share: float = 0.3
    """Share of the features that each split may choose from."""
    seed: int = 7


@dataclass(frozen=True, slots=True)
class CorrectionStep:
    """What is added at once."""

    trees: Trees
    """The trees, their values scaled by the learning rate."""
    shift: float
    """What it adds to every row."""


def grow_corrections(
    table: Floats,
    spam: NDArray[np.bool_],
    weight: Floats,
    start: Floats,
    recipe: CorrectionRecipe,
    *,
    constraints: NDArray[np.int8],
) -> Iterator[CorrectionStep]:
    """Grows correction trees, one after the other.

    Args:
        table: Columns of the trees' input, shape (rows, columns); nan is missing.
        spam: Labels.
        weight: Weight of each row.
        start: The base's log-odds of the rows.
        recipe: How.
        constraints: For each column 1 where more of it can only speak for spam, -1 for ham, 0 where it is open.

    Yields:
        The trees in order.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    codes, edges = binned(table)
    log_odds = start.copy()
    weight = weight / weight.mean()
    for number in range(recipe.steps):
        chance = probability(log_odds)
        curve = np.maximum(chance * (1 - chance), _FLOOR)
        tree = HistGradientBoostingRegressor(
            max_iter=recipe.trees,
            learning_rate=recipe.learning_rate,
            max_leaf_nodes=recipe.leaves,
            min_samples_leaf=recipe.smallest_leaf,
            l2_regularization=recipe.penalty,
            max_features=recipe.feature_share,
            monotonic_cst=constraints,
            early_stopping=False,
            random_state=recipe.seed + number,
        ).fit(codes, (spam - chance) / curve, sample_weight=weight * curve)
        trees, mean = flatten([with_own_thresholds(tree, edges)])
        # the estimator's own start is a full step; it is taken as slowly as the trees
        step = CorrectionStep(trees, mean * (1 - (1 - recipe.learning_rate) ** recipe.trees))
        log_odds += tree_sums(trees, table) + step.shift
        yield step


def with_corrections(base: Scorer, steps: Sequence[CorrectionStep]) -> Scorer:
    """The base with correction trees on top, as one scorer whose calibration is the identity.

    Args:
        base: The model that is corrected.
        steps: The trees to add; none: the base's own log-odds.
    """
    trees = [base.trees._replace(value=base.trees.value * base.slope), *(step.trees for step in steps)]
    return Scorer(
        schema=base.schema,
        texts=base.texts,
        trees=joined(trees),
        base=base.slope * base.base + base.offset + sum(step.shift for step in steps),
        slope=1.0,
        offset=0.0,
    )
