"""A feature row, and the schema that says what its places mean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from moderator.features.wording import Channel, Wording

__all__ = ["FeatureRow", "Schema"]


class FeatureRow(NamedTuple):
    """All that the classifier sees of one linkback."""

    numbers: tuple[float, ...]
    """The numeric features in the schema's order; nan is missing."""
    wording: Wording
    """The cleaned text of each wording channel."""


@dataclass(frozen=True)
class Schema:
    """What the places of a feature row mean."""

    numbers: tuple[str, ...]
    """Names of the numeric features, ``group.field``."""
    channels: tuple[Channel, ...]
    """The wording channels."""
    meanings: tuple[str, ...]
    """One phrase for each number and then each channel."""
    topics: tuple[str, ...]
    """The evidence that each belongs to, likewise."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns of the trees' input."""
        return self.numbers + tuple(f"wording.{channel.name}" for channel in self.channels)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of names, order and meanings; a model that was trained on another schema is refused."""
        text = "\n".join((*self.columns, *self.meanings, *(str(channel.shortest) for channel in self.channels)))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
