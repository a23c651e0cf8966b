"""The latest entries of every key, in memory: what windows are counted from.

Each key has one list in order of ``(at, id)``; an entry's tuple is shared by the lists of all its keys. A sweep from
time to time lets go of what no window will reach again, so room follows the rate of linkbacks, not their number.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import inf
from typing import NamedTuple

from moderator.history.base import DAY, RECENT, UNKNOWN_ACTIVITY, WEEK, Activity, Keys
from moderator.history.windows import NO_ACTIVITY, summarise

__all__ = ["LATENESS", "RecentEntries", "Seen"]

LATENESS = DAY
"""Seconds by which a linkback may come late and still find its windows whole."""
_SWEEP_EVERY = 5_000
"""The least number of entries between two sweeps."""


class Seen(NamedTuple):
    """An entry as its windows need it; it sorts by time, then id."""

    at: float
    id: str
    target: int | None
    domain: int | None
    sender: int | None


class RecentEntries:
    """The windows of all keys."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[Seen, Keys]] = {}
        self._by_key: dict[int, list[Seen]] = {}
        self._last_times: deque[float] = deque(maxlen=100)
        self._until_sweep = _SWEEP_EVERY

    def __contains__(self, id: str) -> bool:
        return id in self._by_id

    def activity(self, key: int | None, at: float, id: str) -> Activity:
        """What a key did strictly before a linkback, by `History.snapshot`'s rules."""
        if key is None or at != at:
            return UNKNOWN_ACTIVITY
        entries = self._by_key.get(key)
        if entries is None:
            return NO_ACTIVITY
        # A pair sorts before every entry that begins with it, so an entry of this very id is never counted.
        moment = (at, id)
        end = len(entries) if entries[-1] < moment else bisect_left(entries, moment)
        if end == 0 or entries[end - 1][0] <= at - WEEK:
            return NO_ACTIVITY
        times, _, targets, domains, senders = zip(*entries[max(0, end - RECENT) : end], strict=True)
        return summarise(at, times, targets, domains, senders)

    def add(self, id: str, at: float, keys: Keys) -> None:
        """Adds an entry whose id is not among the recent ones; an undated one (nan) is in no window."""
        if at != at:
            return
        self._last_times.append(at)
        seen = Seen(at, id, keys.target, keys.domain, keys.sender)
        self._by_id[id] = (seen, keys)
        by_key = self._by_key
        for key in keys[:6]:  # all but the neighbour, whose activity nobody asks for
            if key is None:
                continue
            entries = by_key.get(key)
            if entries is None:
                by_key[key] = [seen]
            elif entries[-1] < seen:
                entries.append(seen)
            else:
                insort(entries, seen)

    def remove(self, id: str) -> tuple[Seen, Keys] | None:
        """Takes an entry out; returns it, None where it was not among the recent ones."""
        found = self._by_id.pop(id, None)
        if found is None:
            return None
        seen, keys = found
        for key in keys[:6]:
            entries = None if key is None else self._by_key.get(key)
            if key is None or entries is None:
                continue
            place = bisect_left(entries, seen)
            if place < len(entries) and entries[place] is seen:
                del entries[place]
            if not entries:
                del self._by_key[key]
        return found

    def before(self, moment: float) -> set[str]:
        """The ids of the recent entries received before a moment."""
        return {id for id, (seen, _) in self._by_id.items() if seen.at < moment}

    def tidy(self, added: int) -> bool:
        """Sweeps when enough entries were added since the last time; returns whether it did."""
        self._until_sweep -= added
        if self._until_sweep > 0:
            return False
        # The earliest of the last arrivals, so that one wrong date in the future does not empty the windows.
        horizon = min(self._last_times, default=-inf) - WEEK - LATENESS
        self._by_id = {id: found for id, found in self._by_id.items() if found[0].at >= horizon}
        kept = {}
        for key, entries in self._by_key.items():
            start = max(bisect_left(entries, (horizon,)), len(entries) - 2 * RECENT)
            if start < len(entries):
                kept[key] = entries[start:]
        self._by_key = kept
        self._until_sweep = max(_SWEEP_EVERY, len(self._by_id))
        return True
