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
    table: NDArray[np.float64],
    parts: NDArray[np.float64],
    *,
    limit: int,
) -> list[tuple[Reason, ...]]:
    """The strongest contributions as reasons, with the shared part and the sum of the weaker ones, row by row.

    Args:
        schema: Names and meanings of the columns.
        shared: The part that every linkback shares, in log-odds.
        table: The rows' values, shape (rows, columns).
        parts: Their contributions, shape (rows, columns).
        limit: How many single features to name; 0 gives no reasons at all.

    Returns:
        For each row reasons whose contributions add up to its log-odds: the strongest first, then the rest, then the
        base.
    """
    if limit <= 0:
        return [()] * len(table)
    # by size, then by place, so that equal parts come in a stable order
    order = (-np.abs(parts)).argsort(axis=1, kind="stable")[:, :limit]
    flat = order + np.arange(0, parts.size, parts.shape[1])[:, np.newaxis]
    named = parts.take(flat)
    left = parts.sum(axis=1) - named.sum(axis=1)
    columns, meanings = schema.columns, schema.meanings
    base = Reason(BASE, nan, shared, "where every linkback starts")
    rest = "all weaker features together, and how many they are"
    explained = []
    for places, values, sizes, count, more in zip(
        order.tolist(),
        table.take(flat).tolist(),
        named.tolist(),
        (parts != 0).sum(axis=1).tolist(),
        left.tolist(),
        strict=True,
    ):
        reasons = [
            Reason(columns[place], value, size, meanings[place])
            for place, value, size in zip(places, values, sizes, strict=True)
            if size
        ]
        if count > len(reasons):
            reasons.append(Reason(REST, float(count - len(reasons)), more, rest))
        explained.append((*reasons, base))
    return explained
