"""The settings of a training run in one record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from moderator.training.correction import CorrectionRecipe
from moderator.training.cutoffs import Tolerance
from moderator.training.label_noise import LabelDoubt
from moderator.training.recipe import Recipe
from moderator.training.sampling import ROWS

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    recipe: Recipe = field(default_factory=Recipe)
    """Of a model from scratch."""
    correction: CorrectionRecipe = field(default_factory=CorrectionRecipe)
    """Of the trees that correct a base."""
    tolerance: Tolerance = field(default_factory=Tolerance)
    """What the owner can live with."""
    doubt: LabelDoubt = field(default_factory=LabelDoubt)
    """When a label is left out because the others contradict it."""
    rows: int = ROWS
    """Rows of the frame, about; a larger export is thinned to them."""

    def seeded(self, seed: int) -> Plan:
        """The same plan with another start for every random choice."""
        return replace(self, recipe=replace(self.recipe, seed=seed), correction=replace(self.correction, seed=seed))
