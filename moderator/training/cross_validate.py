"""Cross-validation of a whole model by site: each site is scored by a model that never saw it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from moderator.training.fit import FittedTexts, MainForests, add_evidence, fit, grow_evidence
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.metrics import auc, recall_at
from moderator.training.pages import Pages
from moderator.training.recipe import Recipe
from moderator.training.splits import site_folds
from moderator.training.texts import TextSource

__all__ = ["Figures", "figures", "out_of_fold_log_odds", "out_of_fold_page_log_odds"]

Figures = dict[str, float]


def out_of_fold_log_odds(
    frame: Frame,
    recipe: Recipe,
    *,
    folds: int,
    seed: int,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
    pages: Pages | None = None,
) -> NDArray[np.float64]:
    """Uncalibrated log-odds of each row, from the fold that did not train on its site or campaign."""
    odds = np.full(len(frame), np.nan)
    for split in site_folds(frame, folds=folds, seed=seed):
        fitted = fit(frame.take(split.train), recipe, sources=sources, evidence=evidence, pages=pages)
        odds[split.test] = frame.take(split.test).log_odds(fitted.scorer())
    return odds


def out_of_fold_page_log_odds(
    main: MainForests,
    read: FittedTexts,
    recipe: Recipe,
    evidence: Frame,
    pages: Pages,
    *,
    folds: int,
    seed: int,
    keeps: Callable[[str], bool] = lambda column: True,
) -> NDArray[np.float64]:
    """Uncalibrated log-odds of each page, from the fold that did not train on its network.

    Args:
        main: Forests that saw no page.
        read: Text models that saw no page.
        recipe: How.
        evidence: Generated rows with evidence.
        pages: The pages.
        folds: How many folds.
        seed: Of the order in which networks are dealt.
        keeps: Which columns the evidence forest may read, by name.
    """
    odds = np.full(len(pages.frame), np.nan)
    grown = grow_evidence(main, recipe, evidence, keeps=keeps)
    for split in site_folds(pages.frame, folds=folds, seed=seed):
        tested = np.unique(pages.frame.family[split.test])
        sources = [
            replace(source, frame=source.frame.take(~np.isin(source.frame.family, tested))) for source in pages.sources
        ]
        taught = Pages(pages.frame.take(split.train), sources)
        fitted = add_evidence(main, read, recipe, evidence, taught, keeps=keeps, grown=grown)
        odds[split.test] = pages.frame.take(split.test).log_odds(fitted.scorer())
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
