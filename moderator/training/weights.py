"""Weights that keep a big site, a frequent kind or a flood of masked copies from deciding everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.recipe import Recipe

__all__ = ["row_weights"]


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
