"""From a frame to a scorer: text models, forests over linkbacks, and a forest over evidence that is added to them.

The sums of both are added: as if, given the class, the evidence did not depend on the wording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.execution.base import Map
from moderator.features.row import Schema
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees, tree_sums
from moderator.training.boosting import fit_forests
from moderator.training.cutoffs import Platt
from moderator.training.directions import directions
from moderator.training.evidence import fit_evidence
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.recipe import Recipe
from moderator.training.splits import Split, block_folds
from moderator.training.texts import TextSource, fit_many, unseen_scores
from moderator.training.tree_arrays import flatten, joined
from moderator.training.weights import row_weights

__all__ = ["Fitted", "Read", "fit", "grow_forests", "read_texts"]

_APART = ("link", "reputation", "sending")
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


def fit(
    frame: Frame,
    recipe: Recipe,
    *,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
    each: Map = map,
) -> Fitted:
    """Fits a model.

    Args:
        frame: Labelled linkbacks, masked copies included.
        recipe: How.
        sources: Further rows for the text models.
        evidence: Rows whose evidence and labels in time can be trusted, generated or freshly checked; None: the
            frame's own are read by the linkbacks' forests like everything else.
        each: Fits text models one after the other, or several at once; the result is the same.
    """
    read = read_texts(frame, recipe, sources, each=each)
    return Fitted(frame.schema, read.texts, *grow_forests(frame, recipe, read, evidence=evidence))


class Read(NamedTuple):
    """What the text models say of the rows that they were fitted on."""

    texts: dict[str, TextModel]
    """The models, fitted on all rows."""
    scores: Floats
    """Scores of each row by models that did not see it, shape (rows, channels)."""
    folds: list[Split]
    """The folds in which they did not see it."""


def read_texts(frame: Frame, recipe: Recipe, sources: Sequence[TextSource], *, each: Map = map) -> Read:
    """Fits the text models; see `fit`."""
    weight = row_weights(frame, recipe)
    folds = list(block_folds(frame, folds=recipe.text_folds, seed=recipe.seed))
    parts = [*(fold.train for fold in folds), np.arange(len(frame))]
    models = fit_many(frame, weight, parts, sources, strength=recipe.text_strength, each=each)
    scores = unseen_scores(frame, folds, models)
    [texts] = models
    return Read(texts, scores, folds)


def grow_forests(
    frame: Frame,
    recipe: Recipe,
    read: Read,
    *,
    evidence: Frame | None = None,
    keeps: Callable[[str], bool] = lambda column: True,
) -> tuple[Trees, float]:
    """Grows the forests on what the text models said; see `fit`.

    Args:
        frame: Labelled linkbacks.
        recipe: How.
        read: What `read_texts` gave for them.
        evidence: Rows for the evidence forest; None: there is none.
        keeps: Which columns may be read at all, by name.

    Returns:
        All trees as one forest, and the log-odds before the first of them.
    """
    weight = row_weights(frame, recipe)
    table = np.column_stack([frame.numbers, read.scores])
    apart = () if evidence is None else _APART
    columns = np.flatnonzero([keeps(name) and name.split(".")[0] not in apart for name in frame.schema.columns])
    trees, base = _forest(table, frame, weight, recipe, columns)
    if evidence is None:
        return trees, base
    whole = np.flatnonzero(frame.mask == WHOLE)
    start = _unseen(table, frame, weight, recipe, columns, read.folds)
    added, more = fit_evidence(evidence, frame.take(whole), start[whole], recipe)
    return joined([trees, added]), base + more


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
