"""From feature rows to log-odds, in numbers only: text models, then trees, then calibration.

The text models' scores join the numeric features as further columns; the trees read them all; the sum is calibrated
with Platt's straight line (Platt 1999). A straight line keeps contributions additive: each is scaled by the slope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import FeatureRow, Schema
from moderator.model.runs import Runs
from moderator.model.text import TextModel, TextModels, text_scores
from moderator.model.trees import Forest, Leaves, Trees

__all__ = ["Scorer", "probability"]

Floats = NDArray[np.float64]


def probability(log_odds: Floats) -> Floats:
    """The logistic function: log-odds to probability, without overflow.

    >>> probability(np.array([0.0, -800.0])).tolist()
    [0.5, 0.0]
    """
    # exp underflows to zero on the safe side of the branch, never overflows
    small = np.exp(-np.abs(log_odds))
    return np.asarray(np.where(log_odds >= 0, 1.0, small) / (1.0 + small))


@dataclass(frozen=True)
class Scorer:
    """Everything that turns feature rows into calibrated log-odds."""

    schema: Schema
    """The features that it reads, in order: numbers first, then one column for each wording channel."""
    texts: Mapping[str, TextModel]
    """One text model for each channel of the wording."""
    trees: Trees
    """Boosted trees over all columns."""
    base: float
    """Log-odds before the first tree."""
    slope: float
    """Platt's slope."""
    offset: float
    """Platt's offset in log-odds."""

    @cached_property
    def forest(self) -> Forest:
        """The trees, ready for calls."""
        return Forest(self.trees, len(self.schema.columns))

    @cached_property
    def _text_models(self) -> TextModels:
        channels = self.schema.channels
        return TextModels(
            [self.texts[channel.name] for channel in channels], [channel.shortest for channel in channels]
        )

    def table(self, rows: Sequence[FeatureRow]) -> Floats:
        """The trees' input, shape (rows, columns)."""
        channels = len(self.schema.channels)
        scores = self._text_models.scores([row.wording[:channels] for row in rows])
        return np.concatenate([self._numbers(rows), scores], axis=1)

    def table_with(self, rows: Sequence[FeatureRow], known: Floats) -> Floats:
        """The same, given the table of rows of the same wording: their texts are not scored again."""
        return np.concatenate([self._numbers(rows), known[:, len(self.schema.numbers) :]], axis=1)

    def _numbers(self, rows: Sequence[FeatureRow]) -> Floats:
        # packed row by row, which takes numpy a quarter of the steps that a list of tuples takes it
        width = len(self.schema.numbers)
        pack = Struct(f"{width}d").pack
        return np.frombuffer(b"".join([pack(*row.numbers) for row in rows])).reshape(len(rows), width)

    def table_of(self, numbers: Floats, runs: Sequence[Runs]) -> Floats:
        """The same from numbers, shape (rows, numbers), and the hashed runs of each channel."""
        scores = [
            text_scores(self.texts[channel.name], said)
            for channel, said in zip(self.schema.channels, runs, strict=True)
        ]
        return np.column_stack([numbers, *scores])

    def log_odds(self, rows: Sequence[FeatureRow]) -> Floats:
        """Calibrated log-odds of spam, shape (rows,); empty in, empty out."""
        return self.log_odds_of(self.table(rows))

    def log_odds_of(self, table: Floats) -> Floats:
        """Calibrated log-odds of the rows of a table that `table` gave."""
        return self.log_odds_at(self.leaves(table))

    def contributions(self, table: Floats) -> tuple[float, Floats]:
        """The part of each column in each row's log-odds: `contributions_at` the leaves of a table."""
        return self.contributions_at(self.leaves(table))

    def leaves(self, table: Floats) -> Leaves:
        """The leaves that the rows of a table reach: log-odds and contributions can share the way to them."""
        return self.forest.leaves(table)

    def log_odds_at(self, leaves: Leaves) -> Floats:
        """Calibrated log-odds of spam, shape (rows,), of rows that reach these leaves."""
        return np.asarray(self.slope * (self.base + self.forest.sums(leaves)) + self.offset)

    def contributions_at(self, leaves: Leaves) -> tuple[float, Floats]:
        """The part of each column in each row's log-odds.

        Args:
            leaves: What `leaves` gave.

        Returns:
            The part that every row shares, and the parts of the columns, shape (rows, columns). Together they add up
            to `log_odds`.
        """
        shared, parts = self.forest.contributions(leaves)
        return self.slope * (self.base + shared) + self.offset, self.slope * parts
