"""How the models of the source page are combined with the models of the linkback's own words.

Three text models and a forest over structure and style are trained on real pages. Their log-odds are summed, as if
title, text, links and structure were independent given the class. Where a page was read, whether or not it links, the
linkbacks' forests get less weight, because the page itself is better evidence than what was sent.

Everything is expressed as trees below switches, so that the scorer needs no special case and the contributions of a
decision still add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.trees import Trees
from moderator.training.boosting import centred, fit_forests, flatten, joined
from moderator.training.monotonic import monotonic_constraints
from moderator.training.pages import READ, ScoredPages, page_channels
from moderator.training.recipe import Recipe
from moderator.training.sampling import row_weights

__all__ = ["Parts", "ReadScale", "page_trees", "summed"]

MAIN_SHARE = 0.25
"""What remains of the linkbacks' forests where a page was read. On pages of networks never seen 0 is best by 0.001 of
AUC and 0.5 costs 0.004; on whole linkbacks with pages what was sent does tell something."""
_FOUND = "link.found"
"""Column that tells whether the page links."""
_ANY = 1e300
"""Above every value: only a missing one does not lie below it."""
_STEPS = 63
"""Steps by which a text model's score is followed."""
Floats = NDArray[np.float64]


class ReadScale(NamedTuple):
    """Calibration of linkbacks whose page was looked at, against that of the others.

    Shifts are in log-odds before the scorer's own calibration, and are added after scaling.
    """

    factor: float = 1.0
    """Scales what is known where a page was read."""
    links: float = 0.0
    """Shift where the page was read and links."""
    no_link: float = 0.0
    """Shift where it was read and does not link."""
    unread: float = 0.0
    """Shift where somebody looked and could not read it."""


class Parts(NamedTuple):
    """The forests of a model, before they are put together."""

    main: Trees
    """The linkbacks' forests."""
    evidence: Trees
    page: Trees
    """Read only where a page was read."""
    base: float


def summed(parts: Parts, schema: Schema, scale: ReadScale = ReadScale()) -> tuple[Trees, float]:  # noqa: B008
    """The parts as one forest, and its base.

    Args:
        parts: The forests.
        schema: The columns.
        scale: How the sum is scaled and shifted where somebody looked at the page.
    """
    main, of_main = centred(parts.main)
    evidence, of_evidence = centred(parts.evidence)
    page, of_page = centred(parts.page)
    mean = scale.factor * of_page
    trees = [
        _where_read(schema, _scaled(main, MAIN_SHARE * scale.factor), main),
        _where_read(schema, _scaled(evidence, scale.factor), evidence),
        _where_read(schema, _scaled(page, scale.factor), _leaf(0.0, len(page.roots))),
        _shifts(schema, scale._replace(links=scale.links + mean, no_link=scale.no_link + mean)),
    ]
    return joined(trees), parts.base + of_main + of_evidence


def page_trees(taught: ScoredPages, recipe: Recipe, keeps: Callable[[str], bool]) -> Trees:
    """What real pages teach.

    Args:
        taught: The pages, with scores by text models that did not see their network.
        recipe: How.
        keeps: Which columns may be read at all, by name.
    """
    frame, schema = taught.frame, taught.frame.schema
    table = np.column_stack([frame.numbers, taught.scores])
    wording = {f"wording.{name}" for name in page_channels(schema)}
    trees = [
        _staircase(place, table[:, place])
        for place, name in enumerate(schema.columns)
        if name in wording and keeps(name) and np.isfinite(table[:, place]).any()
    ]
    columns = np.array(
        [
            place
            for place, name in enumerate(schema.columns)
            if name.startswith(("page.", "link."))
            and name != READ
            and keeps(name)
            and np.isfinite(table[:, place]).any()
        ],
        np.intp,
    )
    if len(columns):
        forests = fit_forests(
            table[:, columns],
            frame.spam,
            row_weights(frame, recipe),
            replace(
                recipe, trees=recipe.page_trees, leaves=recipe.evidence_leaves, smallest_leaf=20, feature_share=0.3
            ),
            constraints=monotonic_constraints(schema)[columns],
        )
        structure, base = flatten(forests)
        structure = structure._replace(feature=columns[structure.feature].astype(np.int32))
        trees += [structure, _leaf(base)]
    return joined(trees) if trees else _leaf(0.0)


