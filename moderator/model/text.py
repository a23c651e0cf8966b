"""A linear text model over hashed buckets: one weight a bucket, so a score is a look-up and a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["TextModel", "text_scores"]


class TextModel(NamedTuple):
    """Weights of one channel of the wording."""

    weights: NDArray[np.float32]
    """Weight of each bucket in log-odds for a text of one bucket, shape (buckets,)."""
    bias: float
    """Score of a text without any bucket."""


def text_scores(model: TextModel, texts: Sequence[NDArray[np.int32]]) -> NDArray[np.float64]:
    """Log-odds of each text: bias plus the mean-square-normalised sum of its buckets' weights.

    A text with n distinct buckets counts each with ``1 / sqrt(n)``, so that long texts do not shout. A text with no
    bucket says nothing: its score is nan.

    Args:
        model: The weights.
        texts: Distinct bucket numbers of each text.

    Returns:
        Scores, shape (texts,).
    """
    sizes = np.array([len(text) for text in texts], np.int64)
    scores = np.full(len(texts), np.nan)
    some = sizes > 0
    if some.any():
        joined = np.concatenate(texts)
        starts = (np.cumsum(sizes) - sizes)[some]
        sums = np.add.reduceat(model.weights[joined].astype(np.float64), starts)
        scores[some] = model.bias + sums / np.sqrt(sizes[some])
    return scores
