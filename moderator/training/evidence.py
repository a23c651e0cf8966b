"""The evidence forest: links, pages, earlier labels and bulk sending, added to the forests over the wording.

The pages of old linkbacks are gone, and their labels have no times. So links and labels are learned from generated
rows. The text of pages is learned from real pages, in models of their own (`moderator.training.reading`): learned
together, each did worse. Sending rates are learned from generated and real rows together. A real row starts from its
log-odds in the linkbacks' forests, so that only what the evidence adds is learned. A generated row starts from zero,
because its wording is made up; its page's text is not used either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.trees import Trees
from moderator.training.boosting import joined
from moderator.training.correction import CorrectionRecipe, grow_corrections
from moderator.training.frame import Frame
from moderator.training.monotonic import monotonic_constraints
from moderator.training.pages import READ, page_channels
from moderator.training.recipe import Recipe
from moderator.training.sampling import row_weights

__all__ = ["OF_PAGES", "EvidenceRows", "evidence_columns", "fit_evidence"]

OF_PAGES = ("link.", "page.", "copies.page_", "copies.bought_")
"""Beginnings of features that only a look at the source page makes known."""

_SENDING = ("sending.sender_", "sending.network_", "sending.template_")
"""Keys whose sending rates are read. For domains, targets and sites the real linkbacks have dates only to the day, and
a busy day of an honest blog looks like a flood."""
_SHARE = "_spam_share"
"""End of the names of the reputation features that are read: those that are missing until somebody labels."""
_PROSE = frozenset(
    f"page.{name}"
    for name in (
        *("text_words", "text_stop_share", "text_first_share", "text_second_share", "text_set_phrases"),
        *("text_distinct_share", "text_top_share", "text_title_density", "text_exclamations", "text_block_length"),
        *("title_words", "title_numbered", "title_in_text"),
    )
)
"""Manners of writing, which a generator's sentences do not have."""
_ANCHORS = frozenset({"page.article_keywords", "page.links_keywords"})
"""How people phrase their links. Real people link by a few words in lower case all the time, more often than splogs do
(0.38 of AUC); generated people hardly ever do (0.91), so generated rows would teach the opposite of what is true."""
_AT_ONCE = 10
"""Trees that are grown before rows are weighed anew."""
Floats = NDArray[np.float64]


class EvidenceRows(NamedTuple):
    """Rows that the evidence forest learns from."""

    table: Floats
    """All columns of the rows, shape (rows, columns)."""
    frame: Frame
    start: Floats
    """Log-odds of each row before its evidence is looked at."""
    weight: float = 1.0
    """Weight of all rows together."""

    @classmethod
    def of(cls, generated: Frame) -> EvidenceRows:
        """Generated rows: they start from nothing, and neither what they say nor how they say it is looked at."""
        blank = np.full((len(generated), len(generated.schema.channels)), np.nan)
        numbers = generated.numbers.copy()
        numbers[:, [place for place, name in enumerate(generated.schema.numbers) if name in _PROSE]] = np.nan
        return cls(np.column_stack([numbers, blank]), generated, np.zeros(len(generated)))


def evidence_columns(schema: Schema) -> NDArray[np.intp]:
    """Places of the columns that the evidence forest reads."""
    of_pages = {f"wording.{name}" for name in page_channels(schema)}
    wanted = [
        (
            name.startswith((*OF_PAGES, *_SENDING))
            and not name.endswith("since_last")
            and name not in _ANCHORS
            and name != READ
        )
        or name.endswith(_SHARE)
        or name in of_pages
        for name in schema.columns
    ]
    return np.flatnonzero(np.array(wanted, np.bool_))


def fit_evidence(
    lessons: Sequence[EvidenceRows], recipe: Recipe, *, keeps: Callable[[str], bool] = lambda column: True
) -> tuple[Trees, float]:
    """Grows the evidence forest.

    Args:
        lessons: Generated linkbacks with evidence, labels in time and sending; real linkbacks; pages.
        recipe: How.
        keeps: Which columns may be read at all, by name; none: the trees only shift.

    Returns:
        The trees, and the log-odds that they add to every row.
    """
    schema = lessons[0].frame.schema
    columns = np.array([place for place in evidence_columns(schema) if keeps(schema.columns[place])], np.intp)
    table = np.vstack([lesson.table[:, columns] for lesson in lessons])
    columns, table = columns[(known := np.isfinite(table).any(axis=0))], table[:, known]
    if not len(columns):  # trees of a single leaf, which read nothing
        columns, table = np.array(evidence_columns(schema)[:1], np.intp), np.zeros((len(table), 1))
    shares = [row_weights(lesson.frame, recipe) for lesson in lessons]
    weights = [lesson.weight * share / share.sum() for lesson, share in zip(lessons, shares, strict=True)]
    steps = list(
        grow_corrections(
            table,
            np.concatenate([lesson.frame.spam for lesson in lessons]),
            np.concatenate(weights),
            np.concatenate([lesson.start for lesson in lessons]),
            CorrectionRecipe(
                steps=max(recipe.evidence_trees // _AT_ONCE, 1),
                trees=_AT_ONCE,
                learning_rate=0.1,
                leaves=recipe.evidence_leaves,
                smallest_leaf=50,
                seed=recipe.seed,
            ),
            constraints=monotonic_constraints(schema)[columns],
        )
    )
    trees = joined([step.trees for step in steps])
    return trees._replace(feature=columns[trees.feature].astype(np.int32)), sum(step.shift for step in steps)
