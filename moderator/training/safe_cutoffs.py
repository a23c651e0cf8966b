"""Cut-offs from few rows: where too few were seen to promise the owner's tolerance, the former ones stay.

Probabilities are calibrated, so a cut-off keeps its meaning from model to model. It only moves where the slice shows
that it breaks the tolerance, and then to the stricter side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from moderator.model.policy import Cutoffs
from moderator.training.cutoffs import Tolerance, choose_cutoffs
from moderator.training.measure import clopper_pearson_upper

__all__ = ["USUAL", "rows_needed", "safe_cutoffs"]

USUAL = Cutoffs(0.1, 0.9)
"""The cut-offs where neither rows nor a base model tell more."""


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
        floor: The former cut-offs; None: `USUAL`.

    Returns:
        Cut-offs, and one sentence for each tolerance that cannot be promised.
    """
    picked = choose_cutoffs(probability, spam, tolerance)
    usual = floor or USUAL
    low, high, notes = picked.approve_below, picked.spam_from, []
    ham, bad = int((~spam).sum()), int(spam.sum())
    sure = tolerance.confidence
    if ham < rows_needed(tolerance.ham_as_spam, sure):
        lost = int((probability[~spam] >= usual.spam_from).sum())
        high = max(high, usual.spam_from) if _broken(lost, ham, tolerance.ham_as_spam, sure) else usual.spam_from
        notes.append(_told("ham", ham, tolerance.ham_as_spam, "called spam", sure))
    if bad < rows_needed(tolerance.spam_approved, sure):
        passed = int((probability[spam] < usual.approve_below).sum())
        low = (
            min(low, usual.approve_below)
            if _broken(passed, bad, tolerance.spam_approved, sure)
            else usual.approve_below
        )
        notes.append(_told("spam", bad, tolerance.spam_approved, "approved", sure))
    return Cutoffs(min(low, high), high), tuple(notes)


def _broken(mistakes: int, rows: int, share: float, confidence: float) -> bool:
    """Whether so many mistakes show that the share is larger (Clopper & Pearson's lower bound)."""
    return rows > 0 and 1 - clopper_pearson_upper(rows - mistakes, rows, confidence) > share


def _told(what: str, rows: int, share: float, how: str, confidence: float) -> str:
    needed = rows_needed(share, confidence)
    return (
        f"{rows} {what} in the slice for cut-offs are too few to promise that at most {share:.2%} of {what} are {how} "
        f"({needed} are needed): the former cut-off stays, or a stricter one where the slice speaks against it"
    )
