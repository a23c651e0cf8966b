"""A queue in parts: stretches of rows of Parquet files, small enough for one worker's memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderator.errors import QueueError, shown
from moderator.tables.base import QueueRow
from moderator.tables.parquet import columns_of, read_parquet, rows_in, schema_of

__all__ = ["Partition", "files_of", "partitions_of"]


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows that stand side by side in one file."""

    number: int
    """Which partition of the queue it is, from 0."""
    path: Path
    """The file."""
    start: int
    """Rows of the file before it."""
    first: int
    """Rows of the whole queue before it: its first row's number."""
    rows: int
    """How many rows it has, at least one."""

    def read(self) -> Iterator[QueueRow]:
        """The rows, in the file's order.

        Raises:
            QueueError: The file cannot be read.
        """
        return read_parquet(self.path, self.start, self.start + self.rows)


def files_of(queue: Path) -> list[Path]:
    """The Parquet files of a queue: itself, or those that lie in the folder, in order of their names.

    Raises:
        QueueError: There are none, or their columns differ.
    """
    if queue.is_file():
        if queue.suffix != ".parquet":
            raise QueueError(
                f"a cluster reads Parquet; {shown(queue)} is none: give a .parquet file or a folder of them"
            )
        return [queue]
    files = sorted(path for path in queue.glob("*.parquet") if not path.name.startswith((".", "_")))
    if not files:
        raise QueueError(f"there is no file {shown(queue)}, and no folder of that name with .parquet files")
    schema = schema_of(files[0])
    for path in files:
        columns_of(path)
        if not schema_of(path).equals(schema):
            raise QueueError(f"{shown(path)} has other columns than {shown(files[0])}; make them alike")
    return files


def partitions_of(files: list[Path], rows: int) -> list[Partition]:
    """Cuts files into partitions.

    Args:
        files: The queue's files, in order.
        rows: Rows of a partition, at most.

    Returns:
        The partitions, in order; empty files give none.
    """
    partitions: list[Partition] = []
    first = 0
    for path in files:
        count = rows_in(path)
        for start in range(0, count, rows):
            length = min(rows, count - start)
            partitions.append(Partition(len(partitions), path, start, first, length))
            first += length
    return partitions
