"""What a model saw, in aggregate: the reference against which later decisions show whether it has aged."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema

__all__ = ["Histogram", "histogram", "histogram_from_card", "reference", "shares_in"]

Floats = NDArray[np.float64]
DECILES = np.arange(1, 10) / 10


class Histogram(NamedTuple):
    """How one column was spread."""

    edges: Floats
    """Upper edges of the bins but the last, growing: deciles, those that are equal once only."""
    shares: Floats
    """Share of the rows in each bin, and last the share without a value, shape (edges + 2,)."""
    rows: int
    """Rows it was made from."""

    def card(self) -> dict[str, Any]:
        """As JSON."""
        return {"edges": _rounded(self.edges), "shares": _rounded(self.shares), "rows": self.rows}


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def histogram(column: Floats) -> Histogram:
    """The deciles of a column and how many rows lie between them; nan is a bin of its own.

    >>> histogram(np.array([0.0, 0.0, 0.0, 1.0, np.nan])).shares.tolist()
    [0.6, 0.2, 0.0, 0.2]
    """
    known = column[~np.isnan(column)]
    # rounded before counting: later rows are counted against the edges as the card stores them
    edges = np.unique(_rounded(np.quantile(known, DECILES, method="inverted_cdf"))) if len(known) else np.zeros(0)
    return Histogram(edges, shares_in(column, edges), len(column))


def shares_in(column: Floats, edges: Floats) -> Floats:
    """Share of the rows in each bin, and last the share without a value; zeros where there are no rows."""
    known = column[~np.isnan(column)]
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1)
    return np.append(counts, len(column) - len(known)) / max(1, len(column))


def reference(schema: Schema, numbers: Floats, probability: Floats) -> dict[str, Any]:
    """The reference as the card stores it.

    Args:
        schema: Names of the columns.
        numbers: Numeric features of rows that the model was not fitted on, shape (rows, numbers).
        probability: Their calibrated probabilities.
    """
    features = {name: histogram(numbers[:, place]).card() for place, name in enumerate(schema.numbers)}
    return {"probability": histogram(probability).card(), "features": features}


def histogram_from_card(form: object) -> Histogram | None:
    """Reads a histogram back; None: the card holds none, or nonsense."""
    if not isinstance(form, dict):
        return None
    try:
        edges = np.array(form["edges"], np.float64).reshape(-1)
        shares = np.array(form["shares"], np.float64).reshape(-1)
        rows = int(form["rows"])
    except (KeyError, TypeError, ValueError):
        return None
    fits = len(shares) == len(edges) + 2 and bool((np.diff(edges) > 0).all()) and rows > 0
    return Histogram(edges, shares, rows) if fits and math.isclose(float(shares.sum()), 1.0, abs_tol=0.01) else None
