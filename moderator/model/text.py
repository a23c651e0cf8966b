"""A linear text model over hashed buckets: one weight a bucket, so a score is a look-up and a sum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.model.runs import Runs

__all__ = ["TextModel", "text_scores"]


class TextModel(NamedTuple):
    """Weights of one channel of the wording."""

    weights: NDArray[np.float32]
    """Weight of each bucket in log-odds for a text of one bucket, shape (buckets,)."""
    bias: float
    """Score of a text whose buckets weigh nothing."""


def text_scores(model: TextModel, runs: Runs) -> NDArray[np.float64]:
    """Log-odds of each text: bias plus the sum of its buckets' weights over the root of their number.

    A text with n distinct buckets counts each with ``1 / sqrt(n)``, so that long texts do not shout. A text without
    any says nothing: its score is nan.

    Args:
        model: The weights.
        runs: The texts' buckets.

    Returns:
        Scores, shape (texts,).
    """
    sizes = runs.sizes
    scores = np.full(len(sizes), np.nan)
    some = sizes > 0
    if some.any():
        starts = (np.cumsum(sizes) - sizes)[some]
        sums = np.add.reduceat(model.weights[runs.buckets].astype(np.float64), starts)
        scores[some] = model.bias + sums / np.sqrt(sizes[some])
    return scores
