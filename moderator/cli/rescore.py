"""``moderator rescore``: a whole queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from moderator.cli import options

__all__ = ["rescore"]


def rescore(
    context: typer.Context,
    queue: Annotated[str, typer.Argument(help="A table: .csv, .jsonl or .parquet, also with .gz.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where the verdicts go; none: summary only.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write verdicts back to the queue; no table takes them.")
    ] = False,
    verify: options.Verify = None,
    model: options.ModelFolder = None,
    history: options.HistoryFile = None,
    reasons: options.Reasons = 8,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes; only 1 for now.")] = 1,
    allow_network: options.AllowNetwork = None,
    as_json: options.AsJson = False,
) -> None:
    """Judges every row of a queue as of its receipt. The queue itself is never changed.

    The output keeps every row in order and adds verdict, spam_probability, reasons and evidence, and an error where
    a row could not be read: such a row is held. Without --history the queue is judged by itself alone, and nothing
    of it is remembered.

    Example: moderator rescore queue.jsonl.gz --output verdicts.jsonl
    """
    from moderator.cli.parts import open_moderator, throw_away
    from moderator.cli.progress import ProgressLine
    from moderator.cli.tell import problems_text, summary_text
    from moderator.queues.rescore import rescore as run

    refuse_for_now(apply=apply, workers=workers)
    networks = context.obj + (allow_network or [])
    moderator = open_moderator(networks, throw_away(history), model=model, history=history, verify=verify)
    with ProgressLine() as progress:
        summary = run(Path(queue), output, moderator, reasons=reasons, verify=verify or False, progress=progress)
    typer.echo(problems_text(summary), err=True, nl=False)
    print(json.dumps(summary.to_json(), ensure_ascii=False) if as_json else summary_text(summary))


def refuse_for_now(*, apply: bool, workers: int) -> None:
    """Refuses what is asked for and not possible yet, before anything is done."""
    if apply:
        raise typer.BadParameter("a table takes no verdicts back; name a file with --output", param_hint="--apply")
    if workers > 1:
        raise typer.BadParameter("only one process can work on a queue for now; leave it out", param_hint="--workers")
