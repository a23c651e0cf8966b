"""Splits by site and by time that keep campaigns whole. Nothing here is ever split at random by row.

A campaign is whatever shares a source domain, a text template or a sender's network. A test row of a campaign that
was also trained on says nothing about the next campaign, so training rows that share one with the test are dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.training.frame import Frame

__all__ = ["Split", "block_folds", "site_folds", "time_slices"]

Rows = NDArray[np.intp]
LARGE = 0.2
"""Share of a class from which a family of sites counts as large."""
_MONTH = 30 * 86400.0


class Split(NamedTuple):
    """Row numbers of one split; no campaign stands on both sides."""

    train: Rows
    test: Rows


def site_folds(frame: Frame, *, folds: int, seed: int) -> Iterator[Split]:
    """Cross-validation in which each family of sites is tested by a model that never saw it.

    Families are dealt to the folds in random order, each to the fold that has the fewest rows of the family's own
    rarer class, so that no fold goes without ham or spam where that can be helped.

    Args:
        frame: The rows.
        folds: How many folds; at most the number of families.
        seed: Of the order in which families are dealt.

    Yields:
        One split a fold; together the tests hold every row once.
    """
    return _folds(frame, frame.family, folds, seed)


def block_folds(frame: Frame, *, folds: int, seed: int) -> Iterator[Split]:
    """Like `site_folds`, with a family that holds more than `LARGE` of a class cut into its months.

    For scores that a training row needs from a model which did not see it: were such a family left out whole, the
    model that scores it would be a much poorer one than the model that serves.
    """
    large = [
        family
        for family in np.unique(frame.family)
        if any((frame.family[frame.spam == label] == family).mean() > LARGE for label in (False, True))
    ]
    month = np.nan_to_num(frame.at // _MONTH, nan=-1.0).astype(int).astype(str)
    cut = np.isin(frame.family, large)
    blocks = np.where(cut, np.char.add(np.char.add(frame.family, " "), month), frame.family)
    return _folds(frame, blocks, folds, seed)


def _folds(frame: Frame, blocks: NDArray[np.str_], folds: int, seed: int) -> Iterator[Split]:
    names, own = np.unique(blocks, return_inverse=True)
    fold_of = _dealt(own, frame.spam, len(names), folds, seed)
    for fold in range(folds):
        inside = fold_of[own] == fold
        yield Split(_apart(frame, ~inside, inside), np.flatnonzero(inside))


def _dealt(own: Rows, spam: NDArray[np.bool_], families: int, folds: int, seed: int) -> NDArray[np.int64]:
    counts = np.zeros((families, 2))
    np.add.at(counts, (own, spam.astype(int)), 1.0)
    share = counts / np.maximum(counts.sum(axis=0), 1.0)
    order = np.random.default_rng(seed).permutation(families)
    # the largest first, or they would land on folds that are full already; random among small ones
    order = order[np.argsort(-np.round(share[order].max(axis=1), 1), kind="stable")]
    load = np.zeros((folds, 2))
    fold_of = np.zeros(families, np.int64)
    for family in order:
        place = int(np.argmin((load + share[family]).max(axis=1) + load.sum(axis=1) * 1e-3))
        fold_of[family] = place
        load[place] += share[family]
    return fold_of


def time_slices(frame: Frame, *, shares: tuple[float, ...]) -> tuple[Rows, ...]:
    """Consecutive slices by time of receipt; undated rows come first.

    A row whose campaign began in an earlier slice is dropped from the later one: what is measured there is new.

    Args:
        frame: The rows.
        shares: Size of each slice as a share of all cases; they add up to 1.

    Returns:
        Row numbers of each slice, in order of receipt.
    """
    # masked copies of one case must not be torn apart: cases are cut, not rows
    order = np.lexsort((frame.origin, np.nan_to_num(frame.at, nan=-np.inf)))
    _, first = np.unique(frame.origin[order], return_index=True)
    cases = frame.origin[order][np.sort(first)]
    edges = np.round(np.cumsum((0.0, *shares)) / sum(shares) * len(cases)).astype(int)
    rank = {int(origin): place for place, origin in enumerate(cases)}
    place = np.array([rank[int(origin)] for origin in frame.origin])
    slices = []
    for start, end in itertools.pairwise(edges):
        inside = (place >= start) & (place < end)
        rows = _apart(frame, inside, place < start)
        slices.append(rows[np.argsort(place[rows], kind="stable")])
    return tuple(slices)


def _apart(frame: Frame, rows: NDArray[np.bool_], others: NDArray[np.bool_]) -> Rows:
    """Those of `rows` that share no campaign with `others`."""
    shares = np.zeros(len(frame), np.bool_)
    for family in range(frame.keys.shape[1]):
        key = frame.keys[:, family]
        known = key != 0
        shares |= known & np.isin(key, key[others & known])
    return np.flatnonzero(rows & ~shares)
