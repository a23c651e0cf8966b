"""``moderator rescore --cluster``: a queue of Parquet files on many machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from moderator.engine import Moderator

__all__ = ["rescore_clustered"]


def rescore_clustered(
    queue: Path,
    output: Path | None,
    moderator: Moderator,
    address: str,
    *,
    workers: int,
    partition_rows: int,
    reasons: int,
    as_json: bool,
) -> None:
    """Judges a queue on a cluster and prints what came of it.

    Args:
        queue: A Parquet file, or a folder of them.
        output: The folder for the verdicts.
        moderator: What judges.
        address: The scheduler's, or ``local``.
        workers: Worker processes of a local cluster.
        partition_rows: Rows of a partition, at most.
        reasons: Single reasons for each row.
        as_json: Whether to print JSON.
    """
    from moderator.batch.cluster.run import rescore_on
    from moderator.cli.format import problems_text, summary_text
    from moderator.cli.progress import ProgressLine
    from moderator.execution.dask import Scheduler

    if output is None:
        raise typer.BadParameter("a cluster writes a folder; name it with --output", param_hint="--cluster")
    with ProgressLine() as progress, Scheduler(address, workers) as scheduler:
        summary = rescore_on(
            scheduler,
            queue,
            output,
            moderator.scorer,
            reasons=reasons,
            partition_rows=partition_rows,
            progress=progress,
        )
    typer.echo(problems_text(summary), err=True, nl=False)
    print(json.dumps(summary.to_json(), ensure_ascii=False) if as_json else summary_text(summary))
