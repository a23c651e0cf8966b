"""Calibration, and cut-offs from the owner's tolerance; with too few rows the former cut-offs stay."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.model.policy import Cutoffs
from moderator.training.metrics import clopper_pearson_upper, norm_quantile

__all__ = ["DEFAULT_CUTOFFS", "Platt", "Tolerance", "choose_cutoffs", "fit_platt", "rows_needed", "safe_cutoffs"]

Floats = NDArray[np.float64]
DEFAULT_CUTOFFS = Cutoffs(0.1, 0.9)
"""The cut-offs where neither rows nor a base model tell more."""


class Platt(NamedTuple):
    """A straight line from raw to calibrated log-odds."""

    slope: float
    offset: float


class Tolerance(NamedTuple):
    """What an owner can live with."""

    ham_as_spam: float = 0.001
    """Largest share of ham that may be called spam."""
    spam_approved: float = 0.01
    """Largest share of spam that may be approved."""
    confidence: float = 0.95
    """How sure the bounds on those shares must be."""


def fit_platt(raw: Floats, spam: NDArray[np.bool_], weight: Floats | None = None) -> Platt:
    """Fits Platt's line by maximum likelihood, with his smoothed targets (Platt 1999).

    Args:
        raw: Log-odds of rows that the classifier was not fitted on.
        spam: Their labels.
        weight: Weight of each row; None: all alike.

    Returns:
        The line; the identity where one class is missing. The slope is never negative.
    """
    from scipy.optimize import minimize

    weight = np.ones(len(raw)) if weight is None else weight
    bad, good = float(weight[spam].sum()), float(weight[~spam].sum())
    if not bad or not good:
        return Platt(1.0, 0.0)
    count = float(weight.sum())
    rows = len(raw) / count  # targets are smoothed by rows, not by weight
    target = np.where(spam, (bad * rows + 1) / (bad * rows + 2), 1 / (good * rows + 2))

    def loss(line: Floats) -> tuple[float, Floats]:
        odds = np.exp(line[0]) * raw + line[1]
        error = 1 / (1 + np.exp(-np.clip(odds, -500, 500))) - target
        value = float((weight * (np.logaddexp(0, odds) - target * odds)).sum() / count)
        return value, np.array([(weight * error * raw).sum() * np.exp(line[0]), (weight * error).sum()]) / count

    best = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-5, 3), (-20, 20)]).x
    return Platt(float(np.exp(best[0])), float(best[1]))


def choose_cutoffs(
    probability: Floats, spam: NDArray[np.bool_], tolerance: Tolerance, *, sites: NDArray[np.str_] | None = None
) -> Cutoffs:
    """The cut-offs that hold least and keep both shares within tolerance, each with its confidence bound.

    Where the rows are too few to be that sure even of no mistake at all, no mistake is allowed: about 3,000 ham are
    needed before one in a thousand can be promised. A class that is missing gets no cut-off: nothing is then approved,
    or nothing is spam.

    Args:
        probability: Calibrated probabilities of rows that nothing was fitted on.
        spam: Their labels.
        tolerance: What the owner can live with.
        sites: The receiving site of each row. With them the bound on ham called spam is one over sites: what holds
            for many rows of a few sites says little about the next site. None: the bound is over rows alone.
    """
    ham_scores, spam_scores = np.sort(probability[~spam])[::-1], np.sort(probability[spam])
    spared = _allowed(len(ham_scores), tolerance.ham_as_spam, tolerance.confidence)
    if sites is not None:
        spared = min(spared, _allowed_over_sites(probability[~spam], sites[~spam], tolerance))
    passed = _allowed(len(spam_scores), tolerance.spam_approved, tolerance.confidence)
    spam_from = float(np.nextafter(ham_scores[spared], 2.0)) if len(ham_scores) else 2.0
    approve_below = float(spam_scores[passed]) if len(spam_scores) else 0.0
    if approve_below > spam_from:
        # the classes lie apart: a third of the room between them is held, for what was never seen
        room = (approve_below - spam_from) / 3
        approve_below, spam_from = spam_from + room, approve_below - room
    return Cutoffs(approve_below, spam_from)


def _allowed(total: int, share: float, confidence: float) -> int:
    """The most mistakes among `total` with which a share of at most `share` can be claimed; 0 where none can."""
    allowed = 0
    while allowed + 1 < total and clopper_pearson_upper(allowed + 1, total, confidence) <= share:
        allowed += 1
    return allowed


def _allowed_over_sites(ham: Floats, sites: NDArray[np.str_], tolerance: Tolerance) -> int:
    """The most ham that may be lost such that the share on sites like these stays within tolerance.

    The bound is the pooled share plus its standard error between sites, for sites lose ham by the batch and not one
    by one (the ratio estimator of cluster sampling, Cochran 1977).
    """
    names, own = np.unique(sites, return_inverse=True)
    if len(names) < 2:
        return len(ham)
    sizes = np.bincount(own).astype(float)
    lost = np.zeros(len(names))
    order = np.argsort(-ham, kind="stable")
    allowed = 0
    for count, row in enumerate(order, 1):
        lost[own[row]] += 1
        share = count / len(ham)
        spread = np.sqrt(((lost - share * sizes) ** 2).sum() * len(names) / (len(names) - 1)) / len(ham)
        if share + float(norm_quantile(tolerance.confidence)) * spread > tolerance.ham_as_spam:
            break
        allowed = count
    return allowed


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
        floor: The former cut-offs; None: `DEFAULT_CUTOFFS`.

    Returns:
        Cut-offs, and one sentence for each tolerance that cannot be promised.
    """
    picked = choose_cutoffs(probability, spam, tolerance)
    usual = floor or DEFAULT_CUTOFFS
    low, high, notes = picked.approve_below, picked.spam_from, []
    ham, bad = int((~spam).sum()), int(spam.sum())
    sure = tolerance.confidence
    if ham < rows_needed(tolerance.ham_as_spam, sure):
        lost = int((probability[~spam] >= usual.spam_from).sum())
        high = max(high, usual.spam_from) if _broken(lost, ham, tolerance.ham_as_spam, sure) else usual.spam_from
        notes.append(_note_of_few("ham", ham, tolerance.ham_as_spam, "called spam", sure))
    if bad < rows_needed(tolerance.spam_approved, sure):
        passed = int((probability[spam] < usual.approve_below).sum())
        low = (
            min(low, usual.approve_below)
            if _broken(passed, bad, tolerance.spam_approved, sure)
            else usual.approve_below
        )
        notes.append(_note_of_few("spam", bad, tolerance.spam_approved, "approved", sure))
    return Cutoffs(min(low, high), high), tuple(notes)


def _broken(mistakes: int, rows: int, share: float, confidence: float) -> bool:
    """Whether so many mistakes show that the share is larger (Clopper & Pearson's lower bound)."""
    return rows > 0 and 1 - clopper_pearson_upper(rows - mistakes, rows, confidence) > share


def _note_of_few(what: str, rows: int, share: float, how: str, confidence: float) -> str:
    needed = rows_needed(share, confidence)
    return (
        f"{rows} {what} in the slice for cut-offs are too few to promise that at most {share:.2%} of {what} are {how} "
        f"({needed} are needed): the former cut-off stays, or a stricter one where the slice speaks against it"
    )
