"""Cut-offs from few rows: where too few were seen to promise the owner's tolerance, the stricter choice counts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from moderator.model.policy import Cutoffs
from moderator.training.cutoffs import Tolerance, choose_cutoffs

__all__ = ["USUAL", "rows_needed", "safe_cutoffs"]

USUAL = Cutoffs(0.1, 0.9)
"""What probabilities must at least say where neither rows nor a base model tell more."""


def rows_needed(share: float, confidence: float) -> int:
    """Rows without a single mistake after which at most `share` can be promised.

    >>> rows_needed(0.001, 0.95)
    2995
    """
    return math.ceil(math.log(1 - confidence) / math.log(1 - share)) if 0 < share < 1 else 0


def safe_cutoffs(
    probability: NDArray[np.float64], spam: NDArray[np.bool_], tolerance: Tolerance, *, floor: Cutoffs | None
) -> tuple[Cutoffs, tuple[str, ...]]:
    """The cut-offs, and what is to be said about them.

    Args:
        probability: Calibrated probabilities of rows that nothing was fitted on.
        spam: Their labels.
        tolerance: What the owner can live with.
        floor: Cut-offs that are not undercut where rows are too few to be sure; None: `USUAL`.

    Returns:
        Cut-offs, and one sentence for each tolerance that cannot be promised.
    """
    picked = choose_cutoffs(probability, spam, tolerance)
    usual = floor or USUAL
    low, high, notes = picked.approve_below, picked.spam_from, []
    ham, bad = int((~spam).sum()), int(spam.sum())
    if ham < rows_needed(tolerance.ham_as_spam, tolerance.confidence):
        # without a single ham there is no cut-off at all, and the floor is all that is known
        high = max(high, usual.spam_from) if ham else usual.spam_from
        notes.append(_told("ham", ham, tolerance.ham_as_spam, "called spam", tolerance.confidence))
    if bad < rows_needed(tolerance.spam_approved, tolerance.confidence):
        low = min(low, usual.approve_below) if bad else usual.approve_below
        notes.append(_told("spam", bad, tolerance.spam_approved, "approved", tolerance.confidence))
    return Cutoffs(min(low, high), high), tuple(notes)


def _told(what: str, rows: int, share: float, how: str, confidence: float) -> str:
    needed = rows_needed(share, confidence)
    return (
        f"{rows} {what} in the slice for cut-offs are too few to promise that at most {share:.2%} of {what} are {how} "
        f"({needed} are needed): no mistake is allowed there, and never less than the former cut-off"
    )
