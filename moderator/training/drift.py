"""Whether a model has aged: how far the distributions of features and probabilities have moved since training.

The measure is the population stability index, the sum over bins of ``(now - then) * ln(now / then)`` (Lewis 1994,
"An Introduction to Credit Scoring"; it is Jeffreys' divergence of the two histograms). Its customary reading is
Siddiqi's (2006, "Credit Risk Scorecards"): below 0.1 stable, 0.1 to 0.25 moved, above 0.25 moved far. Few rows alone
make an index: without any drift it is about chi-squared with bins - 1 degrees of freedom, times ``1/now + 1/then``
(Yurdakul & Naranjo 2020, "Statistical properties of the population stability index"). So a column counts as moved only
where it also exceeds that noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema

__all__ = [
    "LARGE_SHIFT",
    "MODERATE_SHIFT",
    "Drift",
    "FeatureDrift",
    "Histogram",
    "Stability",
    "drift",
    "histogram",
    "histogram_from_card",
    "reference",
    "shares_in",
    "stability_index",
]

Floats = NDArray[np.float64]
DECILES = np.arange(1, 10) / 10
MODERATE_SHIFT = 0.1
"""Index from which a column has moved (Siddiqi 2006)."""
LARGE_SHIFT = 0.25
"""Index from which it has moved far."""
_CONFIDENCE = 0.999
"""Quantile of the noise; strict, since some seventy columns are looked at."""
_FEWEST = 50
"""Rows without which nothing is said."""


class Histogram(NamedTuple):
    """How one column was spread."""

    edges: Floats
    """Upper edges of the bins but the last, growing: deciles, those that are equal once only."""
    shares: Floats
    """Share of the rows in each bin, and last the share without a value, shape (edges + 2,)."""
    rows: int
    """Rows it was made from."""

    def card(self) -> dict[str, Any]:
        """As JSON."""
        return {"edges": _rounded(self.edges), "shares": _rounded(self.shares), "rows": self.rows}


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def histogram(column: Floats) -> Histogram:
    """The deciles of a column and how many rows lie between them; nan is a bin of its own.

    >>> histogram(np.array([0.0, 0.0, 0.0, 1.0, np.nan])).shares.tolist()
    [0.6, 0.2, 0.0, 0.2]
    """
    known = column[~np.isnan(column)]
    # rounded before counting: later rows are counted against the edges as the card stores them
    edges = np.unique(_rounded(np.quantile(known, DECILES, method="inverted_cdf"))) if len(known) else np.zeros(0)
    return Histogram(edges, shares_in(column, edges), len(column))


def shares_in(column: Floats, edges: Floats) -> Floats:
    """Share of the rows in each bin, and last the share without a value; zeros where there are no rows."""
    known = column[~np.isnan(column)]
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1)
    return np.append(counts, len(column) - len(known)) / max(1, len(column))


def reference(schema: Schema, numbers: Floats, probability: Floats) -> dict[str, Any]:
    """The reference as the card stores it.

    Args:
        schema: Names of the columns.
        numbers: Numeric features of rows that the model was not fitted on, shape (rows, numbers).
        probability: Their calibrated probabilities.
    """
    features = {name: histogram(numbers[:, place]).card() for place, name in enumerate(schema.numbers)}
    return {"probability": histogram(probability).card(), "features": features}


def histogram_from_card(form: object) -> Histogram | None:
    """Reads a histogram back; None: the card holds none, or nonsense."""
    if not isinstance(form, dict):
        return None
    try:
        edges = np.array(form["edges"], np.float64).reshape(-1)
        shares = np.array(form["shares"], np.float64).reshape(-1)
        rows = int(form["rows"])
    except (KeyError, TypeError, ValueError):
        return None
    fits = len(shares) == len(edges) + 2 and bool((np.diff(edges) > 0).all()) and rows > 0
    return Histogram(edges, shares, rows) if fits and math.isclose(float(shares.sum()), 1.0, abs_tol=0.01) else None


class Stability(StrEnum):
    """How far a column has moved."""

    STABLE = "stable"
    MOVED = "moved"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One column now against then."""

    name: str
    index: float
    """Its population stability index."""
    noise: float
    """What the index could reach without any drift, given the number of rows."""
    stability: Stability
    then: tuple[float, ...]
    """Share of the rows in each bin at training time; the last bin holds those without a value."""
    now: tuple[float, ...]
    """Share of the rows in each bin now."""

    def summary(self) -> str:
        """How far it has moved, in words that fit its index."""
        if self.stability is Stability.STABLE and self.index > MODERATE_SHIFT:
            return f"no more than chance makes of so few rows, up to {self.noise:.2f}"
        return str(self.stability)


