"""The latest entries of every key, in memory: what windows are counted from.

Each key has its entries in order of ``(at, id)``. A sweep from time to time lets go of what no window will reach
again, so room follows the rate of linkbacks, not their number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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


class _Column:
    """The entries of a key that has several, oldest first: one list for each field, as windows read them."""

    __slots__ = ("domains", "ids", "senders", "targets", "times")

    def __init__(self, seen: Seen) -> None:
        self.times = [seen.at]
        self.ids = [seen.id]
        self.targets = [seen.target]
        self.domains = [seen.domain]
        self.senders = [seen.sender]

    def place(self, at: float, id: str) -> int:
        """How many entries come strictly before this moment and id."""
        first = bisect_left(self.times, at)
        return bisect_left(self.ids, id, first, bisect_right(self.times, at, first))

    def add(self, seen: Seen) -> None:
        at, id, target, domain, sender = seen
        last = self.times[-1]
        if last < at or (last == at and self.ids[-1] < id):
            self.times.append(at)
            self.ids.append(id)
            self.targets.append(target)
            self.domains.append(domain)
            self.senders.append(sender)
            return
        place = self.place(at, id)
        self.times.insert(place, at)
        self.ids.insert(place, id)
        self.targets.insert(place, target)
        self.domains.insert(place, domain)
        self.senders.insert(place, sender)

    def delete(self, part: slice) -> None:
        for values in (self.times, self.ids, self.targets, self.domains, self.senders):
            del values[part]


class RecentEntries:
    """The windows of all keys."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[Seen, Keys]] = {}
        # Most keys come once: those hold the entry itself, and only the others have columns.
        self._by_key: dict[int, Seen | _Column] = {}
        self._last_times: deque[float] = deque(maxlen=100)
        self._until_sweep = _SWEEP_EVERY

    def __contains__(self, id: str) -> bool:
        return id in self._by_id

    def activity(self, key: int | None, at: float, id: str) -> Activity:
        """What a key did strictly before a linkback, by `History.snapshot`'s rules."""
        if key is None or at != at:
            return UNKNOWN_ACTIVITY
        found = self._by_key.get(key)
        if found is None:
            return NO_ACTIVITY
        if isinstance(found, Seen):
            then, other, target, domain, sender = found
            if then > at or (then == at and other >= id):
                return NO_ACTIVITY
            return summarise(at, (then,), (target,), (domain,), (sender,))
        times = found.times
        end = len(times) if times[-1] < at else found.place(at, id)
        start = max(0, end - RECENT)
        if start == end or times[end - 1] <= at - WEEK:
            return NO_ACTIVITY
        part = slice(start, end)
        return summarise(at, times[part], found.targets[part], found.domains[part], found.senders[part])

    def add(self, seen: Seen, keys: Keys) -> None:
        """Adds an entry to the windows of its keys; an undated one (nan) is in no window.

        Args:
            seen: The entry; its id is not among the recent ones.
            keys: The keys whose activity it is.
        """
        at, id = seen.at, seen.id
        if at != at:
            return
        self._last_times.append(at)
        self._by_id[id] = (seen, keys)
        by_key = self._by_key
        for key in keys[:6]:  # all but the site_author, whose activity nobody asks for
            if key is None:
                continue
            found = by_key.get(key)
            if found is None:
                by_key[key] = seen
            elif isinstance(found, Seen):
                column = by_key[key] = _Column(found)
                column.add(seen)
            else:
                found.add(seen)

    def remove(self, id: str) -> tuple[Seen, Keys] | None:
        """Takes an entry out; returns it, None where it was not among the recent ones."""
        removed = self._by_id.pop(id, None)
        if removed is None:
            return None
        seen, keys = removed
        for key in keys[:6]:
            found = None if key is None else self._by_key.get(key)
            if key is None or found is None:
                continue
            if isinstance(found, Seen):
                if found.id == id:
                    del self._by_key[key]
                continue
            place = found.place(seen.at, id)
            if place < len(found.ids) and found.ids[place] == id:
                found.delete(slice(place, place + 1))
            if not found.ids:
                del self._by_key[key]
        return removed

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
        kept: dict[int, Seen | _Column] = {}
        for key, found in self._by_key.items():
            if isinstance(found, Seen):
                if found.at >= horizon:
                    kept[key] = found
                continue
            start = max(bisect_left(found.times, horizon), len(found.times) - 2 * RECENT)
            if start < len(found.times):
                found.delete(slice(0, start))
                kept[key] = found
        self._by_key = kept
        self._until_sweep = max(_SWEEP_EVERY, len(self._by_id) // 2)
        return True
