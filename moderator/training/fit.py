"""From a frame to a scorer: text models, forests over linkbacks, a forest over simulated evidence, calibration.

The links and the senders of old linkbacks cannot be seen any more, so what a link, a burst or a reputation says is
learned from generated rows, by a forest of its own that reads nothing else. It is fitted on as much ham as spam, so its
sum is the log-odds that the evidence adds; on a row without evidence that is nearly nothing. Both forests' sums are
added: as if, given the class, the evidence did not depend on the wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

__all__ = ["EVIDENCE_GROUPS", "Fitted", "fit"]

EVIDENCE_GROUPS = ("link", "standing")
"""Groups that the evidence forest reads, and no other forest."""
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
        evidence: Rows whose evidence and sending can be trusted, generated or freshly checked; None: the frame's own
            are read by the linkbacks' forests like everything else.
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
    own = np.array([name.split(".")[0] in EVIDENCE_GROUPS for name in frame.schema.columns])
    if evidence is None:
        return Fitted(frame.schema, texts, *_forest(table, frame, weight, recipe, np.ones_like(own)))
    main = _forest(table, frame, weight, recipe, ~own)
    added = _forest(evidence.numbers, evidence, row_weights(evidence, recipe), recipe, own)
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
