"""The curves of an evaluation, thinned to what an eye can tell apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bin", "Bucket", "Curve", "precision_recall", "reliability", "roc", "spread"]

Floats = NDArray[np.float64]
Curve = tuple[tuple[float, float], ...]
"""Points of a line, from left to right."""
_POINTS = 300
"""Points that a curve keeps at most."""


class Bin(NamedTuple):
    """One bin of a reliability diagram."""

    said: float
    """Mean probability of its rows."""
    came: float
    """Share of spam among them."""
    rows: int


class Bucket(NamedTuple):
    """One bar of the distribution of probabilities."""

    low: float
    high: float
    ham: int
    spam: int


def _thinned(x: Floats, y: Floats) -> Curve:
    """At most `_POINTS` points, evenly along the line rather than along one axis."""
    if len(x) > _POINTS:
        way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        keep = np.searchsorted(way, np.linspace(0, way[-1], _POINTS))
        keep = np.unique(np.clip(np.append(keep, len(x) - 1), 0, len(x) - 1))
        x, y = x[keep], y[keep]
    return tuple((round(float(one), 5), round(float(other), 5)) for one, other in zip(x, y, strict=True))


def roc(probability: Floats, spam: NDArray[np.bool_]) -> Curve:
    """Share of ham lost (x) against share of spam caught (y); empty: a class is missing.

    >>> roc(np.array([0.9, 0.1]), np.array([True, False]))
    ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    """
    if not spam.any() or spam.all():
        return ()
    from sklearn.metrics import roc_curve

    lost, caught, _ = roc_curve(spam, probability, drop_intermediate=False)
    return _thinned(lost, caught)


def precision_recall(probability: Floats, spam: NDArray[np.bool_]) -> Curve:
    """Share of spam caught (x) against share of spam among what is called so (y); empty: a class is missing.

    >>> precision_recall(np.array([0.9, 0.1]), np.array([True, False]))
    ((1.0, 1.0), (1.0, 0.5))
    """
    if not spam.any() or spam.all():
        return ()
    from sklearn.metrics import precision_recall_curve

    right, caught, _ = precision_recall_curve(spam, probability)
    return _thinned(caught[-2::-1], right[-2::-1])  # without the point (0, 1), which no cut-off reaches


def reliability(probability: Floats, spam: NDArray[np.bool_], bins: int = 10) -> tuple[Bin, ...]:
    """Mean probability against the share of spam, over bins of equal width; empty bins are left out."""
    place = np.minimum(bins - 1, (probability * bins).astype(int))
    return tuple(
        Bin(float(probability[rows].mean()), float(spam[rows].mean()), int(rows.sum()))
        for number in range(bins)
        if (rows := place == number).any()
    )


def spread(probability: Floats, spam: NDArray[np.bool_], bins: int = 40) -> tuple[Bucket, ...]:
    """How many ham and spam fall into each of equal ranges of probability."""
    place = np.minimum(bins - 1, (probability * bins).astype(int))
    ham_counts, spam_counts = (np.bincount(place[spam == label], minlength=bins) for label in (False, True))
    return tuple(
        Bucket(number / bins, (number + 1) / bins, int(ham_counts[number]), int(spam_counts[number]))
        for number in range(bins)
    )
