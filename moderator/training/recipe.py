"""The recipe of a model: every number that was chosen by measuring, in one place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made from a frame."""

    masks: tuple[str, ...] = ("no excerpt", "no title, no post", "only the address", "no sender", "no history")
    """Copies of each row with parts taken away; see `moderator.training.masks`."""
    mask_weight: float = 0.1
    """Weight of a masked copy against the row itself."""
    cell_power: float = 0.25
    """How far kinds are evened out within a class: 0 not at all, 1 wholly."""
    family_power: float = 0.25
    """How far sites are evened out within kind and class."""
    self_ping_weight: float = 0.5
    """Weight of a self-ping: there are many, and they are all alike."""
    text_strength: float = 10.0
    """Inverse L2 penalty of the text models."""
    text_folds: int = 5
    """Folds for the out-of-fold text scores."""
    trees: int = 250
    """Trees of each forest."""
    learning_rate: float = 0.06
    leaves: int = 12
    """Leaves of a tree at most."""
    depth: int | None = None
    """Splits on a tree's longest way at most; None: as many as the leaves allow."""
    smallest_leaf: int = 8
    """Rows in a leaf at least."""
    penalty: float = 5.0
    """L2 penalty on leaf values."""
    feature_share: float = 0.2
    """Share of the features that each split may choose from."""
    forests: int = 1
    """Forests whose mean is taken; they differ in their seed. More than one did no better."""
    evidence_trees: int = 300
    """Trees of the evidence forest."""
    page_trees: int = 150
    """Trees of the forest over the structure of real pages."""
    evidence_leaves: int = 6
    """Leaves of its trees at most."""
    seed: int = 7
    """Where every random choice starts."""
