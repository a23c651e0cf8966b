"""The first step: the rows of a partition are read, and what of them must pass the history is dealt into buckets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from moderator.batch.cluster.archive import NewArchive
from moderator.batch.cluster.folder import IDS, Buckets, RunFolder
from moderator.batch.cluster.key_families import COUNTED, FAMILIES
from moderator.batch.cluster.partitions import Partition
from moderator.batch.jobs import case_or_error, events_of
from moderator.errors import RowError
from moderator.history.base import Keys
from moderator.records import Case, Label
from moderator.replay import HistoryEvent, with_label_date
from moderator.text import stable_hash

__all__ = ["LABELS", "PartitionKeys"]

LABELS: dict[int, Label | None] = {0: None, 1: Label.HAM, 2: Label.SPAM}
"""Labels as they stand in tables."""
_NUMBER_OF = {label: number for number, label in LABELS.items()}
_CHUNK = 1000


class _Dealt(NamedTuple):
    """The sightings of a partition, column by column."""

    number: list[int]
    """The row's number in the whole queue."""
    at: list[float]
    id: list[str]
    label: list[int]
    labelled_at: list[float]
    verified: list[bool]
    keys: list[Keys]
    failed: list[int]
    """Numbers of rows whose keys could not be told: they pass no history, and are held."""
    counts: Counter[str]
    """What the card of a model tells of labels."""


@dataclass(frozen=True, slots=True)
class PartitionKeys:
    """Deals one partition; it can be sent to other machines."""

    folder: RunFolder
    buckets: Buckets
    delay: timedelta | None = None
    """How long after receipt a label without a date counts as given; None: it never arrives."""

    def __call__(self, partition: Partition) -> int:
        """Does so.

        Returns:
            The partition's number.

        Raises:
            QueueError: The partition cannot be read, or what comes of it cannot be written.
        """
        dealt = _sightings(partition, self.delay)
        base = {
            "number": pa.array(dealt.number, pa.int64()),
            "at": pa.array(dealt.at, pa.float64()),
            "id": pa.array(dealt.id, pa.string()),
            "label": pa.array(dealt.label, pa.int8()),
            "labelled_at": pa.array(dealt.labelled_at, pa.float64()),
            "verified": pa.array(dealt.verified, pa.bool_()),
        }
        keys = {
            name: pa.array([each[place] for each in dealt.keys], pa.int64()) for place, name in enumerate(Keys._fields)
        }
        places: dict[str, pa.Array] = {}
        with NewArchive(self.folder.dealt(partition.number)) as archive:
            for family in FAMILIES:
                bucket = _buckets(keys[family.name], self.buckets.count)
                places[family.name] = bucket
                known = dict.fromkeys((*family.keys, *COUNTED))
                _put(archive, family.name, pa.table({**base, **{name: keys[name] for name in known}}), bucket)
            dated = ~np.isnan(base["at"].to_numpy())
            ids = _buckets(pa.array([stable_hash(id) for id in dealt.id], pa.int64()), self.buckets.count)
            dates = pa.table({name: base[name] for name in ("id", "at", "number")} | places)
            _put(archive, IDS, dates.filter(pa.array(dated)), ids.filter(pa.array(dated)))
            archive.tell({"last": _last(dealt), "failed": dealt.failed, "counts": dealt.counts})
        return partition.number


def _sightings(partition: Partition, delay: timedelta | None) -> _Dealt:
    dealt = _Dealt([], [], [], [], [], [], [], [], Counter())
    for numbers, read in _cases(partition, dealt.counts):
        cases = read if delay is None else [with_label_date(case, delay) for case in read]
        _count(dealt.counts, read, cases)
        events, keys = events_of(cases, whole=False)
        found = iter(events)
        for number, each in zip(numbers, keys, strict=True):
            if isinstance(each, Exception):
                dealt.failed.append(number)
            else:
                _add(dealt, number, next(found))
    return dealt


def _cases(partition: Partition, counts: Counter[str]) -> Iterator[tuple[list[int], list[Case]]]:
    """The partition's readable rows with their numbers, some at a time; counts the others."""
    numbers, cases = list[int](), list[Case]()
    for number, row in enumerate(partition.read(), partition.first):
        said = case_or_error(row)
        if isinstance(said, RowError):
            counts["unreadable"] += 1
            continue
        numbers.append(number)
        cases.append(said)
        if len(cases) == _CHUNK:
            yield numbers, cases
            numbers, cases = [], []
    yield numbers, cases


def _count(counts: Counter[str], read: Sequence[Case], cases: Sequence[Case]) -> None:
    for before, case in zip(read, cases, strict=True):
        counts["unlabelled" if case.label is None else case.label.value] += 1
        counts["undated"] += case.label is not None and case.linkback.received_at is None
        counts["assumed"] += case is not before


def _add(dealt: _Dealt, number: int, sighting: HistoryEvent) -> None:
    dealt.number.append(number)
    dealt.at.append(sighting.at)
    dealt.id.append(sighting.id)
    dealt.label.append(_NUMBER_OF[sighting.label])
    dealt.labelled_at.append(sighting.labelled_at)
    dealt.verified.append(sighting.verified)
    dealt.keys.append(sighting.keys)


def _last(dealt: _Dealt) -> tuple[float, str, int] | None:
    """Time, id and number of the last dated row in order of time; None: no row is dated."""
    dated = [each for each in zip(dealt.at, dealt.id, dealt.number, strict=True) if each[0] == each[0]]
    return max(dated, default=None)


def _buckets(keys: pa.Array, count: int) -> pa.Array:
    """The bucket of each key; null: it has none."""
    digests = keys.fill_null(0).to_numpy(zero_copy_only=False)
    return pa.array((digests % count).astype(np.int32), mask=keys.is_null().to_numpy(zero_copy_only=False))


def _put(archive: NewArchive, name: str, table: pa.Table, bucket: pa.Array) -> None:
    """Adds a table bucket by bucket; rows without one are left out."""
    places = bucket.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.argsort(places, kind="stable")
    found, starts = np.unique(places[order], return_index=True)
    for number, rows in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
        if number >= 0:
            archive.put(f"{name}/{number}", table.take(pa.array(rows)))
