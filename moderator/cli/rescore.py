"""``moderator rescore``: a whole queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderator.cli import options
from moderator.cli.terminal import say, warn

if TYPE_CHECKING:
    from moderator.batch.summary import Summary

__all__ = ["rescore"]


def rescore(
    context: typer.Context,
    queue: Annotated[
        str,
        typer.Argument(
            help="A table (.csv, .jsonl, .parquet, or .json of wp comment list), WordPress's export (.xml), "
            "its database (mysql+pymysql://user:password@host/name) or its address (https://blog.example/)."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where the verdicts go; none: summary only.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Give the pings of a database or a site their new status.")
    ] = False,
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="RUN", help="Put back what a run with --apply changed.")
    ] = None,
    only: Annotated[
        str, typer.Option("--only", metavar="VERDICTS", help="Verdicts that are applied.")
    ] = "approve,spam",
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="P", help="Apply only what is at least this probable.")
    ] = 0.0,
    include_decided: Annotated[
        bool, typer.Option("--include-decided", help="Change what was approved or marked as spam before, too.")
    ] = False,
    status: Annotated[
        str, typer.Option("--status", metavar="WORDS", help="Statuses whose pings are changed.")
    ] = "pending",
    label_delay: options.LabelDelay = options.LABEL_DELAY,
    verify: options.Verify = None,
    verify_limit: Annotated[
        int, typer.Option("--verify-limit", min=0, metavar="N", help="Source pages looked at in one run, at most.")
    ] = 5000,
    verify_minutes: Annotated[
        float, typer.Option("--verify-minutes", min=0, metavar="M", help="Minutes after which none is looked at.")
    ] = 60.0,
    model: options.ModelFolder = None,
    history: options.HistoryFile = None,
    reasons: options.Reasons = 8,
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    cluster_wait: options.ClusterWait = 10.0,
    partition_rows: options.PartitionRows = 100_000,
    allow_network: options.AllowNetwork = None,
    as_json: options.AsJson = False,
) -> None:
    """Judges every row of a queue as of its receipt. Nothing in the queue changes without --apply.

    The output keeps every row in order and adds verdict, spam_probability, reasons and evidence, and an error where
    a row could not be read: such a row is held. Without --history the queue is judged by itself alone, and nothing
    of it is remembered.

    A database or a site is judged whole, in order of receipt: what was approved or marked as spam is the history of
    what is pending. WordPress keeps no date of those decisions; --label-delay is the assumption in its place. A run
    with --apply can be interrupted at any moment; the same command goes on with it.

    With --verify, the pages of all that is not spam by its words are looked at, and nothing is approved whose page was
    not seen to link. What a run does not get to is held and counted; run again on the output, or with --history, it
    goes on there. Without --verify words and history alone decide.

    With --workers, N processes beside this one read rows, compute features, score, explain and form the output. What
    must go in order of receipt stays with this one: advancing the history by each row, and writing. So the output is
    the same to the last byte. With --verify, this process fetches pages, and N more read and compare them.

    With --cluster, QUEUE is a Parquet file or a folder of them, and --output a folder that every worker sees under
    the same name. Each row has the verdict, probability and reasons that it has without a cluster. The same command
    goes on with a run that was cut off. With --history, --verify or --apply a cluster's workers do what those of
    --workers do; then they need not see any file. A run ends when the cluster has no workers for --cluster-wait.

    Rows that could not be judged because something failed inside (the history was busy or full, and stayed so) are
    held and counted, and the exit code is 1.

    Example: moderator rescore queue.jsonl.gz --output verdicts.jsonl

    Example: moderator rescore https://blog.example/ --apply --min-confidence 0.99

    Example: moderator rescore linkbacks/ --output verdicts/ --cluster tcp://10.0.0.5:8786
    """
    import os

    from moderator.batch.rescore import rescore as run
    from moderator.batch.runner import QueueRunner
    from moderator.cli.cluster import rescore_clustered
    from moderator.cli.exports import parse_duration
    from moderator.cli.live import rescore_live, undo_live
    from moderator.cli.opening import collect_seldom, open_executor, open_moderator, temporary_history
    from moderator.cli.progress import ProgressLine
    from moderator.cli.terminal import login
    from moderator.errors import QueueError, shown
    from moderator.linkcheck.limited import Allowance
    from moderator.wordpress.live_queue import LiveQueue
    from moderator.wordpress.opening import open_queue
    from moderator.wordpress.plan import read_plan

    if cluster is not None and not (apply or undo is not None or verify or history is not None):
        moderator = open_moderator([], temporary_history(None), model=model)
        context.call_on_close(moderator.close)
        summary = rescore_clustered(
            Path(queue),
            output,
            moderator,
            cluster,
            workers=workers,
            wait=cluster_wait,
            partition_rows=partition_rows,
            reasons=reasons,
        )
        return _report(summary, as_json=as_json)
    plan = read_plan(_words(only), min_confidence, include_decided, _words(status))
    source = open_queue(queue, login, os.environ, parse_duration(label_delay))
    if isinstance(source, LiveQueue):
        context.call_on_close(source.close)
        if undo is not None:
            return undo_live(source, undo, as_json=as_json)
    elif apply or undo is not None:
        raise typer.BadParameter("a file takes no verdicts back; name another one with --output", param_hint="--apply")
    allowance = Allowance(verify_limit, 60 * verify_minutes)
    moderator = open_moderator(
        context.obj + (allow_network or []),
        temporary_history(history),
        allowance,
        readers=workers if workers > 1 else 0,
        model=model,
        history=history,
        verify=verify,
    )
    context.call_on_close(moderator.close)
    collect_seldom()
    with open_executor(workers, cluster, cluster_wait) as executor:
        if isinstance(source, LiveQueue):
            runner = QueueRunner(moderator, executor, remember=history is not None)
            rescore_live(
                source, runner, plan, output, apply=apply, reasons=reasons, verify=bool(verify), as_json=as_json
            )
            return None
        if output is not None and output.exists() and output.samefile(queue):
            raise QueueError(f"{shown(output)} is the queue itself; name another file for the verdicts")
        with ProgressLine() as progress:
            summary = run(
                source,
                output,
                moderator,
                executor,
                reasons=reasons,
                verify=bool(verify),
                remember=history is not None,
                progress=progress,
            )
    summary.seconds_needed = allowance.seconds_needed()
    _report(summary, _missing(source), as_json=as_json)


def _report(summary: Summary, more: str = "", *, as_json: bool) -> None:
    """Prints what came of a queue; ends with 1 where rows could not be judged."""
    from moderator.cli.format import examples_text, labels_text, next_text, problems_text, summary_text

    warn(problems_text(summary) + more, end="")
    if as_json:
        say(json.dumps(summary.to_json(), ensure_ascii=False))
    else:
        shown = examples_text(summary)
        say("\n".join([*([shown] if shown else []), summary_text(summary), labels_text(summary) + next_text(summary)]))
    if summary.failed:
        raise typer.Exit(1)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _missing(source: object) -> str:
    """What is to be said of the sort of queue, for people to read."""
    from moderator.wordpress.wxr import MISSING_SPAM, WxrExport

    if not isinstance(source, WxrExport):
        return ""
    lines = [*source.notes, MISSING_SPAM]
    if source.left_out:
        kinds = ", ".join(f"{count:,} of type {kind}" for kind, count in sorted(source.left_out.items()))
        lines.append(f"Comments that are no linkbacks were left out: {kinds}.")
    return "".join(f"{line}\n" for line in lines)
