"""Splits by site and by time that keep campaigns whole, and the slices of an export. No split is random by row.

A campaign is whatever shares a source domain, a text template or a sender's network. A test row of a campaign that
was also trained on says nothing about the next campaign, so training rows that share one with the test are dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.errors import TrainingError
from moderator.training.frame import Frame
from moderator.training.masks import WHOLE

__all__ = ["SHARES", "Slices", "Split", "block_folds", "cut", "site_folds", "sites_cut_by_domain", "time_slices"]

Rows = NDArray[np.intp]
LARGE = 0.2
"""Share of a class from which a family of sites counts as large."""
_MONTH = 30 * 86400.0
SHARES = (0.60, 0.15, 0.10, 0.15)
"""Size of the slices: fit, calibrate, choose cut-offs, measure."""
_LEAST = 10
"""Ham, and spam, that the first slice must hold."""
_SITES = 8
"""Sites without which an undated export cannot be cut."""


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


@dataclass(frozen=True, slots=True)
class Slices:
    """Row numbers of the four slices."""

    fit: Rows
    """What the model is fitted on, masked copies included."""
    calibrate: Rows
    """Whole rows for calibration and for the choice between candidates."""
    choose: Rows
    """Whole rows for the cut-offs."""
    measure: Rows
    """Whole rows that nothing was made from."""
    by: str
    """``time`` or ``site``."""


def cut(frame: Frame) -> Slices:
    """Cuts a frame.

    Args:
        frame: Labelled rows, masked copies included.

    Raises:
        TrainingError: There are neither dates nor sites enough to cut by, or the first slice lacks one class.
    """
    by_time = np.isfinite(frame.at).mean() > 0.5
    slices = time_slices(frame, shares=SHARES) if by_time else _site_slices(frame)
    whole = frame.mask == WHOLE
    fit, *later = slices
    spam, ham = (int((whole[fit] & (frame.spam[fit] == label)).sum()) for label in (True, False))
    if min(spam, ham) < _LEAST:
        where = "the first 60 % by time hold" if by_time else "the sites to learn from hold"
        raise TrainingError(
            f"{where} {ham} ham and {spam} spam, at least {_LEAST} of each are needed to learn from; "
            "add older exports with both"
        )
    calibrate, choose, measure = (rows[whole[rows]] for rows in later)
    return Slices(fit, calibrate, choose, measure, "time" if by_time else "site")


def _site_slices(frame: Frame) -> tuple[Rows, ...]:
    """Slices by site: whole families of sites, dealt so that each slice gets its share of ham and of spam."""
    families, own = np.unique(frame.family, return_inverse=True)
    if len(families) < _SITES:
        raise TrainingError(
            f"most rows have no date and there are only {len(families)} sites: nothing later or foreign is left to "
            f"measure on; give received_at, or rows of at least {_SITES} sites"
        )
    counts = np.zeros((len(families), 2))
    np.add.at(counts, (own, frame.spam.astype(int)), 1.0)
    counts /= np.maximum(counts.sum(axis=0), 1.0)
    load = np.zeros((len(SHARES), 2))
    slice_of = np.zeros(len(families))
    for family in np.argsort(-counts.max(axis=1), kind="stable"):
        fill = ((load + counts[family]) / np.array(SHARES)[:, None]).max(axis=1)
        place = int(np.argmin(fill))
        slice_of[family] = place
        load[place] += counts[family]
    place_of = slice_of[own]
    sizes = [len(np.unique(frame.origin[place_of == place])) for place in range(len(SHARES))]
    return time_slices(replace(frame, at=place_of), shares=tuple(size / sum(sizes) for size in sizes))


def sites_cut_by_domain(frame: Frame, parts: int) -> Frame:
    """The frame with each site cut into parts by source domain, where it has too few sites for folds by site.

    One blog's export is one site. Scores from models that saw none of a row's source domain, template or network are
    the next best thing to scores from models that never saw its site.

    Args:
        frame: The rows.
        parts: How many folds are to be made.
    """
    if len(np.unique(frame.family)) >= 2 * parts:
        return frame
    part = np.where(frame.keys[:, 0] != 0, frame.keys[:, 0], frame.origin) % (2 * parts)
    return replace(frame, family=np.char.add(np.char.add(frame.family, "/"), part.astype(str)))
