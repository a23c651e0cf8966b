"""The card of a model: what it is, what it was trained on, and the digests of its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from moderator.errors import ModelError, shown
from moderator.model.policy import Cutoffs

__all__ = ["CARD", "FORMAT", "Card", "read_card"]

CARD = "card.json"
"""Its file name."""
FORMAT = 1
"""The newest format that this version reads."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a person or a program must know of a model before using it."""

    name: str
    """A short name."""
    schema: str
    """Fingerprint of the features that it reads."""
    cutoffs: Cutoffs
    """Where approving ends and spam begins unless the owner says otherwise."""
    files: dict[str, str]
    """SHA-256 of each file, by name."""
    training: dict[str, Any] = field(default_factory=dict)
    """Rows by source, data digest, delay rule, versions, seeds: everything that made it."""
    metrics: dict[str, Any] = field(default_factory=dict)
    """What was measured, and on what."""
    format: int = FORMAT
    """Format of the folder."""

    @property
    def label(self) -> str:
        """Name and the start of the scorer's digest, as decisions carry it."""
        return f"{self.name}@{self.files['scorer.npz'][:8]}"

    def text(self) -> str:
        """The card as JSON, the same for the same card."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def read_card(folder: Path) -> Card:
    """Reads a folder's card.

    Raises:
        ModelError: It is missing, unreadable, of a newer format, or lacks a field.
    """
    path = folder / CARD
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"no model in {shown(folder)}: {CARD} is missing; give a folder that `retrain` wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {shown(path)} ({error}); train again or restore the folder") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("format"), int):
        raise ModelError(f"{shown(path)} is not a model card; train again or restore the folder")
    if raw["format"] > FORMAT:
        raise ModelError(
            f"{shown(path)} has format {raw['format']}, this version reads up to {FORMAT}; upgrade moderator"
        )
    try:
        return Card(**{**raw, "cutoffs": Cutoffs(**raw["cutoffs"])})
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{shown(path)} is damaged ({error}); train again or restore the folder") from error
