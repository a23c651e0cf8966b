"""A history in memory: for batches, trials and tests. It ends with its process.

It stays small however long it runs. What it lets go of, so that a million linkbacks take no more room than the last
weeks of them:

* Windows hold what came in the last eight days before the newest linkbacks, and of each key at least the latest
  ``2 * RECENT`` entries. So a late arrival still sees exactly what the contract says, as long as it is less than a
  day and `RECENT` linkbacks of its key late; a later one may be given smaller counts.
* Whole linkbacks are kept for the latest `entries` only: older ones cannot be labelled by id, give no evidence and
  are no material for retraining.
* Standings and first dates are kept for the `keys` that were judged or seen last.

A million linkbacks spread over a year took 120 MB, 170 MB with a label for each (tests/benchmarks/history_speed.py).
`SqliteHistory` forgets nothing of this until it is told to prune.

A batch must not depend on what the bounds let go: with ``keys=None`` every reputation (59 bytes a key) and every first
date (31) stays, and linkbacks that come in order of time are answered as by `SqliteHistory`, to the last bit. With
``entries=0`` no whole linkback is kept.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from math import inf, isnan, nan
from threading import RLock
from typing import TypeVar

from moderator.errors import HistoryError, NotRememberedError, shown
from moderator.history.base import (
    UNKNOWN_REPUTATION,
    Entry,
    Holdings,
    Keys,
    LabelledEntry,
    Remembered,
    Reputation,
    Snapshot,
)
from moderator.history.copies import FirstSeen, first_seen_keys, snapshot_copies
from moderator.history.keyed import NEVER, Keyed, keyed
from moderator.history.recent import RecentEntries, Seen
from moderator.history.reputation import NO_TALLY, Tally, arrival, counted, known_keys, reputation_at, taken_back
from moderator.records import Decision, Label, LinkEvidence

__all__ = ["MemoryHistory"]

_Numbers = TypeVar("_Numbers", bound=tuple[float, ...])


class MemoryHistory:
    """A `History` in memory, in bounded room; safe to share among threads.

    Args:
        entries: How many whole linkbacks are kept, the latest (and up to an eighth more, forgotten in one go).
        keys: How many keys keep a reputation, and how many a first date; None: all of them.
    """

    def __init__(self, *, entries: int = 10_000, keys: int | None = 250_000) -> None:
        self._entries_kept = entries
        self._keys_kept = keys
        self._lock = RLock()
        self._open = True
        self._recent = RecentEntries()
        self._entries: dict[str, Entry] = {}
        self._labels: dict[str, tuple[Label, float]] = {}
        self._checked: dict[tuple[str, str], list[tuple[float, str]]] = {}
        self._tallies: Keyed[Tally] = keyed(keys, NO_TALLY, Tally._make)
        self._first: Keyed[tuple[float, ...]] = keyed(keys, NEVER, tuple)
        self._undo: list[Callable[[], object]] | None = None

    def snapshot(self, keys: Keys, at: float, id: str) -> Snapshot:
        """See `History.snapshot`."""
        with self._lock:
            self._check_open()
            sender, network, domain, template, target, site, site_author = keys[:7]
            seen = {key: self._first_seen(key) for key in (site_author, *keys.wordings) if key is not None}
            activity = self._recent.activity
            return Snapshot(
                activity(sender, at, id),
                activity(network, at, id),
                activity(domain, at, id),
                activity(template, at, id),
                activity(target, at, id),
                activity(site, at, id),
                self._reputation(sender, at),
                self._reputation(network, at),
                self._reputation(domain, at),
                self._reputation(template, at),
                self._reputation(site_author, at, nan if site_author is None else seen[site_author][0]),
                *snapshot_copies(keys, seen, at),
            )

    def observe(self, entry: Entry) -> None:
        """See `History.observe`."""
        self._remember(_seen(entry), entry.keys, entry if self._entries_kept else None)

    def observe_counts(self, seen: Seen, keys: Keys) -> None:
        """Lets a linkback count in windows and first dates without keeping it whole: `observe` for batches.

        Args:
            seen: The linkback, as windows count it.
            keys: What it is remembered under; a batch that asks for some families only may leave the others None.
        """
        self._remember(seen, keys, None)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """See `History.decide`."""
        with self._lock:
            self._check_open()
            for decision in decisions if self._entries else ():
                entry = self._entries.get(decision.linkback_id)
                if entry is None:
                    continue
                if decision.evidence.checked_at is not None and decision.evidence is not entry.evidence:
                    judged = replace(entry, decision=decision, evidence=decision.evidence)
                    self._replace(_seen(judged), entry.keys, judged)
                else:
                    self._set_entry(replace(entry, decision=decision), entry)

    def judge(self, keys: Keys, label: Label, at: float) -> None:
        """See `History.judge`."""
        with self._lock:
            self._check_open()
            self._count(keys, label, arrival(at))

    def label(self, linkback_id: str, label: Label | None, at: float) -> None:
        """See `History.label`; linkbacks older than the latest `entries` are not remembered."""
        with self._lock:
            self._check_open()
            entry = self._entries.get(linkback_id)
            if entry is None:
                raise NotRememberedError(
                    f"linkback {shown(linkback_id)} is not remembered: check the id; a history in memory "
                    f"remembers only the latest {self._entries_kept:,} of this process"
                )
            arrived = arrival(at)
            former = self._labels.get(linkback_id)
            if former is not None:
                self._take_back(entry.judged_keys, *former)
            if label is not None:
                self._count(entry.judged_keys, label, arrived)
            self._set_label(linkback_id, None if label is None else (label, arrived))

    def evidence(self, source_url: str, target_url: str, since: float) -> LinkEvidence | None:
        """See `History.evidence`."""
        with self._lock:
            self._check_open()
            checked = self._checked.get((source_url, target_url))
            if not checked or not checked[-1][0] >= since:
                return None
            return self._entries[checked[-1][1]].evidence

    def labelled(self) -> Iterator[LabelledEntry]:
        """See `History.labelled`; as of the call."""
        with self._lock:
            self._check_open()
            found = [LabelledEntry(self._entries[id], *judged) for id, judged in self._labels.items()]
        found.sort(key=lambda each: (-inf if isnan(each.entry.at) else each.entry.at, each.entry.linkback.id))
        return iter(found)

    def remembered(self) -> Iterator[Remembered]:
        """See `History.remembered`; as of the call, the latest `entries`."""
        with self._lock:
            self._check_open()
            found = [Remembered(entry, *self._labels.get(id, (None, nan))) for id, entry in self._entries.items()]
        found.sort(key=lambda each: (-inf if isnan(each.entry.at) else each.entry.at, each.entry.linkback.id))
        return iter(found)

    def holdings(self) -> Holdings:
        """See `History.holdings`."""
        with self._lock:
            self._check_open()
            dates = [entry.at for entry in self._entries.values() if not isnan(entry.at)]
            labels = [label for label, _ in self._labels.values()]
        return Holdings(
            len(self._entries),
            labels.count(Label.HAM),
            labels.count(Label.SPAM),
            min(dates, default=nan),
            max(dates, default=nan),
            0,
        )

    def prune(self, before: float) -> int:
        """See `History.prune`."""
        with self._lock:
            self._check_open()
            if self._undo is not None:
                raise HistoryError("prune cannot be part of a transaction: call it outside")
            old = self._recent.before(before)
            old.update(id for id, entry in self._entries.items() if entry.at < before)
            old.difference_update(self._labels)
            for id in old:
                self._remove(id)
            return len(old)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `History.transaction`; other threads wait until it ends."""
        with self._lock:
            self._check_open()
            if self._undo is not None:
                yield
                return
            self._undo = []
            before = len(self._entries)
            try:
                yield
            except BaseException:
                steps, self._undo = self._undo, None
                for step in reversed(steps):
                    step()
                raise
            self._undo = None
            self._tidy(len(self._entries) - before)

    def close(self) -> None:
        """See `History.close`; everything it held is gone."""
        with self._lock:
            self._open = False
            self._recent = RecentEntries()
            self._entries, self._labels, self._checked = {}, {}, {}
            self._tallies, self._first = keyed(0, NO_TALLY, Tally._make), keyed(0, NEVER, tuple)

    def _first_seen(self, key: int) -> FirstSeen:
        first_at, authors = self._first.get(key)
        return first_at, int(authors)

    def _reputation(self, key: int | None, at: float, first_at: float = nan) -> Reputation:
        return UNKNOWN_REPUTATION if key is None else reputation_at(self._tallies.get(key), at, first_at)

    def _remember(self, seen: Seen, keys: Keys, entry: Entry | None) -> None:
        id = seen.id
        with self._lock:
            self._check_open()
            if id in self._entries or id in self._recent:
                self._replace(seen, keys, entry)
            else:
                self._insert(seen, keys, entry)
                self._on_undo(lambda: self._remove(id))
            self._meet(keys, seen.at)
            if self._undo is None:
                self._tidy(1)

    def _insert(self, seen: Seen, keys: Keys, entry: Entry | None) -> None:
        id = seen.id
        if entry is not None:
            self._entries[id] = entry
            if entry.evidence.checked_at is not None:
                pair = (entry.linkback.source_url, entry.linkback.target_url)
                insort(self._checked.setdefault(pair, []), (entry.evidence.checked_at.timestamp(), id))
        self._recent.add(seen, keys)

    def _set_entry(self, entry: Entry, former: Entry) -> None:
        """Puts in place an entry that differs in nothing that is indexed."""
        self._entries[entry.linkback.id] = entry
        self._on_undo(lambda: self._entries.update({former.linkback.id: former}))

    def _remove(self, id: str) -> tuple[Seen, Keys] | None:
        self._forget_entry(id)
        return self._recent.remove(id)

    def _forget_entry(self, id: str) -> None:
        self._labels.pop(id, None)
        entry = self._entries.pop(id, None)
        if entry is None or entry.evidence.checked_at is None:
            return
        pair = (entry.linkback.source_url, entry.linkback.target_url)
        checked = self._checked[pair]
        checked.remove((entry.evidence.checked_at.timestamp(), id))
        if not checked:
            del self._checked[pair]

    def _replace(self, seen: Seen, keys: Keys, entry: Entry | None) -> None:
        """Puts a newer word in the place of what was known; a label stays, and counts for the new keys."""
        id = seen.id
        former = self._entries.get(id)
        judged = self._labels.get(id)
        removed = self._remove(id)
        self._insert(seen, keys, entry)
        self._on_undo(lambda: self._restore(id, former, removed))
        if judged is None or former is None or entry is None:
            return
        self._labels[id] = judged
        if former.judged_keys != entry.judged_keys:
            self._take_back(former.judged_keys, *judged)
            self._count(entry.judged_keys, *judged)

    def _restore(self, id: str, former: Entry | None, removed: tuple[Seen, Keys] | None) -> None:
        judged = self._labels.get(id)
        self._remove(id)
        if former is not None:
            self._insert(_seen(former), former.keys, former)
            if judged is not None:
                self._labels[id] = judged
        elif removed is not None:
            self._recent.add(*removed)

    def _meet(self, keys: Keys, at: float) -> None:
        if at != at:
            return
        for key, bit in first_seen_keys(keys).items():
            former = self._first.get(key)
            met = (min(former[0], at), float(int(former[1]) | bit))
            if met != former or self._keys_kept is not None:  # a key that was met again is among the latest
                self._put(self._first, key, met, former)

    def _count(self, keys: Keys, label: Label, at: float) -> None:
        for key in known_keys(keys):
            former = self._tallies.get(key)
            self._put(self._tallies, key, counted(former, label, at), former)

    def _take_back(self, keys: Keys, label: Label, at: float) -> None:
        for key in known_keys(keys):
            tally = self._tallies.get(key)
            if tally is not NO_TALLY:
                self._put(self._tallies, key, taken_back(tally, label, at), tally)

    def _put(self, store: Keyed[_Numbers], key: int, numbers: _Numbers, former: _Numbers) -> None:
        if self._undo is not None:
            self._undo.append(lambda: store.put(key, former))
        store.put(key, numbers)

    def _set_label(self, id: str, judged: tuple[Label, float] | None) -> None:
        former = self._labels.pop(id, None)
        if judged is not None:
            self._labels[id] = judged
        self._on_undo(lambda: self._restore_label(id, former))

    def _restore_label(self, id: str, former: tuple[Label, float] | None) -> None:
        self._labels.pop(id, None)
        if former is not None:
            self._labels[id] = former

    def _on_undo(self, step: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(step)

    def _tidy(self, added: int) -> None:
        if len(self._entries) > self._entries_kept * 9 // 8:
            for id in list(islice(self._entries, len(self._entries) - self._entries_kept)):
                self._forget_entry(id)
        if self._recent.tidy(added):
            self._tallies.tidy()
            self._first.tidy()

    def _check_open(self) -> None:
        if not self._open:
            raise HistoryError("the history is closed: make a new one")


def _seen(entry: Entry) -> Seen:
    """A linkback as windows count it."""
    keys = entry.keys
    return Seen(entry.at, entry.linkback.id, keys.target, keys.domain, keys.sender)
