"""Scores of a frame's rows by a finished scorer, in numbers only and in parts that fit into memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.model.scorer import Scorer
from moderator.model.trees import tree_sums
from moderator.training.frame import Frame
from moderator.training.texts import score_texts

__all__ = ["frame_log_odds", "frame_table", "table_log_odds"]

Floats = NDArray[np.float64]
_PART = 4096
"""Rows that are led through the trees at once; each takes a few bytes for every tree."""


def frame_table(scorer: Scorer, frame: Frame) -> Floats:
    """The trees' input for every row: the numbers, and the scores of the scorer's text models."""
    channels = score_texts(dict(scorer.texts), frame, np.arange(len(frame)))
    return np.column_stack([frame.numbers, channels])


def table_log_odds(scorer: Scorer, table: Floats) -> Floats:
    """Calibrated log-odds of rows that `frame_table` made, shape (rows,)."""
    parts = [tree_sums(scorer.trees, table[start : start + _PART]) for start in range(0, len(table), _PART)]
    raw = scorer.base + (np.concatenate(parts) if parts else np.zeros(0))
    return np.asarray(scorer.slope * raw + scorer.offset)


def frame_log_odds(scorer: Scorer, frame: Frame) -> Floats:
    """Calibrated log-odds of a frame's rows, shape (rows,); what `Scorer.log_odds` gives for `Frame.rows`."""
    return table_log_odds(scorer, frame_table(scorer, frame))
