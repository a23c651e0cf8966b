"""A training frame from an export that does not fit into memory: all rows are replayed, a sample becomes rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderator.batch.cluster.archive import Archive
from moderator.batch.cluster.folder import Buckets, RunFolder
from moderator.batch.cluster.partition import PartitionKeys
from moderator.batch.cluster.partitions import Partition, files_of, partitions_of
from moderator.batch.cluster.run import BUCKET_ROWS, PARTITION_ROWS, about_files, replayed
from moderator.batch.cluster.score import failed_in, pasts_of
from moderator.batch.jobs import case_or_error
from moderator.batch.summary import Progress
from moderator.errors import RowError
from moderator.execution.base import Executor
from moderator.features.extractor import Extractor
from moderator.history.snapshot_bytes import unpacked
from moderator.records import LABEL_DELAY
from moderator.replay import keys_of_case, with_label_date
from moderator.training.build import CaseWithPast, FrameRows, MaskChoice, frame_of, rows_of, wanted_masks
from moderator.training.frame import Frame
from moderator.training.labels import LabelCounts, LabelSummary, require_trainable
from moderator.training.sampling import ROWS, subsample

__all__ = ["ClusterFrame", "build_frame_on_cluster"]


class ClusterFrame(NamedTuple):
    """What comes of an export."""

    frame: Frame
    """Rows of the sample, in order of receipt, undated ones first."""
    labelled: LabelSummary
    """Counts of the export, without a digest."""
    unreadable: int
    """Rows that could not be read, and were left out."""


def build_frame_on_cluster(
    executor: Executor,
    export: Path,
    work: Path,
    extractor: Extractor,
    masks: Sequence[str],
    *,
    delay: timedelta = LABEL_DELAY,
    rows: int = ROWS,
    partition_rows: int = PARTITION_ROWS,
    bucket_rows: int = BUCKET_ROWS,
    progress: Progress = lambda stage, done, total: None,
) -> ClusterFrame:
    """Makes the training frame of an export of Parquet files.

    All linkbacks pass the history; features are computed of a sample chosen by a digest of their ids, so it is
    the same everywhere. An export that holds each linkback once, with an id of its own, gives the same frame as
    `gather` and `build_frame`; what it holds twice is not put right here.

    Args:
        executor: Who does the work.
        export: A Parquet file, or a folder of them; every worker must see it under the same name.
        work: A folder for what lies between the steps; it is taken away at the end. Every worker must see it, too.
        extractor: The features.
        masks: Names of the masks of a recipe; see `subsample`.
        delay: How long after receipt a label without a date counts as given.
        rows: Rows of the frame, at most, about.
        partition_rows: Rows of a partition, at most.
        bucket_rows: Linkbacks of a bucket, about.
        progress: Called with the step, the pieces done and their number.

    Raises:
        QueueError: The export cannot be read, or the folder is not free.
        TrainingError: Nothing can be learned from these labels.
        WorkersError: The cluster gave up.
    """
    files = files_of(export.absolute())
    partitions = partitions_of(files, partition_rows)
    buckets = Buckets.for_rows(sum(partition.rows for partition in partitions), bucket_rows)
    folder = RunFolder(work.absolute())
    folder.begin({**about_files(files, partition_rows, buckets), "delay": delay.total_seconds()})
    replayed(executor, PartitionKeys(folder, buckets, delay), partitions, progress, undated_first=True)
    counts = _counts(folder, partitions)
    label_counts = LabelCounts(
        {export.name: sum(partition.rows for partition in partitions)},
        ham=counts["ham"],
        spam=counts["spam"],
        unlabelled=counts["unlabelled"],
        undated=counts["undated"],
        assumed=counts["assumed"],
    )
    require_trainable(label_counts)
    job = _RowsOf(folder, buckets, extractor, subsample(masks, label_counts.ham + label_counts.spam, rows), delay)
    parts: dict[int, FrameRows] = {}
    progress("computing features", 0, len(partitions))
    for number, part in executor.map_unordered(job, partitions):
        parts[number] = part
        progress("computing features", len(parts), len(partitions))
    frame = frame_of([parts[number] for number in sorted(parts) if len(parts[number].origin)], extractor.schema)
    folder.remove()
    return ClusterFrame(_in_order(frame), LabelSummary(label_counts, delay, ""), counts["unreadable"])


def _counts(folder: RunFolder, partitions: Sequence[Partition]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for partition in partitions:
        with Archive(folder.dealt(partition.number)) as archive:
            counts.update(archive.about()["counts"])
    return counts


def _in_order(frame: Frame) -> Frame:
    """The rows by receipt, undated ones first, equal times by id; copies of a row stay beside it."""
    return frame.take(np.lexsort((frame.ids, np.where(np.isnan(frame.at), -np.inf, frame.at))))


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """Computes the sample's rows of one partition; it can be sent to other machines."""

    folder: RunFolder
    buckets: Buckets
    extractor: Extractor
    masks: MaskChoice
    delay: timedelta

    def __call__(self, partition: Partition) -> tuple[int, FrameRows]:
        return partition.number, rows_of(self._known(partition), self.extractor, self.masks)

    def _known(self, partition: Partition) -> Iterator[CaseWithPast]:
        pasts = pasts_of(self.folder, self.buckets, partition)
        failed = failed_in(self.folder, partition)
        for number, row in enumerate(partition.read(), partition.first):
            said = case_or_error(row)
            if isinstance(said, RowError) or number in failed or wanted_masks(said, self.masks) is None:
                continue
            case = with_label_date(said, self.delay)
            [past] = unpacked(pasts[number - partition.first].tobytes())
            yield CaseWithPast(number, case, keys_of_case(case), past)
