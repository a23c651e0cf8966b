"""The service's own retraining: trains a model, compares it with the one in use, and saves it if it is better.

`moderator.training.promote` asks whether a new model is worse than the one it replaces. Here nobody asked for a new
model, so it must be better: clearly so on all later rows by at least one measure, and worse by none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from moderator.errors import HistoryError, TrainingError
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.folder import Model, save_model
from moderator.model.scorer import probability
from moderator.records import Case, Label, Verdict
from moderator.replay import Replay, ScoredInput, scored_input_of
from moderator.scoring import CaseScorer
from moderator.training.compare import Comparison, Outcome
from moderator.training.drift import drift
from moderator.training.figures import json_ready
from moderator.training.labels import LabelledCases
from moderator.training.predictions import frame_log_odds
from moderator.training.promote import compare_with
from moderator.training.train import Trained, train

__all__ = ["RetrainResult", "VerdictChange", "retrain_if_better", "verdict_changes"]

_PIECE = 500
"""Linkbacks that are scored in one call."""
_LISTED = 200
"""Linkbacks whose verdict would change that are named."""


class VerdictChange(NamedTuple):
    """A linkback that two models would decide differently."""

    id: str
    old: Verdict
    new: Verdict
    probability: float
    """The new model's, of spam."""

    def to_json(self) -> list[Any]:
        """As JSON."""
        return [self.id, self.old.value, self.new.value, round(self.probability, 4)]


def verdict_changes(
    cases: Sequence[Case], extractor: Extractor, old: CaseScorer, new: CaseScorer, *, must_see: bool, most: int
) -> list[VerdictChange]:
    """Judges linkbacks that nobody labelled with two models.

    Args:
        cases: In order of receipt, labelled ones among them: they are the past of the others.
        extractor: The features.
        old: Decides as it is.
        new: Decides as it would be.
        must_see: Whether nothing is approved unseen.
        most: How many are judged, the newest.

    Returns:
        Those on which the two differ, in order of receipt.

    Raises:
        HistoryError: The replay failed as a whole.
    """
    wanted = [place for place, case in enumerate(cases) if case.label is None][-most:] if most else []
    replay, chosen = Replay(MemoryHistory(keys=None), extractor), set(wanted)
    found: list[VerdictChange] = []
    inputs: list[ScoredInput] = []
    for place, case in enumerate(cases):
        try:
            past = replay.snapshot_and_record(case)
            if place in chosen:
                inputs.append(scored_input_of(case, *past, extractor))
        except HistoryError:
            raise
        except Exception:  # noqa: S112 - a case whose features fail is held by either model
            continue
        if len(inputs) >= _PIECE:
            found += _differing(inputs, old, new, must_see)
            inputs = []
    return found + _differing(inputs, old, new, must_see)


def _differing(inputs: Sequence[ScoredInput], old: CaseScorer, new: CaseScorer, must_see: bool) -> list[VerdictChange]:
    before = old.decide_each_or_hold(inputs, 0, must_see=must_see)
    after = new.decide_each_or_hold(inputs, 0, must_see=must_see)
    return [
        VerdictChange(two.linkback_id, one.verdict, two.verdict, two.spam_probability)
        for one, two in zip(before, after, strict=True)
        if one.verdict is not two.verdict
    ]


FindChanges = Callable[[Model, Model], Sequence[VerdictChange]]
"""Which linkbacks would be decided differently by the model in use and by a new one."""


@dataclass(frozen=True, slots=True)
class RetrainResult:
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
    changes: tuple[VerdictChange, ...] = ()
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


def retrain_if_better(
    labelled: LabelledCases, extractor: Extractor, *, base: Model, in_use: Model, folder: Path, changes: FindChanges
) -> RetrainResult:
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
        return RetrainResult("too little", str(error), ham, spam)
    comparison, note = compare_with(in_use, trained)
    summary = "; ".join(part for part in (comparison.summary(), note) if part)
    aged = _drift(trained, in_use)
    if not comparison.measures:
        return RetrainResult("too little", summary, ham, spam, trained, comparison, drift=aged)
    if comparison.worse or not _clearly_better(comparison):
        return RetrainResult("not better", summary, ham, spam, trained, comparison, drift=aged)
    fresh = Model(trained.scorer, save_model(folder, trained.card(folder.name), trained.files()))
    return RetrainResult("better", summary, ham, spam, trained, comparison, tuple(changes(in_use, fresh)), aged)


def _clearly_better(comparison: Comparison) -> bool:
    """Whether at least one measure on all later rows was won."""
    return any(each.outcome is Outcome.WON for each in comparison.whole())


def _drift(trained: Trained, in_use: Model) -> str:
    """Whether the model in use has aged, on the later rows."""
    numbers = np.asarray(trained.later.numbers)
    chances = probability(frame_log_odds(in_use.scorer, trained.later))
    return drift(in_use.card.metrics, trained.later.schema.numbers, numbers, chances).summary()
