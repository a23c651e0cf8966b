"""In which order rows are judged: by time of receipt, equal times by id, undated ones last."""

from __future__ import annotations

from array import array
from datetime import datetime
from math import inf

import numpy as np
import numpy.typing as npt

__all__ = ["TimeOrder", "time_and_id"]

_PREFIX = 8
"""Bytes of an id that are kept; equal ones are told apart where the rows themselves are at hand."""


def time_and_id(at: datetime | None, linkback_id: str) -> tuple[float, int]:
    """What `TimeOrder` keeps of a row: seconds since 1970 (inf: not known), and the beginning of its id as a number."""
    if at is None:
        return inf, 0
    return at.timestamp(), int.from_bytes(linkback_id.encode(errors="replace")[:_PREFIX].ljust(_PREFIX, b"\0"))


class TimeOrder:
    """Takes every row's time and the beginning of its id, 16 bytes a row, and knows what order they make.

    Undated rows come last, each after the other as they stood: they are judged with all that the queue tells.
    """

    def __init__(self) -> None:
        self._times = array("d")
        self._ids = array("Q")
        self._last = -inf
        self._tie = 0
        self.sorted = True
        """Whether the rows came in order of time, whatever the order of equal times."""
        self.longest_tie = 0
        """Bytes of the largest run of rows that had the same time; undated ones are none."""

    def __len__(self) -> int:
        return len(self._times)

    def put(self, time: float, prefix: int, size: int) -> None:
        """Takes the next row.

        Args:
            time: When it was received, in seconds since 1970; inf: not known.
            prefix: The beginning of its id, as `time_and_id` makes it; of no account where it has no date.
            size: How many bytes it takes, roughly.
        """
        self._times.append(time)
        if time == inf:
            self._ids.append(len(self._ids))
            self._last = inf
            return
        self._ids.append(prefix)
        self.sorted = self.sorted and self._last <= time
        self._tie = self._tie + size if time == self._last else size
        self.longest_tie = max(self.longest_tie, self._tie)
        self._last = time

    def key(self, number: int) -> tuple[float, int]:
        """What orders a row, as far as it is kept: its time, and the beginning of its id."""
        return self._times[number], self._ids[number]

    def parts(self, count: int) -> npt.NDArray[np.uint16]:
        """Deals the rows out to `count` parts of like size that follow each other in time.

        Returns:
            Each row's part; rows of one time whose ids begin alike share theirs.
        """
        times = np.frombuffer(self._times, dtype=np.float64)
        ids = np.frombuffer(self._ids, dtype=np.uint64)
        order = np.lexsort((ids, times))
        times, ids = times[order], ids[order]
        differs = np.ones(len(order), dtype=bool)
        differs[1:] = (times[1:] != times[:-1]) | (ids[1:] != ids[:-1])
        first = np.maximum.accumulate(np.where(differs, np.arange(len(order)), 0))
        part = np.empty(len(order), dtype=np.uint16)
        part[order] = first * count // max(1, len(order))
        return part
