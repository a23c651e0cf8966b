"""Scores of a frame's rows by a finished scorer, in parts that fit into memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.model.scorer import Scorer
from moderator.training.frame import Frame

__all__ = ["frame_log_odds", "frame_table", "table_log_odds"]

Floats = NDArray[np.float64]
_PART = 4096
"""Rows that are led through the trees at once; each takes a few bytes for every tree."""


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
