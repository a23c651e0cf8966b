"""From a frame to a scorer: text models, forests over linkbacks, and a forest over evidence that is added to them.

The sums of both are added: as if, given the class, the evidence did not depend on the wording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.execution.base import Map
from moderator.features.row import Schema
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees, tree_sums
from moderator.training.boosting import fit_forests, flatten, joined
from moderator.training.cutoffs import Platt
from moderator.training.evidence import OF_PAGES, EvidenceRows, fit_evidence
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE
from moderator.training.monotonic import monotonic_constraints
from moderator.training.pages import Pages, fit_page_texts, page_channels
from moderator.training.reading import Parts, ReadScale, page_trees, summed
from moderator.training.recipe import Recipe
from moderator.training.sampling import row_weights
from moderator.training.splits import Split, block_folds
from moderator.training.texts import TextSource, fit_text_models, unseen_scores

__all__ = [
    "Fitted",
    "FittedTexts",
    "MainForests",
    "add_evidence",
    "fit",
    "fit_linkback_texts",
    "grow_evidence",
    "grow_main",
]

_APART = (*OF_PAGES, "reputation.", "sending.")
"""Beginnings of features that the linkbacks' forests do not read where there is an evidence forest."""
_UNREAD_WEIGHT = 0.5
"""Weight of real linkbacks, whose pages nobody read, beside that of generated ones."""
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that was fitted; kept for retraining and inspection."""

    schema: Schema
    texts: dict[str, TextModel]
    trees: Trees
    """All forests as one."""
    base: float
    parts: Parts | None = None
    """The forests apart; None: pages are not weighed apart."""

    def scaled(self, scale: ReadScale) -> Fitted:
        """The same with another calibration of linkbacks whose page was read."""
        if self.parts is None:
            return self
        trees, base = summed(self.parts, self.schema, scale)
        return replace(self, trees=trees, base=base)

    def scorer(self, platt: Platt = Platt(1.0, 0.0)) -> Scorer:  # noqa: B008  # an immutable default
        """The scorer with a calibration."""
        return Scorer(self.schema, self.texts, self.trees, self.base, platt.slope, platt.offset)


def fit(
    frame: Frame,
    recipe: Recipe,
    *,
    sources: Sequence[TextSource] = (),
    evidence: Frame | None = None,
    pages: Pages | None = None,
    each: Map = map,
) -> Fitted:
    """Fits a model.

    Args:
        frame: Labelled linkbacks, masked copies included.
        recipe: How.
        sources: Further rows for the text models.
        evidence: Rows whose evidence and labels in time can be trusted, generated or freshly checked; None: the
            frame's own are read by the linkbacks' forests like everything else.
        pages: Real pages, which teach what pages say; they need `evidence`. None: the frame's own pages teach it.
        each: Fits text models one after the other, or several at once; the result is the same.
    """
    read = fit_linkback_texts(frame, recipe, sources, apart=pages is not None, each=each)
    main = grow_main(frame, recipe, read, apart=evidence is not None)
    if evidence is None:
        return Fitted(frame.schema, read.texts, main.trees, main.base)
    return add_evidence(main, read, recipe, evidence, pages, each=each)


class FittedTexts(NamedTuple):
    """What the text models say of the rows that they were fitted on."""

    texts: dict[str, TextModel]
    """The models, fitted on all rows."""
    scores: Floats
    """Scores of each row by models that did not see it, shape (rows, channels)."""
    folds: list[Split]
    """The folds in which they did not see it."""


def fit_linkback_texts(
    frame: Frame, recipe: Recipe, sources: Sequence[TextSource], *, apart: bool = False, each: Map = map
) -> FittedTexts:
    """Fits the text models; see `fit`.

    Args:
        frame: Labelled linkbacks.
        recipe: How.
        sources: Further rows.
        apart: Whether the channels of pages are left out, because pages of their own teach them.
        each: Fits one after the other, or several at once.
    """
    weight = row_weights(frame, recipe)
    folds = list(block_folds(frame, folds=recipe.text_folds, seed=recipe.seed))
    parts = [*(fold.train for fold in folds), np.arange(len(frame))]
    names = [channel.name for channel in frame.schema.channels if not (apart and channel.reads_evidence)]
    models = fit_text_models(frame, weight, parts, sources, strength=recipe.text_strength, each=each, channels=names)
    scores = unseen_scores(frame, folds, models)
    [texts] = models
    return FittedTexts(texts, scores, folds)


class MainForests(NamedTuple):
    """The linkbacks' forests, and what is needed to add evidence to them."""

    trees: Trees
    base: float
    whole: Frame
    """The linkbacks without masked copies."""
    table: Floats
    """Their columns."""
    start: Floats
    """Their log-odds from forests that did not see them; empty: nothing is added."""


