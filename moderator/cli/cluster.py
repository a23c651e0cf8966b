"""The option --cluster of `moderator rescore` and `moderator retrain`: Parquet files on many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import timedelta

    from moderator.batch.summary import Summary
    from moderator.engine import Moderator
    from moderator.features.extractor import Extractor
    from moderator.model.folder import Model
    from moderator.training.plan import Plan
    from moderator.training.train import Progress, Trained

__all__ = ["rescore_clustered", "train_clustered"]


def rescore_clustered(
    queue: Path,
    output: Path | None,
    moderator: Moderator,
    address: str,
    *,
    workers: int,
    wait: float,
    partition_rows: int,
    reasons: int,
) -> Summary:
    """Judges a queue on a cluster.

    Args:
        queue: A Parquet file, or a folder of them.
        output: The folder for the verdicts.
        moderator: What judges.
        address: The scheduler's, or ``local``.
        workers: Worker processes of a local cluster.
        wait: Minutes that the cluster may be without workers.
        partition_rows: Rows of a partition, at most.
        reasons: Single reasons for each row.
    """
    from moderator.batch.cluster.run import rescore_on
    from moderator.cli.opening import open_executor
    from moderator.cli.progress import ProgressLine

    if output is None:
        raise typer.BadParameter("a cluster writes a folder; name it with --output", param_hint="--cluster")
    with ProgressLine() as progress, open_executor(workers, address, wait) as executor:
        return rescore_on(
            executor,
            queue,
            output,
            moderator.scorer,
            reasons=reasons,
            partition_rows=partition_rows,
            progress=progress,
        )


def train_clustered(
    export: Path,
    output: Path,
    extractor: Extractor,
    address: str,
    *,
    workers: int,
    wait: float,
    delay: timedelta,
    base: Model | None,
    plan: Plan,
    progress: Progress,
) -> Trained:
    """Trains a model from the frame that a cluster makes.

    Args:
        export: A Parquet file, or a folder of them.
        output: The new model's folder; what lies between the steps stands beside it until the end.
        extractor: The features.
        address: The scheduler's, or ``local``.
        workers: Worker processes of a local cluster.
        wait: Minutes that the cluster may be without workers.
        delay: How long after receipt a label without a date counts as given.
        base: A model to start from; None: from scratch.
        plan: How.
        progress: Told how far it is.
    """
    from moderator.cli.exports import counts_text
    from moderator.cli.opening import open_executor
    from moderator.cli.terminal import warn
    from moderator.training.cluster_frame import build_frame_on_cluster
    from moderator.training.train import train_frame

    work = output.with_name(f".{output.name}.run")
    with open_executor(workers, address, wait) as executor:
        framed = build_frame_on_cluster(
            executor, export, work, extractor, plan.recipe.masks, delay=delay, rows=plan.rows, progress=progress
        )
    warn(counts_text(framed.labelled.counts))
    if framed.unreadable:
        warn(f"{framed.unreadable:,} rows that could not be read were left out")
    return train_frame(framed.frame, framed.labelled, base=base, plan=plan, progress=progress)
