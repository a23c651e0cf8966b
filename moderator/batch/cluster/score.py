"""The last step: the rows of a partition are judged on what was known before them, and written with their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import nan

import numpy as np
from numpy.typing import NDArray

from moderator.batch.cluster.archive import Archive
from moderator.batch.cluster.folder import Buckets, RunFolder
from moderator.batch.cluster.key_families import COLUMNS, FAMILIES, NO_KEYS
from moderator.batch.cluster.partitions import Partition
from moderator.batch.jobs import case_or_error, events_of, new_columns, new_columns_unread
from moderator.batch.summary import Summary
from moderator.errors import RowError
from moderator.history.base import Keys, Snapshot
from moderator.history.snapshot_bytes import unpacked
from moderator.records import Case
from moderator.scoring import CaseScorer
from moderator.tables.base import QueueRow
from moderator.tables.parquet import ParquetSink, columns_of, schema_of

__all__ = ["JudgePartition", "pasts_of"]

_CHUNK = 1000
"""Rows that are scored in one call."""
Past = tuple[Keys, Snapshot] | Exception


@dataclass(frozen=True, slots=True)
class JudgePartition:
    """Judges one partition; it can be sent to other machines."""

    folder: RunFolder
    buckets: Buckets
    scorer: CaseScorer
    reasons: int

    def __call__(self, partition: Partition) -> int:
        """Does so, and writes its rows and its counts.

        Returns:
            The partition's number.
        """
        pasts = pasts_of(self.folder, self.buckets, partition)
        failed = failed_in(self.folder, partition)
        counts = Summary()
        rows = partition.read()
        number = partition.first
        path = self.folder.output(partition.number)
        with ParquetSink(path, columns_of(partition.path), schema_of(partition.path)) as sink:
            while chunk := list(islice(rows, _CHUNK)):
                known = unpacked(pasts[number - partition.first :][: len(chunk)].tobytes())
                for row, text in zip(chunk, self._judged(chunk, number, known, failed, counts), strict=True):
                    sink.write(row, text)
                number += len(chunk)
        self.folder.write_counts(partition.number, counts.to_json())
        return partition.number

    def _judged(
        self, rows: Sequence[QueueRow], first: int, known: Sequence[Snapshot], failed: frozenset[int], counts: Summary
    ) -> list[str]:
        """What is added to each row."""
        texts: dict[int, str] = {}
        places, cases, pasts = list[int](), list[Case](), list[Past]()
        for place, row in enumerate(rows):
            counts.rows += 1
            said = case_or_error(row)
            if isinstance(said, RowError):
                texts[place] = new_columns_unread(row, said, counts)
                continue
            places.append(place)
            cases.append(said)
            pasts.append(_why(said) if first + place in failed else (NO_KEYS, known[place]))
        decisions, _ = self.scorer.decide_cases(cases, pasts, self.reasons)
        for place, case, decision in zip(places, cases, decisions, strict=True):
            texts[place] = new_columns(case, decision, rows[place], counts)
        return [texts[place] for place in range(len(rows))]


def _why(case: Case) -> Past:
    """Why a case passed no history."""
    _, [failure] = events_of([case], whole=False)
    return failure if isinstance(failure, Exception) else RuntimeError("its keys could not be told before")


def failed_in(folder: RunFolder, partition: Partition) -> frozenset[int]:
    """Numbers of the partition's rows that passed no history."""
    with Archive(folder.dealt(partition.number)) as archive:
        return frozenset(archive.about()["failed"])


def pasts_of(folder: RunFolder, buckets: Buckets, partition: Partition) -> NDArray[np.float64]:
    """What was known before each row of a partition.

    Args:
        folder: Where the replayed buckets lie.
        buckets: How many there are.
        partition: The partition.

    Returns:
        One snapshot a row, as `history.packed` writes it; nan where a key was not told.
    """
    width = max(columns.stop for columns in COLUMNS.values())
    pasts = np.full((partition.rows, width), nan)
    columns_of_family = {
        family.name: [place for part in family.parts for place in range(COLUMNS[part].start, COLUMNS[part].stop)]
        for family in FAMILIES
    }
    for bucket in buckets.of_families():
        columns = columns_of_family[bucket.family]
        with Archive(folder.replayed(bucket)) as archive:
            for name in archive.names:
                if name.startswith(f"{partition.number}/"):
                    table = archive.take(name)
                    rows = table["number"].to_numpy() - partition.first
                    for place, column in enumerate(columns):
                        pasts[rows, column] = table[str(place)].to_numpy()
    return pasts
