"""What real pages teach: text models of their titles, texts and links, and scores of pages that these did not see.

Pages come in networks: one operator's, or one generator's. A network is never on both sides of a split.
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
from moderator.training.splits import site_folds
from moderator.training.texts import TextSource, fit_many, score_texts, unseen_scores
from moderator.training.weights import row_weights

__all__ = ["Pages", "ReadPages", "page_channels", "read_pages"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pages:
    """Real pages, each the source of a linkback."""

    frame: Frame
    """Linkbacks with evidence; a row's family is the page's network."""
    sources: Sequence[TextSource] = ()
    """Further pages and texts for the text models."""


class ReadPages(NamedTuple):
    """Pages, and what text models say of each that did not see its network."""

    frame: Frame
    scores: Floats
    """Shape (rows, channels)."""


def page_channels(schema: Schema) -> list[str]:
    """Names of the channels whose text comes from the source page."""
    return [channel.name for channel in schema.channels if channel.reads_evidence]


def read_pages(
    pages: Pages, recipe: Recipe, texts: Mapping[str, TextModel], *, each: Map = map
) -> tuple[dict[str, TextModel], ReadPages]:
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
    models = fit_many(
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
    return whole, ReadPages(frame, np.where(np.isnan(scores), others, scores))
