"""Columns as bin numbers for boosting, and thresholds of fitted trees back in the columns' own values.

scikit-learn's boosted trees find the bins of each column on every fit, and weighted rows make that slower than growing
the trees: 26 of 40 seconds at 20,000 rows of 200 columns. Coding the columns once takes that away. A row that goes left
by its bin number goes left by its value, and the other way round: edges are values that were seen, and bins are closed
above.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Binned", "binned", "with_own_thresholds"]

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
