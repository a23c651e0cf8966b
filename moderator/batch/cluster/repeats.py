"""The second step: linkbacks whose id came before, under other keys.

A history lets the newer word take the older one's place. Where both share a bucket, its own history sees to that;
where they do not, the older one's bucket must be told that it is no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from moderator.batch.cluster.archive import Archive, NewArchive
from moderator.batch.cluster.folder import Bucket, RunFolder
from moderator.batch.cluster.key_families import FAMILIES
from moderator.batch.cluster.partitions import Partition

__all__ = ["FindRepeats"]


@dataclass(frozen=True, slots=True)
class FindRepeats:
    """Looks through one bucket of ids; it can be sent to other machines."""

    folder: RunFolder
    partitions: Sequence[Partition]

    def __call__(self, bucket: Bucket) -> Bucket:
        """Does so; tells each family's buckets the time, id and number of what comes in the place of theirs.

        Returns:
            The bucket.
        """
        tables: list[pa.Table] = []
        for partition in self.partitions:
            with Archive(self.folder.dealt(partition.number)) as archive:
                if bucket.name in archive.names:
                    tables.append(archive.take(bucket.name))
        with NewArchive(self.folder.repeats(bucket)) as found:
            if tables:
                _tell(found, pa.concat_tables(tables))
        return bucket


def _tell(found: NewArchive, table: pa.Table) -> None:
    table = table.sort_by([("id", "ascending"), ("at", "ascending"), ("number", "ascending")])
    ids = table["id"].combine_chunks()
    again = 1 + np.flatnonzero(pc.equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False))
    if not len(again):
        return
    newer, older = table.take(again), table.take(again - 1)
    for family in FAMILIES:
        before, after = (each[family.name].fill_null(-1).to_numpy() for each in (older, newer))
        left = (before >= 0) & (before != after)
        for number in np.unique(before[left]).tolist():
            rows = np.flatnonzero(left & (before == number))
            found.put(f"{family.name}/{number}", newer.take(rows).select(["id", "at", "number"]))
