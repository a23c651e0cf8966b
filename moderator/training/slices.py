"""Where an export is cut: what a model is fitted on, calibrated on, gets its cut-offs from, and is measured on.

Each slice is later than the one before and holds no campaign that began earlier. Exports without dates are cut by
site instead. Nothing is cut at random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moderator.errors import TrainingError
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.splits import time_slices

__all__ = ["SHARES", "Slices", "cut", "sites_cut_by_domain"]

Rows = NDArray[np.intp]
SHARES = (0.60, 0.15, 0.10, 0.15)
"""Size of the slices: fit, calibrate, choose cut-offs, measure."""
_LEAST = 10
"""Ham, and spam, that the first slice must hold."""
_SITES = 8
"""Sites without which an undated export cannot be cut."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Row numbers of the four slices."""

    fit: Rows
    """What the model is fitted on, masked copies included."""
    calibrate: Rows
    """Whole rows for calibration and for the choice between candidates."""
    choose: Rows
    """Whole rows for the cut-offs."""
    measure: Rows
    """Whole rows that nothing was made from."""
    by: str
    """``time`` or ``site``."""


def cut(frame: Frame) -> Slices:
    """Cuts a frame.

    Args:
        frame: Labelled rows, masked copies included.

    Raises:
        TrainingError: There are neither dates nor sites enough to cut by, or the first slice lacks one class.
    """
    by_time = np.isfinite(frame.at).mean() > 0.5
    slices = time_slices(frame, shares=SHARES) if by_time else _site_slices(frame)
    whole = frame.mask == WHOLE
    fit, *later = slices
    spam, ham = (int((whole[fit] & (frame.spam[fit] == label)).sum()) for label in (True, False))
    if min(spam, ham) < _LEAST:
        where = "the first 60 % by time hold" if by_time else "the sites to learn from hold"
        raise TrainingError(
            f"{where} {ham} ham and {spam} spam, at least {_LEAST} of each are needed to learn from; "
            "add older exports with both"
        )
    calibrate, choose, measure = (rows[whole[rows]] for rows in later)
    return Slices(fit, calibrate, choose, measure, "time" if by_time else "site")


def _site_slices(frame: Frame) -> tuple[Rows, ...]:
    """Slices by site: whole families of sites, dealt so that each slice gets its share of ham and of spam."""
    families, own = np.unique(frame.family, return_inverse=True)
    if len(families) < _SITES:
        raise TrainingError(
            f"most rows have no date and there are only {len(families)} sites: nothing later or foreign is left to "
            f"measure on; give received_at, or rows of at least {_SITES} sites"
        )
    counts = np.zeros((len(families), 2))
    np.add.at(counts, (own, frame.spam.astype(int)), 1.0)
    counts /= np.maximum(counts.sum(axis=0), 1.0)
    load = np.zeros((len(SHARES), 2))
    slice_of = np.zeros(len(families))
    for family in np.argsort(-counts.max(axis=1), kind="stable"):
        fill = ((load + counts[family]) / np.array(SHARES)[:, None]).max(axis=1)
        place = int(np.argmin(fill))
        slice_of[family] = place
        load[place] += counts[family]
    place_of = slice_of[own]
    sizes = [len(np.unique(frame.origin[place_of == place])) for place in range(len(SHARES))]
    return time_slices(replace(frame, at=place_of), shares=tuple(size / sum(sizes) for size in sizes))


def sites_cut_by_domain(frame: Frame, parts: int) -> Frame:
    """The frame with each site cut into parts by source domain, where it has too few sites for folds by site.

    One blog's export is one site. Scores from models that saw none of a row's source domain, template or network are
    the next best thing to scores from models that never saw its site.

    Args:
        frame: The rows.
        parts: How many folds are to be made.
    """
    if len(np.unique(frame.family)) >= 2 * parts:
        return frame
    part = np.where(frame.keys[:, 0] != 0, frame.keys[:, 0], frame.origin) % (2 * parts)
    return replace(frame, family=np.char.add(np.char.add(frame.family, "/"), part.astype(str)))