def _staircase(column: int, scores: Floats) -> Trees:
    """A tree that follows a column in equal steps of its quantiles: each leaf has the mean of what lies in it."""
    known = np.sort(scores[np.isfinite(scores)])
    edges = np.unique(np.quantile(known, np.arange(1, _STEPS + 1) / (_STEPS + 1), method="inverted_cdf"))
    edges = edges[edges < known[-1]]
    sums = np.concatenate(([0.0], known.cumsum()))
    cuts = np.concatenate(([0], np.searchsorted(known, edges, side="right"), [len(known)]))
    means = np.diff(sums[cuts]) / np.diff(cuts)
    feature, threshold, left, right, value = [column], [_ANY], [1], [0], [0.0]

    def grow(first: int, last: int, depth: int) -> tuple[int, int]:
        """Adds the part of the steps from `first` to `last`; its place, and the depth it reaches."""
        place = len(value)
        feature.append(column if first < last else 0)
        value.append(float(means[first]) if first == last else 0.0)
        threshold.append(np.inf)
        left.append(place)
        right.append(place)
        if first == last:
            return place, depth
        middle = (first + last) // 2
        threshold[place] = float(edges[middle])
        left[place], one = grow(first, middle, depth + 1)
        right[place], other = grow(middle + 1, last, depth + 1)
        return place, max(one, other)

    _, depth = grow(0, len(means) - 1, 1)
    means = np.append(means, 0.0)  # a text that says nothing
    right[0], _ = grow(len(means) - 1, len(means) - 1, 1)
    missing_left = np.ones(len(value), np.bool_)
    missing_left[0] = False
    return Trees(
        np.zeros(1, np.int32),
        np.array(feature, np.int32),
        np.array(threshold, np.float64),
        missing_left,
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value, np.float64),
        depth,
    )


def _leaf(value: float, count: int = 1) -> Trees:
    """Trees of one leaf each."""
    own = np.arange(count, dtype=np.int32)
    return Trees(
        own,
        np.zeros(count, np.int32),
        np.full(count, np.inf),
        np.ones(count, np.bool_),
        own,
        own,
        np.full(count, value),
        0,
    )


def _scaled(trees: Trees, factor: float) -> Trees:
    return trees._replace(value=trees.value * factor)


def _where_read(schema: Schema, read: Trees, unread: Trees) -> Trees:
    """Trees that are the ones where a page was read, and the others elsewhere; as many of each."""
    count = len(read.roots)
    below = joined([read, unread])
    one, other = np.split(below.roots + count, 2)
    return Trees(
        roots=np.arange(count, dtype=np.int32),
        feature=np.concatenate([np.full(count, schema.columns.index(READ)), below.feature]).astype(np.int32),
        threshold=np.concatenate([np.full(count, _ANY), below.threshold]),
        missing_left=np.concatenate([np.zeros(count, np.bool_), below.missing_left]),
        left=np.concatenate([one, below.left + count]).astype(np.int32),
        right=np.concatenate([other, below.right + count]).astype(np.int32),
        value=np.concatenate([np.zeros(count), below.value]),
        depth=below.depth + 1,
    )


def _shifts(schema: Schema, scale: ReadScale) -> Trees:
    """A tree that adds the shifts; 0 where nobody looked, and where what a linking page says was not recorded."""
    read, found = (schema.columns.index(name) for name in (READ, _FOUND))
    return Trees(
        roots=np.zeros(1, np.int32),
        feature=np.array([read, found, found, 0, 0, 0, 0], np.int32),
        threshold=np.array([_ANY, 0.5, 0.5, *([np.inf] * 4)]),
        missing_left=np.array([False, False, True, True, True, True, True]),
        left=np.array([2, 3, 5, 3, 4, 5, 6], np.int32),
        right=np.array([1, 4, 6, 3, 4, 5, 6], np.int32),
        # what pages that link get is every read page's own; a missing link tells the rest
        value=np.array([0.0, 0.0, scale.links, scale.unread, 0.0, scale.no_link, scale.links]),
        depth=2,
    )
