"""Compares two models on the same later rows: won, tied or lost on several splits, and whether the new one is worse.

The splits are blocks of time and sites. On each, three measures are compared: area under the ROC curve, log loss, and
cost of the verdicts at each model's own cut-offs. A difference within a tolerance or within its own standard error is
a tie. The standard error is that of the paired difference; of the area by DeLong et al. (1988).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.training.figures import costs_of, json_ready
from moderator.training.predictions import Predictions

__all__ = ["TOLERANCE", "Comparison", "MeasureComparison", "Outcome", "compare", "difference_of_areas"]

Floats = NDArray[np.float64]
TOLERANCE = {"auc": 0.002, "log loss": 0.002, "cost": 0.002}
"""Differences that nobody would notice."""
WHOLE = "all rows"
"""Name of the measures on all rows together."""
_BLOCKS = 4
"""Blocks of time."""
_SITES = 8
"""Sites that are compared one by one, the largest."""
_FEWEST = 10
"""Ham, and spam, that a split needs."""
_CLEAR = 2.0
"""Standard errors from which a loss on all rows is clear."""


class Outcome(StrEnum):
    """How a comparison ended for the new model."""

    WON = "won"
    TIED = "tied"
    LOST = "lost"


class MeasureComparison(NamedTuple):
    """One measure on one split."""

    split: str
    measure: str
    new: float
    old: float
    gain: float
    """How much better the new one is: above zero is better, whatever the measure."""
    error: float
    """Standard error of the gain."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """The new model against the old one."""

    rows: int
    measures: tuple[MeasureComparison, ...]
    """Those on all rows first; empty: too few rows to compare."""
    worse: bool
    """Whether the new model must not take over."""
    why: tuple[str, ...]
    """The grounds in plain words."""

    def count(self, outcome: Outcome) -> int:
        """Bouts on single splits that ended so."""
        return sum(each.outcome is outcome and each.split != WHOLE for each in self.measures)

    def whole(self) -> tuple[MeasureComparison, ...]:
        """The measures on all rows together."""
        return tuple(each for each in self.measures if each.split == WHOLE)

    def summary(self) -> str:
        """The result in one sentence."""
        if not self.measures:
            return "; ".join(self.why)
        counted = ", ".join(f"{self.count(outcome)} {outcome}" for outcome in Outcome)
        return f"{counted} over {self.rows} later rows; {'; '.join(self.why)}"

    def to_json(self) -> dict[str, Any]:
        """As JSON; what is not known is null."""
        return {
            "rows": self.rows,
            "won": self.count(Outcome.WON),
            "tied": self.count(Outcome.TIED),
            "lost": self.count(Outcome.LOST),
            "worse": self.worse,
            "why": list(self.why),
            "measures": json_ready(list(self.measures)),
        }


def compare(new: Predictions, old: Predictions) -> Comparison:
    """Compares two models' judgements of the same rows.

    Args:
        new: By the model that wants to take over.
        old: By the one it would replace; the same rows in the same order.

    Returns:
        The comparison. Too few rows to tell count as worse: what cannot be measured is not promoted.
    """
    spam, ham = int(new.spam.sum()), int((~new.spam).sum())
    if min(spam, ham) < _FEWEST:
        few = (
            f"the last rows by time hold {ham} ham and {spam} spam, at least {_FEWEST} of each are needed to compare "
            "two models (rows that share a sender, a domain or a wording stay together); add labels of a longer time "
            "or of other senders"
        )
        return Comparison(len(new), (), True, (few,))
    measures = tuple(each for name, rows in _splits(new) for each in _compared(name, new.take(rows), old.take(rows)))
    worse, why = _scorer(measures)
    return Comparison(len(new), measures, worse, why)


def _splits(rows: Predictions) -> Iterator[tuple[str, NDArray[np.intp]]]:
    yield WHOLE, np.arange(len(rows))
    order = np.argsort(rows.at, kind="stable")
    for number, block in enumerate(np.array_split(order[np.isfinite(rows.at[order])], _BLOCKS)):
        if _both(rows, block):
            yield f"time block {number + 1} of {_BLOCKS}", block
    sites, counts = np.unique(rows.site, return_counts=True)
    if len(sites) < 2:
        return
    for place in np.argsort(-counts, kind="stable")[:_SITES]:
        block = np.flatnonzero(rows.site == sites[place])
        if _both(rows, block):
            yield f"site {sites[place]}", block


def _both(rows: Predictions, block: NDArray[np.intp]) -> bool:
    bad = int(rows.spam[block].sum())
    return min(bad, len(block) - bad) >= _FEWEST


def _compared(split: str, new: Predictions, old: Predictions) -> Iterator[MeasureComparison]:
    area, other, error = difference_of_areas(new.probability, old.probability, new.spam)
    yield _measured(split, "auc", area, other, area - other, error)
    for measure, one, two in (
        ("log loss", _log_loss(new), _log_loss(old)),
        ("cost", costs_of(new.verdict, new.spam), costs_of(old.verdict, old.spam)),
    ):
        gain = two - one
        error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
        yield _measured(split, measure, float(one.mean()), float(two.mean()), float(gain.mean()), error)


def _measured(split: str, measure: str, new: float, old: float, gain: float, error: float) -> MeasureComparison:
    outcome = Outcome.TIED
    if abs(gain) > max(TOLERANCE[measure], error):
        outcome = Outcome.WON if gain > 0 else Outcome.LOST
    return MeasureComparison(split, measure, new, old, gain, error, outcome)


def _log_loss(rows: Predictions) -> Floats:
    chance = np.clip(rows.probability, 1e-6, 1 - 1e-6)
    return -np.log(np.where(rows.spam, chance, 1 - chance))


def _scorer(measures: tuple[MeasureComparison, ...]) -> tuple[bool, tuple[str, ...]]:
    whole = [each for each in measures if each.split == WHOLE]
    clear = [each for each in whole if each.outcome is Outcome.LOST and -each.gain > _CLEAR * each.error]
    parts = [each.outcome for each in measures if each.split != WHOLE]
    won, lost = parts.count(Outcome.WON), parts.count(Outcome.LOST)
    why = [f"{each.measure} is clearly worse on all rows: {each.new:.4f} against {each.old:.4f}" for each in clear]
    if lost > won:
        why.append(f"it lost {lost} comparisons on single splits and won {won}")
    if why:
        return True, tuple(why)
    figures = ", ".join(f"{each.measure} {each.new:.4f} against {each.old:.4f}" for each in whole)
    return False, (f"it is not worse: {figures}",)


def difference_of_areas(one: Floats, other: Floats, spam: NDArray[np.bool_]) -> tuple[float, float, float]:
    """The areas under two ROC curves over the same rows, and the standard error of their difference.

    Args:
        one: Scores by one model.
        other: Scores by the other.
        spam: Labels; both classes must be there, and twice at least.

    Returns:
        Both areas, and the standard error (DeLong, DeLong & Clarke-Pearson 1988).
    """
    above, below = zip(_placements(one, spam), _placements(other, spam), strict=True)
    gap_spam, gap_ham = above[0] - above[1], below[0] - below[1]
    error = np.sqrt(gap_spam.var(ddof=1) / len(gap_spam) + gap_ham.var(ddof=1) / len(gap_ham))
    return float(above[0].mean()), float(above[1].mean()), float(error)


def _placements(scores: Floats, spam: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """For each spam the share of ham below it, for each ham the share of spam above it; ties count half."""
    bad, good = scores[spam], scores[~spam]
    falling, rising = np.sort(good), np.sort(bad)
    below = np.searchsorted(falling, bad, "left") + np.searchsorted(falling, bad, "right")
    above = 2 * len(bad) - np.searchsorted(rising, good, "left") - np.searchsorted(rising, good, "right")
    return below / (2 * len(good)), above / (2 * len(bad))
