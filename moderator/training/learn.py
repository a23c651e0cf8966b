"""A retraining whose result somebody else decides about: trained, measured against what is in use, and saved if better.

`moderator.training.promote` asks whether a new model is worse than the one it replaces. Here nobody asked for a new
model, so it must be better: clearly so on all later rows by at least one measure, and worse by none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from moderator.errors import TrainingError
from moderator.features.extractor import Extractor
from moderator.model.folder import Model, save_model
from moderator.model.scorer import probability
from moderator.records import Label
from moderator.training.changes import Change
from moderator.training.compare import Comparison, Outcome
from moderator.training.drift import drift
from moderator.training.figures import json_ready
from moderator.training.labels import LabelledCases
from moderator.training.promote import compare_with
from moderator.training.scores import frame_log_odds
from moderator.training.train import Trained, train

__all__ = ["Learned", "learn"]

_LISTED = 200
"""Linkbacks whose verdict would change that are named."""
Changes = Callable[[Model, Model], Sequence[Change]]
"""Which linkbacks would be decided differently by the model in use and by a new one."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a retraining."""

    outcome: str
    """``better``: it is saved; ``not better``; ``too little``: nothing could be learned or measured."""
    why: str
    """The grounds in plain words."""
    ham: int
    """Labels that it could learn from."""
    spam: int
    trained: Trained | None = None
    """The new model; None: there is none."""
    comparison: Comparison | None = None
    """It against the model in use; None: there is no new one."""
    changes: tuple[Change, ...] = ()
    """Undecided linkbacks that would be decided differently; empty where it is not better."""
    drift: str = ""
    """How far recent linkbacks have moved from what the model in use was made on; empty: not looked at."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        found: dict[str, Any] = {"ham": self.ham, "spam": self.spam, "drift": self.drift}
        if self.trained is not None:
            figures = self.trained.figures
            found |= {
                "figures": figures.summary(),
                "reliability": json_ready(figures.reliability),
                "chosen": self.trained.metrics["chosen"],
                "notes": list(self.trained.notes),
            }
        if self.comparison is not None:
            found["comparison"] = self.comparison.to_json()
        if self.outcome == "better":
            counted = Counter((change.old.value, change.new.value) for change in self.changes)
            found["changed"] = [[*verdicts, count] for verdicts, count in counted.most_common()]
            found["changes"] = [change.to_json() for change in self.changes[-_LISTED:]]
        return {"outcome": self.outcome, "why": self.why, "found": found}


def learn(
    labelled: LabelledCases, extractor: Extractor, *, base: Model, in_use: Model, folder: Path, changes: Changes
) -> Learned:
    """Trains a model, and saves it if it is better than the one in use.

    Args:
        labelled: What `gather` gave.
        extractor: The features.
        base: The model to start from.
        in_use: The model that the new one must better.
        folder: Where it is to lie.
        changes: Finds what would be decided differently.

    Raises:
        ModelError: The folder cannot be written.
    """
    ham = sum(case.label is Label.HAM for case in labelled.cases)
    spam = sum(case.label is Label.SPAM for case in labelled.cases)
    try:
        trained = train(labelled, extractor, base=base)
    except TrainingError as error:
        return Learned("too little", str(error), ham, spam)
    comparison, note = compare_with(in_use, trained)
    told = "; ".join(part for part in (comparison.told(), note) if part)
    aged = _drift(trained, in_use)
    if not comparison.measures:
        return Learned("too little", told, ham, spam, trained, comparison, drift=aged)
    if comparison.worse or not _clearly_better(comparison):
        return Learned("not better", told, ham, spam, trained, comparison, drift=aged)
    fresh = Model(trained.scorer, save_model(folder, trained.card(folder.name), trained.files()))
    return Learned("better", told, ham, spam, trained, comparison, tuple(changes(in_use, fresh)), aged)


def _clearly_better(comparison: Comparison) -> bool:
    """Whether at least one measure on all later rows was won."""
    return any(each.outcome is Outcome.WON for each in comparison.whole())


def _drift(trained: Trained, in_use: Model) -> str:
    """Whether the model in use has aged, on the later rows."""
    numbers = np.asarray(trained.later.numbers)
    chances = probability(frame_log_odds(in_use.scorer, trained.later))
    return drift(in_use.card.metrics, trained.later.schema.numbers, numbers, chances).told()
