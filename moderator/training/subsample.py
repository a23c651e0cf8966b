"""How many rows of a large export are learned from, so that memory stays flat where more rows teach nothing new.

All cases are replayed, so every row's history is whole. Which rows stay is told by a digest of their ids: the same in
every process, and even over time, sites and labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderator.records import Case
from moderator.text import stable_hash
from moderator.training.build import MasksOf

__all__ = ["ROWS", "subsampled"]

ROWS = 100_000
"""Rows of a frame, masked copies included; a row of 200 features takes some 4 KB while trees are grown."""


def subsampled(masks: Sequence[str], cases: int, rows: int = ROWS) -> MasksOf:
    """Names the masks of each case so that about `rows` rows come of it.

    With few cases each gets all masks; with more, one mask each, dealt evenly; with many, only every n-th case stays.

    Args:
        masks: Names of all masks.
        cases: Labelled cases there are.
        rows: Rows to make at most.
    """
    if cases * (1 + len(masks)) <= rows:
        return _Masks(masks, 1, len(masks))
    copies = 1 if masks else 0
    return _Masks(masks, max(1, -(-cases * (1 + copies) // rows)), copies)


@dataclass(frozen=True, slots=True)
class _Masks:
    """Names the masks of each case; it can be sent to other processes."""

    masks: Sequence[str]
    every: int
    """Each how-many-th case stays."""
    copies: int
    """Masks of a case that stays."""

    def __call__(self, case: Case) -> Sequence[str] | None:
        if self.every == 1 and self.copies == len(self.masks):
            return self.masks
        number = stable_hash(case.linkback.id)
        if number % self.every:
            return None
        place = number // self.every % max(1, len(self.masks))
        return self.masks[place : place + self.copies]
