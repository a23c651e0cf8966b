"""``moderator rescore --cluster``: a queue of Parquet files on many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from moderator.batch.summary import Summary
    from moderator.engine import Moderator

__all__ = ["rescore_clustered"]


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
    from moderator.cli.parts import open_executor
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
