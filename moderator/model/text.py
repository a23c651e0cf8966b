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
_FEW = 4
"""Rows up to which scores are remembered."""
_REMEMBERED = 64
"""Scores that are remembered; of a dozen linkbacks."""


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
        self._known: dict[tuple[int, str], float] = {}

    def scores(self, said: Sequence[Sequence[str]]) -> Floats:
        """What `text_scores` gives for each channel, to the last bit.

        Args:
            said: For each row the text of each channel.

        Returns:
            Scores, shape (rows, channels).
        """
        if 0 < len(said) <= _FEW:
            return self._remembered(said)
        parts = [self._scored_rows(said[first : first + _TOGETHER]) for first in range(0, len(said), _TOGETHER)]
        return np.concatenate(parts) if parts else np.empty((0, len(self._biases)))

    def _remembered(self, said: Sequence[Sequence[str]]) -> Floats:
        """A few rows: a linkback is scored again when its page has been read, and most of its texts stay."""
        known = self._known
        places = [(channel, text) for texts in said for channel, text in enumerate(texts)]
        new = [place for place in dict.fromkeys(places) if place not in known]
        if new:
            if len(known) >= _REMEMBERED:
                known = self._known = {}  # another thread may still read the old one
                new = [*dict.fromkeys(places)]
            channels = np.array([channel for channel, _ in new])
            known.update(zip(new, self._scored([text for _, text in new], channels).tolist(), strict=True))
        return np.array([known[place] for place in places]).reshape(len(said), len(self._biases))

    def _scored_rows(self, said: Sequence[Sequence[str]]) -> Floats:
        channels = np.arange(len(self._biases) * len(said)) % len(self._biases)
        return self._scored([text for texts in said for text in texts], channels).reshape(len(said), -1)

    def _scored(self, texts: Sequence[str], channels: NDArray[np.intp]) -> Floats:
        """The scores of some texts, each of a channel of its own."""
        keys = run_keys(texts, [self._shortest[channel] for channel in channels.tolist()])
        owner = keys // BUCKETS
        buckets = (channels * BUCKETS).take(owner) + (keys & (BUCKETS - 1))
        sizes = np.bincount(owner, minlength=len(texts))
        return _scores(self._weights.take(buckets), sizes, self._biases.take(channels))


def _scores(weights: NDArray[np.float32], sizes: NDArray[np.intp], biases: Floats) -> Floats:
    """The scores of texts, given the weights of their buckets, one text after the other."""
    scores = np.full(len(sizes), np.nan)
    some = sizes.nonzero()[0]
    if len(some):
        counts = sizes.take(some)
        sums = np.add.reduceat(weights.astype(np.float64), counts.cumsum() - counts)
        scores[some] = biases.take(some) + sums / np.sqrt(counts)
    return scores