@dataclass(frozen=True, slots=True)
class Drift:
    """All columns, the furthest moved first."""

    rows: int
    """Rows looked at."""
    probability: FeatureDrift | None
    """The spam probability; None: the card holds no reference, or the rows are too few."""
    features: tuple[FeatureDrift, ...]
    """The features; empty: as above."""

    @property
    def aged(self) -> bool:
        """Whether the probability has moved far, or has moved together with a tenth of the features."""
        if self.probability is None:
            return False
        moved = sum(column.stability is not Stability.STABLE for column in self.features)
        if self.probability.stability is Stability.MOVED:
            return moved * 10 >= len(self.features)
        return self.probability.stability is Stability.FAR

    def summary(self) -> str:
        """The finding in one sentence."""
        if self.probability is None:
            return f"whether the model has aged cannot be said: no reference in its card, or too few rows ({self.rows})"
        moved = [column for column in self.features if column.stability is not Stability.STABLE]
        named = ", ".join(f"{column.name} {column.index:.2f}" for column in moved[:3])
        features = f"{len(moved)} of {len(self.features)} features have moved" + (f" ({named})" if named else "")
        verdict = "the model has aged, retrain it" if self.aged else "the model has not aged"
        score = f"stability index of the probability {self.probability.index:.2f} ({self.probability.summary()})"
        return f"{verdict}: {score}, {features}"


def stability_index(then: Floats, now: Floats, rows: int = 10_000) -> float:
    """The population stability index of two histograms over the same bins.

    Args:
        then: Shares of the bins.
        now: Likewise.
        rows: Rows that the shares of now come from; an empty bin counts as half a row, since the logarithm needs
            something.

    >>> stability_index(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    0.0
    >>> round(stability_index(np.array([0.5, 0.5]), np.array([0.8, 0.2])), 3)
    0.416
    """
    one, other = np.maximum(then, 0.5 / rows), np.maximum(now, 0.5 / rows)
    return float(((other - one) * np.log(other / one)).sum())


def drift(card: Mapping[str, Any], names: tuple[str, ...], numbers: Floats, probability: Floats) -> Drift:
    """Recent rows against a card's reference.

    Args:
        card: The card's metrics; their ``reference`` is what `reference` made.
        names: Names of the numeric features.
        numbers: The recent rows' features, shape (rows, numbers).
        probability: Their probabilities.
    """
    stored = card.get("reference")
    rows = len(probability)
    if not isinstance(stored, Mapping) or rows < _FEWEST:
        return Drift(rows, None, ())
    features = stored.get("features")
    known = features if isinstance(features, Mapping) else {}
    moved = [
        _moved(name, then, numbers[:, place])
        for place, name in enumerate(names)
        if (then := histogram_from_card(known.get(name))) is not None
    ]
    moved.sort(key=lambda column: (-column.index, column.name))
    then = histogram_from_card(stored.get("probability"))
    return Drift(rows, None if then is None else _moved("spam probability", then, probability), tuple(moved))


def _moved(name: str, then: Histogram, column: Floats) -> FeatureDrift:
    from scipy.stats import chi2

    now = shares_in(column, then.edges)
    index = stability_index(then.shares, now, len(column))
    bins = int(((then.shares > 0) | (now > 0)).sum())
    noise = float(chi2.ppf(_CONFIDENCE, max(1, bins - 1))) * (1 / then.rows + 1 / len(column))
    stability = Stability.STABLE
    if index > max(MODERATE_SHIFT, noise):
        stability = Stability.FAR if index > max(LARGE_SHIFT, noise) else Stability.MOVED
    return FeatureDrift(name, index, noise, stability, tuple(then.shares.tolist()), tuple(now.tolist()))
