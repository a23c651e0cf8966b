"""From a frame to a scorer: text models, forests over linkbacks, and a forest over evidence that is added to them.

The sums of both are added: as if, given the class, the evidence did not depend on the wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees, tree_sums
from moderator.training.boosting import fit_forests
from moderator.training.cutoffs import Platt
from moderator.training.directions import directions
from moderator.training.evidence import fit_evidence
from moderator.training.flatten import flatten, joined
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.recipe import Recipe
from moderator.training.splits import Split, block_folds
from moderator.training.texts import TextSource, fit_texts, out_of_fold_scores
from moderator.training.weights import row_weights

__all__ = ["Fitted", "fit"]

_APART = ("link", "standing", "sending")
"""Groups that the linkbacks' forests do not read where there is an evidence forest."""
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that was fitted; kept for retraining and inspection."""

    schema: Schema
    texts: dict[str, TextModel]
    trees: Trees
    """The linkbacks' forests and the evidence forest, as one."""
    base: float

    def scorer(self, platt: Platt = Platt(1.0, 0.0)) -> Scorer:  # noqa: B008  # an immutable default
        """The scorer with a calibration."""
        return Scorer(self.schema, self.texts, self.trees, self.base, platt.slope, platt.offset)


def fit(frame: Frame, recipe: Recipe, *, sources: Sequence[TextSource] = (), evidence: Frame | None = None) -> Fitted:
    """Fits a model.

    Args:
        frame: Labelled linkbacks, masked copies included.
        recipe: How.
        sources: Further rows for the text models.
        evidence: Rows whose evidence and labels in time can be trusted, generated or freshly checked; None: the
            frame's own are read by the linkbacks' forests like everything else.
    """
    weight = row_weights(frame, recipe)
    folds = list(block_folds(frame, folds=recipe.text_folds, seed=recipe.seed))
    scores = out_of_fold_scores(frame, weight, folds, sources, strength=recipe.text_strength)
    texts = fit_texts(frame, weight, np.arange(len(frame)), sources, strength=recipe.text_strength)
    table = np.column_stack([frame.numbers, scores])
    apart = () if evidence is None else _APART
    columns = np.flatnonzero([name.split(".")[0] not in apart for name in frame.schema.columns])
    trees, base = _forest(table, frame, weight, recipe, columns)
    if evidence is not None:
        whole = np.flatnonzero(frame.mask == WHOLE)
        start = _unseen(table, frame, weight, recipe, columns, folds)
        added, more = fit_evidence(evidence, frame.take(whole), start[whole], recipe)
        trees, base = joined([trees, added]), base + more
    return Fitted(frame.schema, texts, trees, base)


def _forest(table: Floats, frame: Frame, weight: Floats, recipe: Recipe, columns: Rows) -> tuple[Trees, float]:
    """Fits forests that read only these columns, and of them only such as say anything."""
    columns = columns[np.isfinite(table[:, columns]).sum(axis=0) > 0]
    forests = fit_forests(table[:, columns], frame.spam, weight, recipe, directions=directions(frame.schema)[columns])
    trees, base = flatten(forests)
    return trees._replace(feature=columns[trees.feature].astype(np.int32)), base


def _unseen(
    table: Floats, frame: Frame, weight: Floats, recipe: Recipe, columns: Rows, folds: Sequence[Split]
) -> Floats:
    """Log-odds of each row from forests that did not see it."""
    odds = np.zeros(len(frame))
    for train, test in folds:
        trees, base = _forest(table[train], frame.take(train), weight[train], recipe, columns)
        odds[test] = base + tree_sums(trees, table[test])
    return odds
