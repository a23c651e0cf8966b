"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

__all__ = ["AllowNetwork", "AsJson", "HistoryFile", "LabelDelay", "ModelFolder", "Reasons", "Verify"]

# Optional, not `| None`: Typer reads these at run time
AllowNetwork = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--allow-network", metavar="CIDR", help="Let the link check reach this network, too (repeatable)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
HistoryFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--history",
        metavar="FILE|URL",
        help="What remembers linkbacks: a SQLite file, or postgresql+psycopg://user@host/name.",
    ),
]
LabelDelay = Annotated[
    float,
    typer.Option("--label-delay", min=0, metavar="DAYS", help="Days from receipt to a decision in WordPress, assumed."),
]
ModelFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--model", metavar="DIR", help="The model's folder; default: the one that came with the package."),
]
Reasons = Annotated[int, typer.Option("--reasons", min=0, metavar="N", help="Single reasons to name; 0: none.")]
Verify = Annotated[
    Optional[bool],  # noqa: UP045
    typer.Option("--verify/--no-verify", help="Look at the source page where that could change the verdict."),
]
