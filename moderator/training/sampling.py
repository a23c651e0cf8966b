"""Which rows of a large export are learned from, and how much each of them weighs.

All cases are replayed, so every row's history is complete. A digest of their ids chooses the rows that stay: the same
ones in every process, spread evenly over time, sites and labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderator.records import Case
from moderator.text import stable_hash
from moderator.training.build import MaskChoice
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.recipe import Recipe

__all__ = ["ROWS", "row_weights", "subsample"]

ROWS = 100_000
"""Rows of a frame, masked copies included; a row of 200 features takes some 4 KB while trees are grown."""


def subsample(masks: Sequence[str], cases: int, rows: int = ROWS) -> MaskChoice:
    """Names the masks of each case so that about `rows` rows come of it.

    With few cases each gets all masks; with more, one mask each, dealt evenly; with many, only every n-th case stays.

    Args:
        masks: Names of all masks.
        cases: Labelled cases there are.
        rows: Rows to make at most.
    """
    if cases * (1 + len(masks)) <= rows:
        return _Masks(masks, 1, len(masks))
    copies = 1 if masks else 0
    return _Masks(masks, max(1, -(-cases * (1 + copies) // rows)), copies)


@dataclass(frozen=True, slots=True)
class _Masks:
    """Names the masks of each case; it can be sent to other processes."""

    masks: Sequence[str]
    every: int
    """Each how-many-th case stays."""
    copies: int
    """Masks of a case that stays."""

    def __call__(self, case: Case) -> Sequence[str] | None:
        if self.every == 1 and self.copies == len(self.masks):
            return self.masks
        number = stable_hash(case.linkback.id)
        if number % self.every:
            return None
        place = number // self.every % max(1, len(self.masks))
        return self.masks[place : place + self.copies]


def row_weights(frame: Frame, recipe: Recipe) -> NDArray[np.float64]:
    """One weight a row; ham and spam weigh the same in sum, and all weights add up to the number of whole rows.

    Args:
        frame: The rows.
        recipe: How far kinds and sites are evened out, and what masked copies and self-pings weigh.
    """
    cell = np.char.add(frame.spam.astype(int).astype(str), frame.kind)
    weight = _evened(cell, recipe.cell_power) * _evened(np.char.add(cell, frame.family), recipe.family_power)
    weight *= np.where(frame.mask == WHOLE, 1.0, recipe.mask_weight)
    weight *= np.where(frame.self_ping, recipe.self_ping_weight, 1.0)
    whole = float((frame.mask == WHOLE).sum())
    for label in (False, True):
        rows = frame.spam == label
        if rows.any():
            weight[rows] *= whole / 2 / weight[rows].sum()
    return weight


def _evened(cell: NDArray[np.str_], power: float) -> NDArray[np.float64]:
    _, place, count = np.unique(cell, return_inverse=True, return_counts=True)
    return np.asarray((1.0 / count[place]) ** power)
