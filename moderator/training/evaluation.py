"""The records of an evaluation, and their JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from moderator.model.policy import Cutoffs
from moderator.records import Label, Linkback, Reason, Verdict
from moderator.training.compare import Comparison
from moderator.training.drift import Drift
from moderator.training.figures import Figures, json_ready
from moderator.training.labels import LabelCounts
from moderator.training.predictions import Predictions

__all__ = ["Evaluation", "Mistake", "TopicPart"]


class TopicPart(NamedTuple):
    """What one sort of evidence adds to the log-odds."""

    topic: str
    ham: float
    """Its mean part on ham, in log-odds; nan: no ham."""
    spam: float
    """Its mean part on spam; nan: no spam."""
    weight: float
    """Mean size of its part on all rows, whatever the sign."""


class Mistake(NamedTuple):
    """A row that was judged far from its label."""

    linkback: Linkback
    label: Label
    verdict: Verdict
    probability: float
    rule: str
    """The hard rule that set the verdict; empty: the probability did."""
    reasons: tuple[Reason, ...]
    """The strongest parts first."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model on labelled linkbacks."""

    model: str
    """Name and digest."""
    cutoffs: Cutoffs
    counts: LabelCounts
    """What the exports held."""
    figures: Figures
    topics: tuple[TopicPart, ...]
    """The strongest first."""
    lost_ham: tuple[Mistake, ...]
    """Ham with the highest probability of spam."""
    passed_spam: tuple[Mistake, ...]
    """Spam with the lowest."""
    drift: Drift
    notes: tuple[str, ...]
    """What must be known to read the figures; empty: nothing."""
    predictions: Predictions
    """All rows, for further figures."""
    against: str
    """Name and digest of the other model; empty: none."""
    other: Figures | None
    """The other model's figures; None: none."""
    comparison: Comparison | None
    """This model against the other one; None: none."""

    def to_json(self) -> dict[str, Any]:
        """Everything but the rows, as JSON; what is not known is null."""
        return {
            "model": self.model,
            "cutoffs": asdict(self.cutoffs),
            "counts": asdict(self.counts),
            "figures": self.figures.to_json(),
            "contributions": json_ready(list(self.topics)),
            "lost_ham": [_mistake_json(mistake) for mistake in self.lost_ham],
            "passed_spam": [_mistake_json(mistake) for mistake in self.passed_spam],
            "drift": {"aged": self.drift.aged, "summary": self.drift.summary()} | _drift_json(self.drift),
            "notes": list(self.notes),
            "against": self.against or None,
            "other": None if self.other is None else self.other.summary(),
            "comparison": None if self.comparison is None else self.comparison.to_json(),
        }


def _drift_json(found: Drift) -> dict[str, Any]:
    features = [json_ready(asdict(column)) for column in found.features[:20]]
    return {
        "measure": "population stability index; 0.1 moved, 0.25 moved far",
        "rows": found.rows,
        "probability": None if found.probability is None else json_ready(asdict(found.probability)),
        "features": features,
    }


def _mistake_json(mistake: Mistake) -> dict[str, Any]:
    return {
        "id": mistake.linkback.id,
        "kind": mistake.linkback.kind.value,
        "source_url": mistake.linkback.source_url,
        "title": mistake.linkback.title,
        "label": mistake.label.value,
        "verdict": mistake.verdict.value,
        "spam_probability": mistake.probability,
        "rule": mistake.rule or None,
        "reasons": [json_ready(asdict(reason)) for reason in mistake.reasons],
    }
