"""Metrics and curves of probabilities: those that matter for moderation.

Ham and spam are always measured separately: where 80 to 99 % are spam, accuracy says nothing.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CalibrationBin",
    "Curve",
    "HistogramBucket",
    "auc",
    "calibration_curve",
    "calibration_error",
    "clopper_pearson_upper",
    "norm_quantile",
    "precision_recall_curve",
    "recall_at",
    "roc_curve",
    "score_histogram",
]

Floats = NDArray[np.float64]
Curve = tuple[tuple[float, float], ...]
"""Points of a line, from left to right."""
_POINTS = 300
"""Points that a curve keeps at most."""


def auc(spam: Floats, ham: Floats) -> float:
    """Area under the ROC curve: the chance that a spam scores above a ham, ties half; nan: one side is empty.

    >>> auc(np.array([0.9, 0.5]), np.array([0.5, 0.1]))
    0.875
    """
    if not len(spam) or not len(ham):
        return math.nan
    from sklearn.metrics import roc_auc_score

    labels = np.concatenate([np.ones(len(spam)), np.zeros(len(ham))])
    return float(roc_auc_score(labels, np.concatenate([spam, ham])))


def recall_at(spam: Floats, ham: Floats, share: float) -> float:
    """Share of spam above the cut-off that at most `share` of the ham exceeds; nan: there is no spam."""
    if not len(spam):
        return math.nan
    falling = np.sort(ham)[::-1]
    allowed = math.floor(share * len(ham))
    cut = falling[allowed] if allowed < len(ham) else -math.inf
    return float((spam > cut).mean())


def calibration_error(probability: Floats, spam: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Naeini et al. 2015); nan: no rows."""
    if not len(probability):
        return math.nan
    place = np.minimum(bins - 1, (probability * bins).astype(int))
    gap = np.bincount(place, weights=probability - spam, minlength=bins)
    return float(np.abs(gap).sum() / len(probability))


def clopper_pearson_upper(bad: int, total: int, confidence: float = 0.95) -> float:
    """One-sided upper bound of a share of which `bad` in `total` were seen (Clopper & Pearson 1934); 1: none seen.

    >>> round(clopper_pearson_upper(0, 300), 4)
    0.0099
    """
    from scipy.stats import beta

    return 1.0 if bad >= total else float(beta.ppf(confidence, bad + 1, total - bad))


def norm_quantile(confidence: float) -> float:
    """How many standard errors a one-sided bound of a normal variable lies above its mean.

    >>> round(norm_quantile(0.95), 3)
    1.645
    """
    return NormalDist().inv_cdf(confidence)


class CalibrationBin(NamedTuple):
    """One bin of a reliability diagram."""

    said: float
    """Mean probability of its rows."""
    came: float
    """Share of spam among them."""
    rows: int


class HistogramBucket(NamedTuple):
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


def roc_curve(probability: Floats, spam: NDArray[np.bool_]) -> Curve:
    """Share of ham lost (x) against share of spam caught (y); empty: a class is missing.

    >>> roc_curve(np.array([0.9, 0.1]), np.array([True, False]))
    ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    """
    if not spam.any() or spam.all():
        return ()
    from sklearn.metrics import roc_curve

    lost, caught, _ = roc_curve(spam, probability, drop_intermediate=False)
    return _thinned(lost, caught)


def precision_recall_curve(probability: Floats, spam: NDArray[np.bool_]) -> Curve:
    """Share of spam caught (x) against share of spam among what is called so (y); empty: a class is missing.

    >>> precision_recall_curve(np.array([0.9, 0.1]), np.array([True, False]))
    ((1.0, 1.0), (1.0, 0.5))
    """
    if not spam.any() or spam.all():
        return ()
    from sklearn.metrics import precision_recall_curve

    right, caught, _ = precision_recall_curve(spam, probability)
    return _thinned(caught[-2::-1], right[-2::-1])  # without the point (0, 1), which no cut-off reaches


def calibration_curve(probability: Floats, spam: NDArray[np.bool_], bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Mean probability against the share of spam, over bins of equal width; empty bins are left out."""
    place = np.minimum(bins - 1, (probability * bins).astype(int))
    return tuple(
        CalibrationBin(float(probability[rows].mean()), float(spam[rows].mean()), int(rows.sum()))
        for number in range(bins)
        if (rows := place == number).any()
    )


def score_histogram(probability: Floats, spam: NDArray[np.bool_], bins: int = 40) -> tuple[HistogramBucket, ...]:
    """How many ham and spam fall into each of equal ranges of probability."""
    place = np.minimum(bins - 1, (probability * bins).astype(int))
    ham_counts, spam_counts = (np.bincount(place[spam == label], minlength=bins) for label in (False, True))
    return tuple(
        HistogramBucket(number / bins, (number + 1) / bins, int(ham_counts[number]), int(spam_counts[number]))
        for number in range(bins)
    )
