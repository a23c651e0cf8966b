"""``moderator rescore`` for a live queue (a blog's database or site): dry run, run, undo."""

from __future__ import annotations

import contextlib
import json
import pydoc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from moderator.cli.terminal import printable, say, warn

if TYPE_CHECKING:
    from moderator.batch.runner import QueueRunner
    from moderator.cli.format_live import WantedChange
    from moderator.records import Case, Decision
    from moderator.tables.base import Sink
    from moderator.wordpress.apply import LiveSummary, OnDecision
    from moderator.wordpress.live_queue import LiveQueue
    from moderator.wordpress.plan import Plan

__all__ = ["rescore_live", "undo_live"]

_LISTED = 20_000
"""Changes that are listed without an output, at most; the least sure ones."""
_SCREEN = 20
"""Changes from which a terminal shows them in a pager."""


def rescore_live(
    queue: LiveQueue,
    runner: QueueRunner,
    plan: Plan,
    output: Path | None,
    *,
    apply: bool,
    reasons: int,
    verify: bool,
    as_json: bool,
) -> None:
    """Judges a live queue and prints what came of it."""
    from moderator.cli.format import failed_text, unverified_text
    from moderator.cli.format_live import changes_text, live_text, unreadable_text
    from moderator.cli.progress import ProgressLine
    from moderator.wordpress import apply as work

    listed: list[WantedChange] = []
    with contextlib.ExitStack() as stack:
        stack.callback(queue.close)
        sink = None if output is None else stack.enter_context(_open_sink(output, queue))
        on_decision = _row_callback(sink, listed)
        progress = stack.enter_context(ProgressLine())
        stack.enter_context(_explain_interruption(queue, changes=apply))
        if apply:
            summary = work.apply(
                queue,
                runner,
                plan,
                journal_folder(),
                model=runner.model_name,
                reasons=reasons,
                verify=verify,
                on_decision=on_decision,
                progress=progress,
            )
        else:
            summary = work.preview(
                queue, runner, plan, reasons=reasons, verify=verify, on_decision=on_decision, progress=progress
            )
    warn(unreadable_text(summary), end="")
    if as_json:
        say(json.dumps(summary.to_json(), ensure_ascii=False))
    else:
        if output is None and not apply and listed:
            text = changes_text(listed, sum(summary.planned.values()))
            if len(listed) > _SCREEN and sys.stdout.isatty():
                pydoc.pager(printable(text))
            else:
                say(text)
        say(live_text(summary, plan))
    if runner.unlooked:
        warn(unverified_text(runner.unlooked))
    if runner.failed:
        warn(failed_text(runner.failed))
        raise typer.Exit(1)


def undo_live(queue: LiveQueue, run: str, *, as_json: bool) -> None:
    """Takes a run back and prints what came of it."""
    from moderator.cli.format_live import undone_text, unreadable_text
    from moderator.cli.progress import ProgressLine
    from moderator.wordpress import apply as work

    with contextlib.ExitStack() as stack:
        stack.callback(queue.close)
        progress = stack.enter_context(ProgressLine())
        stack.enter_context(_explain_interruption(queue, changes=True))
        summary: LiveSummary = work.undo(queue, journal_folder(), run, progress=progress)
    warn(unreadable_text(summary), end="")
    say(json.dumps(summary.to_json(), ensure_ascii=False) if as_json else undone_text(summary))


@contextlib.contextmanager
def _explain_interruption(queue: LiveQueue, *, changes: bool) -> Iterator[None]:
    """Says what was done and how to go on when somebody ends the run."""
    from moderator.cli.format_live import interrupted_text
    from moderator.errors import QueueError
    from moderator.wordpress.apply import unfinished_run

    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        with contextlib.suppress(QueueError):
            warn("\n" + interrupted_text(unfinished_run(queue, journal_folder()) if changes else None))
        raise


def journal_folder() -> Path:
    """Where journals lie."""
    from moderator.config.settings import data_folder

    return data_folder() / "journals"


def _open_sink(output: Path, queue: LiveQueue) -> Sink:
    from moderator.tables.opening import check_output, open_sink
    from moderator.tables.wordpress_columns import linkback_columns
    from moderator.wordpress.live_queue import NUMBER, STATUS

    check_output(output, queue)
    columns = [*linkback_columns({"comment_type": "pingback"}), NUMBER, STATUS, "new_status"]
    return open_sink(output, queue, columns=columns, raw=False)


def _wanted(before: str, after: str, case: Case, decision: Decision) -> WantedChange:
    from moderator.cli.format_live import WantedChange

    reason = max(decision.reasons, key=lambda reason: abs(reason.contribution), default=None)
    strongest = "" if reason is None else f"{reason.meaning} ({reason.contribution:+.2f})"
    linkback = case.linkback
    title = linkback.title or linkback.blog_name
    return WantedChange(
        before, after, decision.spam_probability, title, linkback.source_url, linkback.target_url, strongest
    )


def _row_callback(sink: Sink | None, listed: list[WantedChange]) -> OnDecision:
    from moderator.serialization import evidence_to_json, reason_to_json, to_text
    from moderator.tables.base import QueueRow
    from moderator.wordpress.live_queue import STATUS

    def on_decision(row: QueueRow, case: Case, decision: Decision, after: str) -> None:
        if after and sink is None:
            listed.append(_wanted(str(row.values[STATUS]), after, case, decision))
            if len(listed) >= 2 * _LISTED:
                listed.sort(key=lambda change: -change.doubt)
                del listed[_LISTED:]
        if sink is None:
            return
        added: dict[str, Any] = {
            "verdict": decision.verdict.value,
            "spam_probability": decision.spam_probability,
            "reasons": [reason_to_json(reason) for reason in decision.reasons],
            "evidence": evidence_to_json(decision.evidence),
        }
        sink.write(row._replace(values=row.values | {"new_status": after}), to_text(added, spaced=True))

    return on_decision
