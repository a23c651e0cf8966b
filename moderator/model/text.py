"""Linear text models over hashed buckets: one weight a bucket, so a score is a look-up and a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.model.runs import BUCKETS, Runs, run_keys

__all__ = ["TextModel", "TextModels", "text_scores"]

Floats = NDArray[np.float64]
_TOGETHER = 128
"""Rows that are scored together: with more, what they need no longer fits into the processor's cache."""


class TextModel(NamedTuple):
    """Weights of one channel of the wording."""

    weights: NDArray[np.float32]
    """Weight of each bucket in log-odds for a text of one bucket, shape (buckets,)."""
    bias: float
    """Score of a text whose buckets weigh nothing."""


def text_scores(model: TextModel, runs: Runs) -> Floats:
    """Log-odds of each text: bias plus the sum of its buckets' weights over the root of their number.

    A text with n distinct buckets counts each with ``1 / sqrt(n)``, so that long texts do not shout. A text without
    any says nothing: its score is nan.

    Args:
        model: The weights.
        runs: The texts' buckets.

    Returns:
        Scores, shape (texts,).
    """
    return _scores(model.weights[runs.buckets], runs.sizes, np.full(len(runs.sizes), model.bias))


class TextModels:
    """The models of several channels side by side: the texts of all of them are scored in one go.

    Args:
        models: The models, all of `BUCKETS` buckets.
        shortest: Characters of the shortest run that each reads.
    """

    def __init__(self, models: Sequence[TextModel], shortest: Sequence[int]) -> None:
        self._weights = np.concatenate([model.weights for model in models])
        self._biases = np.array([model.bias for model in models])
        self._shortest = list(shortest)

    def scores(self, said: Sequence[Sequence[str]]) -> Floats:
        """What `text_scores` gives for each channel, to the last bit.

        Args:
            said: For each row the text of each channel.

        Returns:
            Scores, shape (rows, channels).
        """
        parts = [self._scored(said[first : first + _TOGETHER]) for first in range(0, len(said), _TOGETHER)]
        return np.concatenate(parts) if parts else np.empty((0, len(self._biases)))

    def _scored(self, said: Sequence[Sequence[str]]) -> Floats:
        channels = len(self._biases)
        keys = run_keys([text for texts in said for text in texts], self._shortest * len(said))
        sizes = np.bincount(keys // BUCKETS, minlength=channels * len(said))
        channel = np.arange(len(sizes)) % channels
        weights = self._weights.take(keys % (channels * BUCKETS))
        return _scores(weights, sizes, self._biases.take(channel)).reshape(len(said), channels)


def _scores(weights: NDArray[np.float32], sizes: NDArray[np.intp], biases: Floats) -> Floats:
    """The scores of texts, given the weights of their buckets, one text after the other."""
    scores = np.full(len(sizes), np.nan)
    some = sizes.nonzero()[0]
    if len(some):
        counts = sizes.take(some)
        sums = np.add.reduceat(weights.astype(np.float64), counts.cumsum() - counts)
        scores[some] = biases.take(some) + sums / np.sqrt(counts)
    return scores
