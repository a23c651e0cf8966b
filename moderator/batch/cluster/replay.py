"""The third step: the linkbacks of a bucket are led past a history in order of time.

It is the same `Timeline` and the same `MemoryHistory` as everywhere else; only the keys of other families are left
out, so they are neither counted nor asked for here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import nan
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from moderator.batch.cluster.archive import Archive, NewArchive
from moderator.batch.cluster.folder import Bucket, RunFolder
from moderator.batch.cluster.key_families import COUNTED, FAMILIES, NO_KEYS, Family
from moderator.batch.cluster.partition import LABELS
from moderator.batch.cluster.partitions import Partition
from moderator.history.base import Keys, Snapshot, judged_keys
from moderator.history.memory import MemoryHistory
from moderator.history.recent import Seen
from moderator.records import Label
from moderator.replay import Timeline

__all__ = ["Last", "Replay"]

_BATCH = 10_000
_ANSWERS = 100_000
"""Linkbacks whose past is kept in memory before it is written."""


class Last(NamedTuple):
    """The last dated linkback of the whole queue in order of time."""

    at: float
    """In seconds since 1970; -inf: there is none."""
    number: int
    """Its row's number."""


class _Linkback(NamedTuple):
    """A linkback as this bucket knows it."""

    number: int
    """Its row's number."""
    at: float
    """When it was received; nan: not known."""
    id: str
    keys: Keys | None
    """Its keys of this family; None: it has none here, and only takes the place of an earlier one."""
    target: int | None
    domain: int | None
    sender: int | None
    label: Label | None
    labelled_at: float
    verified: bool
    """Whether its source is, so that the label counts for the author."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Replays one bucket; it can be sent to other machines."""

    folder: RunFolder
    partitions: Sequence[Partition]
    repeats: Sequence[Bucket]
    """Buckets of ids in which something was found."""
    last: Last
    undated_first: bool = False
    """Whether undated linkbacks come before all others, as in training; otherwise behind them, as in a queue."""

    def __call__(self, bucket: Bucket) -> Bucket:
        """Does so, and writes for each partition what was known before its rows.

        Returns:
            The bucket.
        """
        family = next(family for family in FAMILIES if family.name == bucket.family)
        starts = [partition.first for partition in self.partitions]
        with NewArchive(self.folder.replayed(bucket)) as archive:
            answers = _Answers(archive, family, starts)
            table = self._table(bucket)
            if table is not None:
                _lead(_read(table, family), answers, None if self.undated_first else self.last)
            answers.flush()
        return bucket

    def _table(self, bucket: Bucket) -> pa.Table | None:
        """The bucket's linkbacks in order of time, and those that take the place of some; None: there are none."""
        tables: list[pa.Table] = []
        paths = [self.folder.dealt(partition.number) for partition in self.partitions]
        paths += [self.folder.repeats(each) for each in self.repeats]
        for path in paths:
            with Archive(path) as archive:
                if bucket.name in archive.names:
                    tables.append(archive.take(bucket.name))
        if not tables:
            return None
        whole = pa.concat_tables(tables, promote_options="default")
        undated = pc.is_nan(whole["at"])
        order = [("undated", "descending" if self.undated_first else "ascending"), ("at", "ascending")]
        # the order of undated ones says nothing
        return whole.append_column("undated", undated).sort_by([*order, ("id", "ascending"), ("number", "ascending")])


def _read(table: pa.Table, family: Family) -> Iterator[_Linkback]:
    for batch in table.to_batches(_BATCH):
        columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        keys = map(Keys, *(columns[name] if name in family.keys else repeat(None) for name in Keys._fields))
        rest = (columns[name] for name in (*COUNTED, "label", "labelled_at", "verified"))
        for number, at, id, own, target, domain, sender, label, labelled_at, verified in zip(
            columns["number"], columns["at"], columns["id"], keys, *rest, strict=True
        ):
            # the second step tells no label
            here = None if label is None else own
            yield _Linkback(
                number, at, id, here, target, domain, sender, LABELS[label or 0], labelled_at, bool(verified)
            )


def _lead(linkbacks: Iterable[_Linkback], answers: _Answers, last: Last | None) -> None:
    history = MemoryHistory(entries=0, keys=None)
    timeline = Timeline(history)
    passed = -1
    for number, at, id, keys, target, domain, sender, label, labelled_at, verified in linkbacks:
        if keys is None:
            history.observe_counts(Seen(nan, id, None, None, None), NO_KEYS)
            continue
        if at != at and last is not None:
            # undated ones come after the last of the whole queue, which had revealed what had arrived by then
            if passed != last.number:
                timeline.reveal_labels(last.at)
            last = None
        answers.add(number, timeline.snapshot(keys, at, id))
        passed = number
        history.observe_counts(Seen(at, id, target, domain, sender), keys)
        timeline.queue_label(judged_keys(keys, verified=verified), id, label, labelled_at)


class _Answers:
    """What was known before each linkback, written partition by partition whenever there is enough of it."""

    def __init__(self, archive: NewArchive, family: Family, starts: Sequence[int]) -> None:
        self._archive = archive
        self._parts = family.parts
        self._starts = starts
        self._numbers = array("q")
        self._values = array("d")
        self._flushed = 0

    def add(self, number: int, snapshot: Snapshot) -> None:
        """Takes the snapshot before the row with this number."""
        self._numbers.append(number)
        for part in self._parts:
            self._values.extend(getattr(snapshot, part))
        if len(self._numbers) >= _ANSWERS:
            self.flush()

    def flush(self) -> None:
        """Writes what there is."""
        if not self._numbers:
            return
        numbers = np.frombuffer(self._numbers, np.int64)
        values = np.frombuffer(self._values, np.float64).reshape(len(numbers), -1)
        places = np.searchsorted(self._starts, numbers, side="right") - 1
        for place in np.unique(places).tolist():
            rows = np.flatnonzero(places == place)
            columns = {"number": numbers[rows]} | {str(n): values[rows, n] for n in range(values.shape[1])}
            self._archive.put(f"{place}/{self._flushed}", pa.table(columns))
        self._flushed += 1
        self._numbers, self._values = array("q"), array("d")
