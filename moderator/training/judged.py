"""Judged rows: what was decided of labelled linkbacks, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.model.policy import Cutoffs
from moderator.records import LinkStatus, Verdict
from moderator.training.frame import Frame

__all__ = ["Judged", "judged_by_cutoffs", "verdicts"]


@dataclass(frozen=True, slots=True)
class Judged:
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

    def take(self, rows: NDArray[Any]) -> Judged:
        """Only these rows, given by a boolean array or by their numbers."""
        return Judged(**{entry.name: getattr(self, entry.name)[rows] for entry in fields(self)})


def verdicts(probability: NDArray[np.float64], cutoffs: Cutoffs) -> NDArray[np.str_]:
    """The verdicts that the probabilities alone give.

    >>> verdicts(np.array([0.0, 0.5, 1.0]), Cutoffs(0.1, 0.9)).tolist()
    ['approve', 'hold', 'spam']
    """
    sure = np.where(probability >= cutoffs.spam_from, Verdict.SPAM.value, Verdict.HOLD.value)
    return np.where(probability < cutoffs.approve_below, Verdict.APPROVE.value, sure)


def judged_by_cutoffs(frame: Frame, probability: NDArray[np.float64], cutoffs: Cutoffs) -> Judged:
    """A frame's rows judged by their probabilities alone; what their pages showed is taken as not known."""
    nothing = np.full(len(frame), "")
    return Judged(
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