def grow_main(
    frame: Frame,
    recipe: Recipe,
    read: FittedTexts,
    *,
    apart: bool,
    keeps: Callable[[str], bool] = lambda column: True,
) -> MainForests:
    """Grows the linkbacks' forests on what the text models said; see `fit`.

    Args:
        frame: Labelled linkbacks.
        recipe: How.
        read: What `fit_linkback_texts` gave for them.
        apart: Whether what evidence says is left to a forest of its own.
        keeps: Which columns may be read at all, by name.
    """
    weight = row_weights(frame, recipe)
    table = np.column_stack([frame.numbers, read.scores])
    left_out = {f"wording.{name}" for name in page_channels(frame.schema)}
    columns = np.flatnonzero(
        [keeps(name) and not (apart and (name.startswith(_APART) or name in left_out)) for name in frame.schema.columns]
    )
    trees, base = _forest(table, frame, weight, recipe, columns)
    whole = np.flatnonzero(frame.mask == WHOLE)
    start = _unseen(table, frame, weight, recipe, columns, read.folds) if apart else np.empty(0)
    return MainForests(trees, base, frame.take(whole), table[whole], start)


def add_evidence(
    main: MainForests,
    read: FittedTexts,
    recipe: Recipe,
    evidence: Frame,
    pages: Pages | None,
    *,
    keeps: Callable[[str], bool] = lambda column: True,
    each: Map = map,
    grown: tuple[Trees, float] | None = None,
) -> Fitted:
    """Adds the evidence forest and what pages teach; see `fit`.

    Args:
        main: The linkbacks' forests.
        read: What `fit_linkback_texts` gave.
        recipe: How.
        evidence: Generated rows with evidence.
        pages: Real pages; None: there are none.
        keeps: Which columns may be read at all, by name.
        each: Fits text models one after the other, or several at once.
        grown: What `grow_evidence` gave; None: it is grown here.
    """
    added, shift = grown or grow_evidence(main, recipe, evidence, keeps=keeps)
    schema, base = main.whole.schema, main.base + shift
    if pages is None:
        return Fitted(schema, read.texts, joined([main.trees, added]), base)
    more, taught = fit_page_texts(pages, recipe, read.texts, each=each)
    parts = Parts(main.trees, added, page_trees(taught, recipe, keeps), base)
    return Fitted(schema, {**read.texts, **more}, *summed(parts, schema), parts)


def grow_evidence(
    main: MainForests, recipe: Recipe, evidence: Frame, *, keeps: Callable[[str], bool] = lambda column: True
) -> tuple[Trees, float]:
    """The evidence forest, and the log-odds that it adds to every row; see `add_evidence`."""
    lessons = [EvidenceRows.of(evidence), EvidenceRows(main.table, main.whole, main.start, _UNREAD_WEIGHT)]
    return fit_evidence(lessons, recipe, keeps=keeps)


def _forest(table: Floats, frame: Frame, weight: Floats, recipe: Recipe, columns: Rows) -> tuple[Trees, float]:
    """Fits forests that read only these columns, and of them only such as say anything."""
    columns = columns[np.isfinite(table[:, columns]).sum(axis=0) > 0]
    forests = fit_forests(
        table[:, columns], frame.spam, weight, recipe, constraints=monotonic_constraints(frame.schema)[columns]
    )
    trees, base = flatten(forests)
    return trees._replace(feature=columns[trees.feature].astype(np.int32)), base


def _unseen(
    table: Floats, frame: Frame, weight: Floats, recipe: Recipe, columns: Rows, folds: Sequence[Split]
) -> Floats:
    """Log-odds of each whole row from forests that did not see it, nor any masked copy."""
    odds = np.zeros(len(frame))
    whole = frame.mask == WHOLE
    for train, test in folds:
        train, test = train[whole[train]], test[whole[test]]
        trees, base = _forest(table[train], frame.take(train), weight[train], recipe, columns)
        odds[test] = base + tree_sums(trees, table[test])
    return np.asarray(odds[whole])
