"""How a model was made: data, versions, seeds and slices for its card, and notes for its owner."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderator.model.folder import Model
from moderator.training.figures import json_ready
from moderator.training.frame import Frame
from moderator.training.labels import LabelSummary
from moderator.training.masks import WHOLE
from moderator.training.plan import Plan
from moderator.training.splits import Slices
from moderator.version import __version__

__all__ = ["data_notes", "provenance"]


def provenance(
    labelled: LabelSummary, plan: Plan, base: Model | None, slices: Slices, frame: Frame, doubts: NDArray[np.bool_]
) -> dict[str, Any]:
    """How a model was made, as its card tells it: data, versions, seeds, slices.

    Args:
        labelled: Counts and digest of the cases.
        plan: How.
        base: The model that it started from; None: none.
        slices: Where the frame was cut.
        frame: All rows.
        doubts: Rows of the first slice that were left out.
    """
    origin = {
        "data": labelled.card(),
        "base": None if base is None else base.card.label,
        "recipe": asdict(plan.recipe),
        "correction": asdict(plan.correction),
        "doubt": asdict(plan.doubt) | {"left_out": int(doubts.sum())},
        "tolerance": plan.tolerance._asdict(),
        "slices": {
            name: _slice_card(frame.take(getattr(slices, name))) for name in ("fit", "calibrate", "choose", "measure")
        }
        | {"by": slices.by},
        "seen_until": _latest(frame.take(np.concatenate([slices.fit, slices.calibrate, slices.choose]))),
        "versions": {
            "moderator": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scikit-learn", "tldextract")},
        },
    }
    ready = json_ready(origin)
    assert isinstance(ready, dict)  # noqa: S101  # a dictionary stays one
    return ready


def _slice_card(part: Frame) -> dict[str, Any]:
    whole = part.mask == WHOLE
    return {
        "ham": int((whole & ~part.spam).sum()),
        "spam": int((whole & part.spam).sum()),
        "until": _latest(part),
    }


def _latest(part: Frame) -> str | None:
    """When the last row was received, ISO 8601; None: no row has a date."""
    known = part.at[np.isfinite(part.at)]
    return datetime.fromtimestamp(float(known.max()), UTC).isoformat() if len(known) else None


def data_notes(slices: Slices, labelled: LabelSummary, doubts: NDArray[np.bool_]) -> Iterator[str]:
    """What the owner should know of the data, one sentence each."""
    if slices.by == "site":
        yield "most rows have no date, so the slices are by site and not by time: what is measured is not later"
    if labelled.counts.assumed:
        hours = labelled.delay.total_seconds() / 3600
        yield f"{labelled.counts.assumed} labels have no date and count as given {hours:g} hours after receipt"
    if labelled.counts.contradicted:
        yield f"{labelled.counts.contradicted} linkbacks are called ham and spam, undated: their labels were dropped"
    if doubts.any():
        left_out, rows = int(doubts.sum()), len(doubts)
        yield f"{left_out} of {rows} training rows (copies counted) were left out: the others contradict their labels"
