"""Leads a run through its steps, and on from where it was cut off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from moderator.batch.cluster.archive import Archive
from moderator.batch.cluster.folder import Bucket, Buckets, RunFolder
from moderator.batch.cluster.partition import PartitionKeys
from moderator.batch.cluster.partitions import Partition, files_of, partitions_of
from moderator.batch.cluster.repeats import FindRepeats
from moderator.batch.cluster.replay import Last, Replay
from moderator.batch.cluster.score import JudgePartition
from moderator.batch.summary import Progress, Summary
from moderator.errors import QueueError, shown
from moderator.execution.base import Executor
from moderator.scoring import CaseScorer

__all__ = ["BUCKET_ROWS", "PARTITION_ROWS", "about_files", "replayed", "rescore_on"]

PARTITION_ROWS = 100_000
"""Rows of a partition, at most: a worker has their pasts in memory, half a kilobyte each."""
BUCKET_ROWS = 250_000
"""Linkbacks of a bucket, about: a worker sorts them in memory, and remembers a week of them."""
T = TypeVar("T")


def rescore_on(
    executor: Executor,
    queue: Path,
    output: Path,
    scorer: CaseScorer,
    *,
    reasons: int = 8,
    partition_rows: int = PARTITION_ROWS,
    bucket_rows: int = BUCKET_ROWS,
    progress: Progress = lambda stage, done, total: None,
) -> Summary:
    """Judges a queue of Parquet files, each row as of its receipt, by the history of this queue alone.

    The verdicts, probabilities and reasons are those of `moderator.batch.rescore`, for any size of partitions and
    buckets and any number of workers. A run that was cut off goes on when it is called again.

    Args:
        executor: Who does the work.
        queue: A Parquet file, or a folder of them; every worker must see it under the same name.
        output: A folder for the rows with their verdicts, one Parquet file for each partition, named in their order.
            Every worker must see it under the same name. It is made if it is missing.
        scorer: What judges.
        reasons: Single reasons for each row; 0: none.
        partition_rows: Rows of a partition, at most.
        bucket_rows: Linkbacks of a bucket, about.
        progress: Is told the step and how many of its pieces are done.

    Returns:
        The counts; a run that was finished before tells those of then.

    Raises:
        QueueError: The queue cannot be read, or the output folder holds something else or cannot be written.
        WorkersError: The cluster gave up.
    """
    started = time.monotonic()
    files = files_of(queue.absolute())
    if queue.is_dir() and output.exists() and output.samefile(queue):
        raise QueueError(f"{shown(output)} is the queue itself; name another folder for the verdicts")
    partitions = partitions_of(files, partition_rows)
    buckets = Buckets.for_rows(sum(partition.rows for partition in partitions), bucket_rows)
    folder = RunFolder(output.absolute())
    about = {
        **about_files(files, partition_rows, buckets),
        "reasons": reasons,
        "model": scorer.model_name,
        "policy": repr(scorer.policy),
    }
    known = folder.begin(about)
    if known is not None:
        return Summary(**known)
    replayed(executor, PartitionKeys(folder, buckets), partitions, progress)
    judge = JudgePartition(folder, buckets, scorer, reasons)
    _done(executor, judge, partitions, lambda partition: folder.counts(partition.number), "judging", progress)
    summary = Summary()
    for counts in folder.read_counts(partition.number for partition in partitions):
        summary.add(Summary(**counts))
    summary.seconds = time.monotonic() - started
    summary.output = str(output)
    folder.end(about, summary.to_json())
    return summary


def replayed(
    executor: Executor,
    deal: PartitionKeys,
    partitions: Sequence[Partition],
    progress: Progress,
    *,
    undated_first: bool = False,
) -> None:
    """Leads all partitions past the history; afterwards `pasts_of` tells what was known before each row.

    Args:
        executor: Who does the work.
        deal: The first step; it knows the folder and the buckets.
        partitions: The queue.
        progress: Is told the step and how many of its pieces are done.
        undated_first: Whether undated linkbacks come before all others, or behind them.
    """
    folder, buckets = deal.folder, deal.buckets
    _done(executor, deal, partitions, lambda partition: folder.dealt(partition.number), "dealing", progress)
    ids = list(buckets.of_ids())
    _done(executor, FindRepeats(folder, partitions), ids, folder.repeats, "finding repeats", progress)
    replay = Replay(folder, partitions, _with_repeats(folder, ids), _last(folder, partitions), undated_first)
    _done(executor, replay, list(buckets.of_families()), folder.replayed, "replaying", progress)


def _done(
    executor: Executor,
    work: Callable[[T], Any],
    pieces: Sequence[T],
    result: Callable[[T], Path],
    stage: str,
    progress: Progress,
) -> None:
    """Has every piece done whose result is not there yet."""
    missing = [piece for piece in pieces if not result(piece).exists()]
    done = len(pieces) - len(missing)
    progress(stage, done, len(pieces))
    for _ in executor.map_unordered(work, missing):
        done += 1
        progress(stage, done, len(pieces))


def _with_repeats(folder: RunFolder, ids: Iterable[Bucket]) -> list[Bucket]:
    found: list[Bucket] = []
    for bucket in ids:
        with Archive(folder.repeats(bucket)) as archive:
            if archive.names:
                found.append(bucket)
    return found


def _last(folder: RunFolder, partitions: Iterable[Partition]) -> Last:
    last: tuple[float, str, int] = (-inf, "", -1)
    for partition in partitions:
        with Archive(folder.dealt(partition.number)) as archive:
            found = archive.about()["last"]
            last = max(last, tuple(found)) if found else last
    return Last(last[0], last[2])


def about_files(files: Sequence[Path], partition_rows: int, buckets: Buckets) -> dict[str, Any]:
    """What a run works on: with the same, one that was cut off goes on."""
    return {
        "files": [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files],
        "partition_rows": partition_rows,
        "buckets": buckets.count,
    }
