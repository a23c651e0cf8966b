"""Finds label noise: labels that the other rows contradict, such as spam approved in unmoderated queues.

A row is doubted when models that saw neither its site nor its campaign are nearly sure of the opposite. Doubted rows
are not relabelled, only left out of fitting: the owner may be right, and what is measured keeps every label as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moderator.execution.base import Map
from moderator.model.scorer import probability
from moderator.training.boosting import fit_forests, mean_log_odds
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.monotonic import monotonic_constraints
from moderator.training.recipe import Recipe
from moderator.training.sampling import row_weights
from moderator.training.splits import block_folds, sites_cut_by_domain
from moderator.training.texts import out_of_fold_scores

__all__ = ["LabelDoubt", "noisy_labels", "out_of_fold_probabilities"]

_TREES = 80
"""Trees of the models that doubt; a rough judge will do."""


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """When a label is doubted, as probabilities of spam by models that did not see the row."""

    ham_above: float = 0.9
    """Ham above it is doubted; 1: none is."""
    spam_below: float = 0.0
    """Spam below it is doubted; 0: none is. Whoever marks spam does so on purpose: what is approved may merely have
    been left alone, and doubting spam cost the rare kinds of it."""
    fewest: int = 50
    """Rows that each class must have before any label is doubted: of a rarer one the other models know too little."""


def out_of_fold_probabilities(frame: Frame, recipe: Recipe, *, each: Map = map) -> NDArray[np.float64]:
    """Probability of spam of every row, by models that saw neither its site nor its campaign, shape (rows,).

    Ham and spam weigh the same in these models, so the probabilities are not those of the export's own mixture.
    """
    parted = sites_cut_by_domain(frame, recipe.text_folds)
    weight = row_weights(frame, recipe)
    folds = list(block_folds(parted, folds=recipe.text_folds, seed=recipe.seed))
    texts = out_of_fold_scores(frame, weight, folds, (), strength=recipe.text_strength, each=each)
    table = np.column_stack([frame.numbers, texts])
    rough = replace(recipe, forests=1, trees=min(recipe.trees, _TREES))
    chances = np.full(len(frame), 0.5)
    for train, test in folds:
        if len(np.unique(frame.spam[train])) < 2 or not len(test):
            continue
        forests = fit_forests(
            table[train], frame.spam[train], weight[train], rough, constraints=monotonic_constraints(frame.schema)
        )
        chances[test] = probability(mean_log_odds(forests, table[test]))
    return chances


def noisy_labels(frame: Frame, recipe: Recipe, doubt: LabelDoubt, *, each: Map = map) -> NDArray[np.bool_]:
    """Which rows have a label that the others contradict; all masked copies of such a row with it.

    Args:
        frame: Labelled rows, masked copies included.
        recipe: How the models that doubt are made.
        doubt: When a label is doubted.
        each: Fits text models one after the other, or several at once.
    """
    whole = np.flatnonzero(frame.mask == WHOLE)
    if doubt.ham_above >= 1.0 and doubt.spam_below <= 0.0:
        return np.zeros(len(frame), np.bool_)
    part = frame.take(whole)
    chances = out_of_fold_probabilities(part, recipe, each=each)
    wrong = np.where(part.spam, chances < doubt.spam_below, chances > doubt.ham_above)
    if min(part.spam.sum(), (~part.spam).sum()) < doubt.fewest:
        wrong[:] = False
    return np.isin(frame.origin, part.origin[wrong])
