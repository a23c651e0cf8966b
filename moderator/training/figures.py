"""The figures of an evaluation: how good verdicts and probabilities are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.records import Verdict
from moderator.training.metrics import (
    CalibrationBin,
    Curve,
    HistogramBucket,
    auc,
    calibration_curve,
    calibration_error,
    clopper_pearson_upper,
    precision_recall_curve,
    recall_at,
    roc_curve,
    score_histogram,
)
from moderator.training.predictions import Predictions

__all__ = ["COSTS", "Confusion", "Figures", "Share", "costs_of", "figures_of", "json_ready", "share_of"]

COSTS = {"ham called spam": 10.0, "spam approved": 1.0, "held": 0.2}
"""What a mistake costs, relative to one spam approved: SpamBayes' own weights (its Options.py, "TestDriver")."""
_KIND_ROWS = 5
"""Ham, and spam, of a kind that its own AUC needs to enter the mean over kinds."""
_SITES = 25
"""Sites that are listed one by one; the others are summed up."""
_VERDICTS = tuple(verdict.value for verdict in Verdict)


class Share(NamedTuple):
    """A share with its interval."""

    share: float
    """0 to 1; nan: there was nothing to count."""
    low: float
    """Lower end of the 95 % interval (Clopper & Pearson 1934)."""
    high: float
    """Upper end."""
    seen: int
    """How many were counted."""
    total: int


class Confusion(NamedTuple):
    """Verdicts by label, for one sort of rows."""

    name: str
    ham: tuple[int, int, int]
    """Ham approved, held, called spam."""
    spam: tuple[int, int, int]
    """Spam approved, held, called spam."""
    auc: float
    """Area under the ROC curve; nan: a class is missing."""

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(self.ham) + sum(self.spam)


@dataclass(frozen=True, slots=True)
class Figures:
    """An evaluation in figures; nan where a class is missing."""

    ham: int
    spam: int
    auc: float
    """Area under the ROC curve."""
    auc_by_kind: float
    """Mean of the kinds' own areas: what is left when the kind tells nothing."""
    caught_at_1_percent: float
    """Share of spam above the cut-off that one in a hundred ham exceeds."""
    caught_at_1_permille: float
    """Share of spam above the cut-off that one in a thousand ham exceeds."""
    calibration_error: float
    """Expected calibration error over ten bins."""
    log_loss: float
    """Mean log loss in nats."""
    cost: float
    """Mean cost of a row by `COSTS`."""
    ham_as_spam: Share
    spam_approved: Share
    held: Share
    roc: Curve
    precision_recall: Curve
    reliability: tuple[CalibrationBin, ...]
    spread: tuple[HistogramBucket, ...]
    by_kind: tuple[Confusion, ...]
    by_evidence: tuple[Confusion, ...]
    by_site: tuple[Confusion, ...]
    by_rule: tuple[Confusion, ...]

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON; what is not known is null."""
        ready = json_ready(asdict(self))
        assert isinstance(ready, dict)  # noqa: S101  # a record is a dictionary
        return ready

    def summary(self) -> dict[str, Any]:
        """The single figures without curves and tables, as JSON."""
        whole = self.to_json()
        return {name: part for name, part in whole.items() if name not in _LONG}


_LONG = {"roc", "precision_recall", "reliability", "spread", "by_kind", "by_evidence", "by_site", "by_rule"}


def json_ready(value: object) -> object:
    """Records as JSON: named tuples by name, nan and infinities as null, numbers with six digits."""
    if isinstance(value, dict):
        return {str(name): json_ready(part) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return json_ready(value._asdict())
    if isinstance(value, (list, tuple)):
        return [json_ready(part) for part in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def share_of(count: int, total: int) -> Share:
    """A share with its two-sided 95 % interval.

    >>> share_of(0, 10)[2] > 0.3
    True
    """
    if not total:
        return Share(math.nan, math.nan, math.nan, 0, 0)
    low = 1 - clopper_pearson_upper(total - count, total, 0.975)
    return Share(count / total, low, clopper_pearson_upper(count, total, 0.975), count, total)


def costs_of(verdict: NDArray[np.str_], spam: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each verdict costs."""
    cost = np.where(verdict == Verdict.HOLD.value, COSTS["held"], 0.0)
    cost += np.where(~spam & (verdict == Verdict.SPAM.value), COSTS["ham called spam"], 0.0)
    return cost + np.where(spam & (verdict == Verdict.APPROVE.value), COSTS["spam approved"], 0.0)


