"""Promotion: whether a new model replaces the one in a folder, and the replacement itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from moderator.errors import ModelError
from moderator.features.row import Schema
from moderator.model.card import CARD, Card
from moderator.model.folder import Model, load_model, save_model
from moderator.model.scorer import probability
from moderator.training.compare import Comparison, compare
from moderator.training.predictions import frame_log_odds, predictions_from_cutoffs
from moderator.training.train import Trained

__all__ = ["Promotion", "compare_with", "promote"]


@dataclass(frozen=True, slots=True)
class Promotion:
    """What became of a new model."""

    card: Card | None
    """The card as written; None: the old model stays."""
    former: str
    """Name and digest of the model that was there; empty: none."""
    comparison: Comparison | None
    """The new one against the former on later rows; None: there was none to compare with."""
    why: str
    """The grounds in one sentence."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "promoted": self.card is not None,
            "model": None if self.card is None else self.card.label,
            "former": self.former or None,
            "why": self.why,
            "comparison": None if self.comparison is None else self.comparison.to_json(),
        }


def compare_with(former: Model, trained: Trained) -> tuple[Comparison, str]:
    """Compares a new model with a former one on the new one's last slice.

    Rows that the former one may have learned from are left out, as far as enough remain.

    Returns:
        The comparison, and what must be known to read it; empty: nothing.
    """
    later, note = trained.later, ""
    until = former.card.training.get("seen_until")
    known = np.zeros(len(later), np.bool_)
    if isinstance(until, str):
        known = later.at <= datetime.fromisoformat(until).timestamp()
    predictions = trained.predictions
    if known.any():
        fresh = ~known
        if min(int(later.spam[fresh].sum()), int((~later.spam[fresh]).sum())) >= _FRESH:
            later, predictions = later.take(fresh), predictions.take(fresh)
        else:
            note = f"the former model may have learned from {int(known.sum())} of these rows, which flatters it"
    old = predictions_from_cutoffs(later, probability(frame_log_odds(former.scorer, later)), former.card.cutoffs)
    return compare(predictions, old), note


_FRESH = 20
"""Ham, and spam, that must be younger than all that the former model learned from."""


def promote(
    trained: Trained, folder: Path, schema: Schema, *, instead: Model | None = None, name: str = "", force: bool = False
) -> Promotion:
    """Saves a new model, unless it is worse than the one it would replace or cannot be measured.

    Args:
        trained: The new model.
        folder: Where it is to lie; made if missing.
        schema: The features that this program computes.
        instead: What serves where the folder holds no model; None: it is compared with nothing.
        name: Its name; empty: the folder's.
        force: Whether to save it all the same.

    Raises:
        ModelError: The folder holds a model that cannot be read, and `force` is not set; or it cannot be written.
    """
    former, comparison, note = None, None, ""
    if (folder / CARD).exists():
        try:
            former = load_model(folder, schema)
        except ModelError as error:
            if not force:
                raise ModelError(f"{error}; or replace it unseen with --force") from error
            note = f"what was there could not be read ({error})"
    if former is None and not note:
        former = instead
    if former is not None:
        comparison, note = compare_with(former, trained)
    summary = "; ".join(part for part in ("" if comparison is None else comparison.summary(), note) if part)
    if comparison is not None and comparison.worse and not force:
        grounds = "not better than the model it would replace" if comparison.measures else "it cannot be measured"
        return Promotion(None, _label(former), comparison, f"{grounds}: {summary}")
    card = save_model(folder, trained.card(name or folder.resolve().name), trained.files())
    forced = comparison is not None and comparison.worse
    why = f"saved by force: {summary}" if forced else summary or "saved; there was no model to compare it with"
    return Promotion(card, _label(former), comparison, why)


def _label(former: Model | None) -> str:
    return "" if former is None else former.card.label
