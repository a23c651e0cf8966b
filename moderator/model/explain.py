"""From contributions to reasons that add up."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.records import Reason

__all__ = ["BASE", "REST", "explain"]

BASE = "base"
"""Name of the reason that every linkback shares."""
REST = "rest"
"""Name of the reason that sums up all weaker ones."""


def explain(
    schema: Schema,
    shared: float,
    values: NDArray[np.float64],
    parts: NDArray[np.float64],
    *,
    limit: int,
) -> tuple[Reason, ...]:
    """The strongest contributions as reasons, with the shared part and the sum of the weaker ones.

    Args:
        schema: Names and meanings of the columns.
        shared: The part that every linkback shares, in log-odds.
        values: The row's values, shape (columns,).
        parts: Its contributions, shape (columns,).
        limit: How many single features to name; 0 gives no reasons at all.

    Returns:
        Reasons whose contributions add up to the log-odds, strongest first, then the rest, then the base.
    """
    if limit <= 0:
        return ()
    size = np.abs(parts)
    # by size, then by place, so that equal parts come in a stable order
    order = np.argsort(-size, kind="stable")[: min(limit, len(parts))]
    named = [int(place) for place in order if parts[place] != 0.0]
    columns = schema.columns
    reasons = [
        Reason(columns[place], float(values[place]), float(parts[place]), schema.meanings[place]) for place in named
    ]
    left = float(parts.sum() - parts[named].sum())
    others = int(np.count_nonzero(parts)) - len(named)
    if others > 0:
        reasons.append(Reason(REST, float(others), left, "all weaker features together, and how many they are"))
    reasons.append(Reason(BASE, nan, shared, "where every linkback starts"))
    return tuple(reasons)
