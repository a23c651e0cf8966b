"""Predictions for labelled rows, as arrays: log-odds, probabilities and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.model.policy import Cutoffs
from moderator.model.scorer import Scorer
from moderator.records import LinkStatus, Verdict
from moderator.training.frame import Frame

__all__ = ["Predictions", "frame_log_odds", "frame_table", "predictions_from_cutoffs", "table_log_odds", "verdicts"]

Floats = NDArray[np.float64]
_PART = 4096
"""Rows that go through the trees at once; each takes a few bytes for every tree."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Labelled rows with their verdicts; every array has one entry a row."""

    ids: NDArray[np.str_]
    """The linkback's id."""
    spam: NDArray[np.bool_]
    """The label."""
    probability: NDArray[np.float64]
    """The calibrated probability of spam."""
    verdict: NDArray[np.str_]
    """``approve``, ``hold`` or ``spam``."""
    rule: NDArray[np.str_]
    """The hard rule that set the verdict; empty: the probability did."""
    kind: NDArray[np.str_]
    """The linkback's kind."""
    site: NDArray[np.str_]
    """The receiving site's registrable domain."""
    status: NDArray[np.str_]
    """What the source page showed: the evidence state."""
    at: NDArray[np.float64]
    """When it was received, in seconds since 1970; nan: not known."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.spam)

    def take(self, rows: NDArray[Any]) -> Predictions:
        """Only these rows, given by a boolean array or by their numbers."""
        return Predictions(**{entry.name: getattr(self, entry.name)[rows] for entry in fields(self)})


def verdicts(probability: NDArray[np.float64], cutoffs: Cutoffs) -> NDArray[np.str_]:
    """The verdicts that the probabilities alone give.

    >>> verdicts(np.array([0.0, 0.5, 1.0]), Cutoffs(0.1, 0.9)).tolist()
    ['approve', 'hold', 'spam']
    """
    sure = np.where(probability >= cutoffs.spam_from, Verdict.SPAM.value, Verdict.HOLD.value)
    return np.where(probability < cutoffs.approve_below, Verdict.APPROVE.value, sure)


def predictions_from_cutoffs(frame: Frame, probability: NDArray[np.float64], cutoffs: Cutoffs) -> Predictions:
    """A frame's rows with the verdicts that their probabilities alone give; evidence counts as not checked."""
    nothing = np.full(len(frame), "")
    return Predictions(
        ids=frame.ids,
        spam=frame.spam,
        probability=probability,
        verdict=verdicts(probability, cutoffs),
        rule=nothing,
        kind=frame.kind,
        site=frame.family,
        status=np.full(len(frame), LinkStatus.NOT_CHECKED.value),
        at=frame.at,
    )


def frame_table(scorer: Scorer, frame: Frame) -> Floats:
    """The trees' input for every row: the numbers, and the scores of the scorer's text models."""
    parts = [frame.take(np.arange(start, min(start + _PART, len(frame)))) for start in range(0, len(frame), _PART)]
    channels = range(len(frame.schema.channels))
    tables = [scorer.table_of(part.numbers, [part.runs(channel) for channel in channels]) for part in parts]
    return np.concatenate(tables) if tables else np.empty((0, len(frame.schema.columns)))


def table_log_odds(scorer: Scorer, table: Floats) -> Floats:
    """Calibrated log-odds of rows that `frame_table` made, shape (rows,)."""
    parts = [scorer.log_odds_of(table[start : start + _PART]) for start in range(0, len(table), _PART)]
    return np.concatenate(parts) if parts else np.zeros(0)


def frame_log_odds(scorer: Scorer, frame: Frame) -> Floats:
    """Calibrated log-odds of a frame's rows, shape (rows,); what `Scorer.log_odds` gives for the rows themselves."""
    return table_log_odds(scorer, frame_table(scorer, frame))