def figures_of(rows: Predictions) -> Figures:
    """Measures judged rows; no rows give nan."""
    spam, chance = rows.spam, rows.probability
    clipped = np.clip(chance, 1e-15, 1 - 1e-15)
    by_kind = _confusions(rows, rows.kind)
    areas = [table.auc for table in by_kind if sum(table.ham) >= _KIND_ROWS and sum(table.spam) >= _KIND_ROWS]
    ham_as_spam = int((~spam & (rows.verdict == Verdict.SPAM.value)).sum())
    spam_approved = int((spam & (rows.verdict == Verdict.APPROVE.value)).sum())
    return Figures(
        ham=int((~spam).sum()),
        spam=int(spam.sum()),
        auc=auc(chance[spam], chance[~spam]),
        auc_by_kind=float(np.mean(areas)) if areas else math.nan,
        caught_at_1_percent=recall_at(chance[spam], chance[~spam], 0.01),
        caught_at_1_permille=recall_at(chance[spam], chance[~spam], 0.001),
        calibration_error=calibration_error(chance, spam),
        log_loss=_mean(-np.log(np.where(spam, clipped, 1 - clipped))),
        cost=_mean(costs_of(rows.verdict, spam)),
        ham_as_spam=share_of(ham_as_spam, int((~spam).sum())),
        spam_approved=share_of(spam_approved, int(spam.sum())),
        held=share_of(int((rows.verdict == Verdict.HOLD.value).sum()), len(rows)),
        roc=roc_curve(chance, spam),
        precision_recall=precision_recall_curve(chance, spam),
        reliability=calibration_curve(chance, spam),
        spread=score_histogram(chance, spam),
        by_kind=by_kind,
        by_evidence=_confusions(rows, rows.status),
        by_site=_few(_confusions(rows, rows.site)),
        by_rule=_confusions(rows, np.where(rows.rule == "", "the probability", rows.rule)),
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else math.nan


def _confusions(rows: Predictions, sort: NDArray[np.str_]) -> tuple[Confusion, ...]:
    """One table for each sort, the largest first."""
    names, own = np.unique(sort, return_inverse=True)
    tables = [_confusion(str(name), rows.take(own == place)) for place, name in enumerate(names)]
    return tuple(sorted(tables, key=lambda table: (-table.rows, table.name)))


def _confusion(name: str, rows: Predictions) -> Confusion:
    good, bad = (
        tuple(int(((rows.spam == label) & (rows.verdict == verdict)).sum()) for verdict in _VERDICTS)
        for label in (False, True)
    )
    area = auc(rows.probability[rows.spam], rows.probability[~rows.spam])
    return Confusion(name, (good[0], good[1], good[2]), (bad[0], bad[1], bad[2]), area)


def _few(tables: Sequence[Confusion]) -> tuple[Confusion, ...]:
    """The largest, and the others as one."""
    if len(tables) <= _SITES:
        return tuple(tables)
    others = tables[_SITES:]
    good, bad = (
        tuple(sum(getattr(table, side)[place] for table in others) for place in range(3)) for side in ("ham", "spam")
    )
    rest = Confusion(f"{len(others)} other sites", (good[0], good[1], good[2]), (bad[0], bad[1], bad[2]), math.nan)
    return (*tables[:_SITES], rest)
