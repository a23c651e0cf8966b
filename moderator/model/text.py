"""Linear text models over hashed buckets: one weight a bucket, so a score is a look-up and a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.model.runs import BUCKETS, Runs, hashed_runs

__all__ = ["TextModel", "TextModels", "text_scores"]

Floats = NDArray[np.float64]


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
        self._shortest = shortest

    def scores(self, said: Sequence[Sequence[str]]) -> Floats:
        """What `text_scores` gives for each channel, to the last bit.

        Args:
            said: For each row the text of each channel.

        Returns:
            Scores, shape (rows, channels).
        """
        channels = len(self._biases)
        runs = hashed_runs([text for texts in said for text in texts], shortest=list(self._shortest) * len(said))
        channel = np.tile(np.arange(channels), len(said))
        weights = self._weights.take(runs.buckets + np.repeat(channel * BUCKETS, runs.sizes))
        return _scores(weights, runs.sizes, self._biases.take(channel)).reshape(len(said), channels)


def _scores(weights: NDArray[np.float32], sizes: NDArray[np.int64], biases: Floats) -> Floats:
    """The scores of texts, given the weights of their buckets, one text after the other."""
    scores = np.full(len(sizes), np.nan)
    some = sizes.nonzero()[0]
    if len(some):
        counts = sizes.take(some)
        sums = np.add.reduceat(weights.astype(np.float64), counts.cumsum() - counts)
        scores[some] = biases.take(some) + sums / np.sqrt(counts)
    return scores
