"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from moderator import records

__all__ = [
    "LABEL_DELAY",
    "AllowNetwork",
    "AsJson",
    "Cluster",
    "ClusterWait",
    "HistoryFile",
    "LabelDelay",
    "ModelFolder",
    "PartitionRows",
    "Reasons",
    "ReasonsTable",
    "Verify",
    "Workers",
]

# Optional, not `| None`: Typer reads these at run time
AllowNetwork = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--allow-network", metavar="CIDR", help="Let the link check reach this network, too (repeatable)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Cluster = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler that shares the work out, as tcp://10.0.0.5:8786; local: --workers processes here.",
    ),
]
ClusterWait = Annotated[
    float,
    typer.Option(
        "--cluster-wait", min=0, metavar="MINUTES", help="How long a cluster may be without workers before a run ends."
    ),
]
HistoryFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--history",
        metavar="FILE|URL",
        help="What remembers linkbacks: a SQLite file, or postgresql+psycopg://user@host/name.",
    ),
]
LABEL_DELAY = f"{records.LABEL_DELAY.days}d"
"""What `LabelDelay` stands at."""
LabelDelay = Annotated[
    str,
    typer.Option(
        "--label-delay", metavar="SPAN", help="From receipt to a label that has no date, assumed: 12h, 1d, 2w."
    ),
]
ModelFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--model", metavar="DIR", help="The model's folder; default: the one that came with the package."),
]
PartitionRows = Annotated[
    int,
    typer.Option("--partition-rows", min=1, metavar="N", help="Rows that a cluster takes in one piece, at most."),
]
Reasons = Annotated[int, typer.Option("--reasons", min=0, metavar="N", help="Single reasons to name; 0: none.")]
ReasonsTable = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--reasons", min=0, metavar="N", help="Show the table of contributions with N single reasons."),
]
Verify = Annotated[
    Optional[bool],  # noqa: UP045
    typer.Option("--verify/--no-verify", help="Look at the source page where that could change the verdict."),
]
Workers = Annotated[
    int,
    typer.Option("--workers", min=1, metavar="N", help="Processes that share the work; what comes of it is the same."),
]
