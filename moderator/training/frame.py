"""A training frame: labelled feature rows as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema
from moderator.model.runs import Runs
from moderator.model.scorer import Scorer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Frame", "joined"]


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows for training or evaluation; every array has one entry a row."""

    schema: Schema
    """What the places of the rows mean."""
    numbers: NDArray[np.float64]
    """Numeric features, shape (rows, numbers); nan is missing."""
    wording: NDArray[np.object_]
    """Distinct buckets of each channel's text, shape (rows, channels), each an int32 array."""
    spam: NDArray[np.bool_]
    """The label."""
    kind: NDArray[np.str_]
    """The linkback's kind."""
    family: NDArray[np.str_]
    """The receiving site's registrable domain: sites of one owner share it."""
    at: NDArray[np.float64]
    """When it was received, in seconds since 1970; nan: not known."""
    keys: NDArray[np.int64]
    """Digests of domain, template and network, shape (rows, 3); 0: not known."""
    self_ping: NDArray[np.bool_]
    """Whether source and target stand on one host."""
    mask: NDArray[np.str_]
    """What was taken away from the row; `WHOLE`: nothing."""
    origin: NDArray[np.int64]
    """Number of the case that the row comes from, the same for all its masks."""
    ids: NDArray[np.str_]
    """The linkback's id."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.spam)

    def take(self, rows: NDArray[Any]) -> Frame:
        """The frame with only these rows, given by a boolean array or by their numbers."""
        parts = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return Frame(**{name: part if name == "schema" else part[rows] for name, part in parts.items()})

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a table for exploring: a column for each number, then what else is known of a row."""
        import pandas as pd

        known = ("spam", "kind", "family", "at", "self_ping", "mask", "origin")
        table = pd.DataFrame(self.numbers, columns=list(self.schema.numbers), index=pd.Index(self.ids, name="id"))
        return table.assign(**{name: getattr(self, name) for name in known})

    def runs(self, channel: int) -> Runs:
        """The hashed runs of a channel."""
        texts = list(self.wording[:, channel])
        return Runs(np.concatenate([np.empty(0, np.int32), *texts]), np.array([len(text) for text in texts], np.int64))

    def log_odds(self, scorer: Scorer) -> NDArray[np.float64]:
        """What a scorer says of the rows, shape (rows,)."""
        runs = [self.runs(channel) for channel in range(len(self.schema.channels))]
        return scorer.log_odds_of(scorer.table_of(self.numbers, runs))


def joined(*frames: Frame) -> Frame:
    """Frames of one schema, one below the other; cases keep their own numbers."""
    parts: dict[str, Any] = {"schema": frames[0].schema}
    for name in (entry.name for entry in fields(Frame) if entry.name != "schema"):
        parts[name] = np.concatenate([getattr(frame, name) for frame in frames])
    starts = np.cumsum([0, *(int(frame.origin.max(initial=-1)) + 1 for frame in frames)])
    parts["origin"] = np.concatenate([frame.origin + start for frame, start in zip(frames, starts, strict=False)])
    return Frame(**parts)
