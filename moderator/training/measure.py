"""How good probabilities are, in the few figures that matter for moderation.

All take the spam's and the ham's scores apart, since shares of each are what an owner feels: accuracy says nothing
where 80 to 99 % are spam.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["auc", "calibration_error", "clopper_pearson_upper", "norm_quantile", "recall_at"]

Floats = NDArray[np.float64]


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
