"""From a frame to a scorer: text models, forests over linkbacks, a forest over simulated evidence, calibration.

What the pages of old linkbacks showed cannot be seen any more, and their labels have no times. So what a link or an
earlier label says is learned from generated rows, by a forest of its own that reads nothing else. It is fitted on as
much ham as spam, so its sum is the log-odds that the evidence adds; on a row without evidence that is nearly nothing.
Both forests' sums are added: as if, given the class, the evidence did not depend on the wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees
from moderator.training.boosting import fit_forests
from moderator.training.cutoffs import Platt
from moderator.training.directions import directions
from moderator.training.flatten import flatten
from moderator.training.frame import Frame
from moderator.training.recipe import Recipe
from moderator.training.splits import block_folds
from moderator.training.texts import TextSource, fit_texts, out_of_fold_scores
from moderator.training.weights import row_weights

__all__ = ["Fitted", "fit"]

_APART = ("link", "standing")
"""Groups that the linkbacks' forests do not read where there is an evidence forest."""
_SHARE = "_spam_share"
"""End of the names of the standings that the evidence forest reads: those that are missing until somebody labels."""
Floats = NDArray[np.float64]


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
    scores = out_of_fold_scores(
        frame,
        weight,
        block_folds(frame, folds=recipe.text_folds, seed=recipe.seed),
        sources,
        strength=recipe.text_strength,
    )
    texts = fit_texts(frame, weight, np.arange(len(frame)), sources, strength=recipe.text_strength)
    table = np.column_stack([frame.numbers, scores])
    columns = frame.schema.columns
    if evidence is None:
        return Fitted(frame.schema, texts, *_forest(table, frame, weight, recipe, np.ones(len(columns), np.bool_)))
    main = _forest(table, frame, weight, recipe, np.array([name.split(".")[0] not in _APART for name in columns]))
    seen = np.array([name.startswith("link.") or name.endswith(_SHARE) for name in columns])
    small = replace(recipe, trees=recipe.evidence_trees, leaves=recipe.evidence_leaves, forests=1)
    added = _forest(evidence.numbers, evidence, row_weights(evidence, recipe), small, seen)
    return Fitted(frame.schema, texts, *_joined(main, added))


def _forest(
    table: Floats, frame: Frame, weight: Floats, recipe: Recipe, wanted: NDArray[np.bool_]
) -> tuple[Trees, float]:
    """Fits forests that read only the wanted columns, and of these only such as say anything."""
    says_something = np.isfinite(table).sum(axis=0) > 0
    columns = np.flatnonzero(wanted[: table.shape[1]] & says_something)
    forests = fit_forests(table[:, columns], frame.spam, weight, recipe, directions=directions(frame.schema)[columns])
    trees, base = flatten(forests)
    return trees._replace(feature=columns[trees.feature].astype(np.int32)), base


def _joined(one: tuple[Trees, float], other: tuple[Trees, float]) -> tuple[Trees, float]:
    """Two forests as one whose sum is the sum of theirs."""
    (a, base), (b, more) = one, other
    shift = np.int32(len(a.value))
    return (
        Trees(
            roots=np.concatenate([a.roots, b.roots + shift]),
            feature=np.concatenate([a.feature, b.feature]),
            threshold=np.concatenate([a.threshold, b.threshold]),
            missing_left=np.concatenate([a.missing_left, b.missing_left]),
            left=np.concatenate([a.left, b.left + shift]),
            right=np.concatenate([a.right, b.right + shift]),
            value=np.concatenate([a.value, b.value]),
            depth=max(a.depth, b.depth),
        ),
        base + more,
    )
