"""Text models of real pages (titles, texts, links), and out-of-fold scores of the pages they were fitted on.

Pages come in networks of one operator or one generator. A network is never on both sides of a split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.execution.base import Map
from moderator.features.row import Schema
from moderator.model.text import TextModel
from moderator.training.frame import Frame
from moderator.training.recipe import Recipe
from moderator.training.sampling import row_weights
from moderator.training.splits import site_folds
from moderator.training.texts import TextSource, fit_text_models, score_texts, unseen_scores

__all__ = ["READ", "Pages", "ScoredPages", "fit_page_texts", "page_channels"]

READ = "page.read"
"""Column that tells whether a page was read, by being known. Forests do not read it: they are told apart by it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pages:
    """Real pages, each the source of a linkback."""

    frame: Frame
    """Linkbacks with evidence; a row's family is the page's network."""
    sources: Sequence[TextSource] = ()
    """Further pages and texts for the text models."""


class ScoredPages(NamedTuple):
    """Pages with scores from text models that did not see the page's network."""

    frame: Frame
    scores: Floats
    """Shape (rows, channels)."""


def page_channels(schema: Schema) -> list[str]:
    """Names of the channels whose text comes from the source page."""
    return [channel.name for channel in schema.channels if channel.reads_evidence]


def fit_page_texts(
    pages: Pages, recipe: Recipe, texts: Mapping[str, TextModel], *, each: Map = map
) -> tuple[dict[str, TextModel], ScoredPages]:
    """Fits the text models of pages.

    Args:
        pages: The pages.
        recipe: How.
        texts: The models of the other channels, which saw no page.
        each: Fits one model after the other, or several at once; the result is the same.

    Returns:
        The models, and the pages with scores.
    """
    frame = pages.frame
    weight = row_weights(frame, recipe)
    folds = list(site_folds(frame, folds=recipe.text_folds, seed=recipe.seed))
    parts = [*(fold.train for fold in folds), np.arange(len(frame))]
    models = fit_text_models(
        frame,
        weight,
        parts,
        pages.sources,
        strength=recipe.text_strength,
        each=each,
        channels=page_channels(frame.schema),
    )
    scores = unseen_scores(frame, folds, models)
    [whole] = models
    others = score_texts(dict(texts), frame, np.arange(len(frame)))
    return whole, ScoredPages(frame, np.where(np.isnan(scores), others, scores))
