"""Cross-validation of a whole model by site: what a linkback gets from a model that never saw its site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moderator.training.fit import fit
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.measure import auc, recall_at
from moderator.training.recipe import Recipe
from moderator.training.splits import site_folds
from moderator.training.texts import TextSource

__all__ = ["Figures", "crossed_log_odds", "figures"]

Figures = dict[str, float]


def crossed_log_odds(
    frame: Frame,
    recipe: Recipe,
    *,
    folds: int,
    seed: int,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
) -> NDArray[np.float64]:
    """Uncalibrated log-odds of each row, from the fold that did not train on its site or campaign."""
    odds = np.full(len(frame), np.nan)
    for split in site_folds(frame, folds=folds, seed=seed):
        fitted = fit(frame.take(split.train), recipe, sources=sources, evidence=evidence)
        odds[split.test] = frame.take(split.test).log_odds(fitted.scorer())
    return odds


def figures(frame: Frame, odds: NDArray[np.float64]) -> Figures:
    """The figures by which a model is judged, on whole rows that are no self-pings."""
    rows = (frame.mask == WHOLE) & ~frame.self_ping
    spam, ham = rows & frame.spam, rows & ~frame.spam
    found = {"auc": auc(odds[spam], odds[ham])}
    for kind in ("pingback", "trackback", "webmention"):
        of_kind = frame.kind == kind
        found[kind] = auc(odds[spam & of_kind], odds[ham & of_kind])
    found["macro"] = float(np.nanmean([found[kind] for kind in ("pingback", "trackback", "webmention")]))
    found["caught at 1 %"] = recall_at(odds[spam], odds[ham], 0.01)
    found["caught at 0.1 %"] = recall_at(odds[spam], odds[ham], 0.001)
    return found
