"""Chooses a scorer: the base as it is, the base with corrections, or one trained from scratch.

The choice is made on the calibration slice, by log loss after calibration. A candidate must be better than the one
before it by more than the standard error of their paired difference: on a small export nearly nothing is, and then
what is known to work stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.model.scorer import Scorer
from moderator.training.cutoffs import Platt, fit_platt
from moderator.training.frame import Frame
from moderator.training.metrics import auc
from moderator.training.predictions import frame_log_odds

__all__ = ["Candidate", "RatedCandidate", "calibrated_scorer", "choose_candidate", "losses", "rate_candidate"]

Floats = NDArray[np.float64]
_CALIBRATED_FROM = 20
"""Ham, and spam, from which Platt's line is fitted to a base that is calibrated already."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scorer that could be taken."""

    name: str
    """``base``, ``base and 10 corrections``, ``from scratch``."""
    scorer: Scorer
    """Without a calibration of its own."""
    calibrated: bool
    """Whether its log-odds are calibrated already, if not on these rows."""


@dataclass(frozen=True, slots=True)
class RatedCandidate:
    """A candidate on the calibration slice."""

    name: str
    scorer: Scorer
    """With its calibration."""
    loss: Floats
    """Log loss of each row."""
    log_loss: float
    """Mean log loss in nats; nan: no rows."""
    auc: float
    """Area under the ROC curve; nan: a class is missing."""

    def card(self) -> dict[str, Any]:
        """What the model's card tells of it."""
        return {"name": self.name, "log_loss": self.log_loss, "auc": self.auc}


def losses(log_odds: Floats, spam: NDArray[np.bool_]) -> Floats:
    """Log loss of each row in nats.

    >>> losses(np.array([0.0]), np.array([True])).round(4).tolist()
    [0.6931]
    """
    return np.asarray(np.logaddexp(0.0, np.where(spam, -log_odds, log_odds)))


def calibrated_scorer(candidate: Candidate, raw: Floats, spam: NDArray[np.bool_]) -> Scorer:
    """The candidate's scorer with Platt's line, fitted where there are rows enough."""
    few = min(int(spam.sum()), int((~spam).sum())) < _CALIBRATED_FROM
    line = Platt(1.0, 0.0) if candidate.calibrated and few else fit_platt(raw, spam)
    return replace(candidate.scorer, slope=line.slope, offset=line.offset)


def rate_candidate(candidate: Candidate, frame: Frame) -> RatedCandidate:
    """The candidate calibrated and measured on one and the same slice: two numbers are fitted, on all alike."""
    raw = frame_log_odds(candidate.scorer, frame)
    scorer = calibrated_scorer(candidate, raw, frame.spam)
    log_odds = scorer.slope * raw + scorer.offset
    loss = losses(log_odds, frame.spam)
    return RatedCandidate(
        candidate.name,
        scorer,
        loss,
        float(loss.mean()) if len(loss) else float("nan"),
        auc(log_odds[frame.spam], log_odds[~frame.spam]),
    )


def choose_candidate(candidates: Iterable[RatedCandidate]) -> RatedCandidate:
    """The candidate to take.

    Args:
        candidates: From the safest to the boldest; at least one.
    """
    stream = iter(candidates)
    best = next(stream)
    for other in stream:
        gain = best.loss - other.loss
        if len(gain) > 1 and gain.mean() > gain.std(ddof=1) / np.sqrt(len(gain)):
            best = other
    return best
