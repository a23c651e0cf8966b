"""Plain text about runs on live queues. Nothing here decides or prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from moderator.records import Verdict
from moderator.wordpress.journal import Phase

if TYPE_CHECKING:
    from moderator.batch.labels import Archived
    from moderator.wordpress.apply import LiveSummary, RunProgress
    from moderator.wordpress.plan import Plan

__all__ = [
    "WantedChange",
    "archived_text",
    "changes_text",
    "interrupted_text",
    "live_text",
    "undone_text",
    "unreadable_text",
]

_ADDRESS = 70
_LONGEST = 160
_PROBLEMS = 20
"""Unreadable rows that are named one by one."""


def live_text(summary: LiveSummary, plan: Plan) -> str:
    """What a dry run found, or a run did."""
    if not summary.rows:
        return "there are no pings and no webmentions here, so there was nothing to do"
    went_on = ", going on with a run that was interrupted" if summary.resumed else ""
    lines = [f"{summary.rows:,} pings{went_on}", ""]
    lines.append(f"{'now':14}" + "".join(f"{verdict.value:>10}" for verdict in Verdict))
    for status, verdicts in sorted(summary.changes.items()):
        lines.append(f"{status[:13]:14}" + "".join(f"{verdicts.get(verdict, 0):>10,}" for verdict in Verdict))
    lines.append("")
    if summary.unreadable:
        lines.append(f"{summary.unreadable:,} pings could not be read and stay as they are")
    planned = ", ".join(f"{count:,} to {status}" for status, count in sorted(summary.planned.items())) or "none"
    lines.append(f"changes wanted: {planned}")
    lines += _others(summary, plan)
    if not summary.run:
        lines.append("nothing was changed; --apply does it")
        return "\n".join(lines)
    lines.append(f"changed: {summary.changed:,}")
    if summary.overtaken:
        lines.append(
            f"left alone: {summary.overtaken:,} that somebody changed or deleted first, "
            "or that could not be changed without loss"
        )
    lines.append(f"run {summary.run}; take it back with --undo {summary.run}")
    return "\n".join(lines)


def _others(summary: LiveSummary, plan: Plan) -> list[str]:
    """What looks wrong among the decided ones, where those are not to be changed."""
    if plan.include_decided:
        return []
    rescue = summary.changes.get("spam", {}).get(Verdict.APPROVE, 0)
    catch = summary.changes.get("approved", {}).get(Verdict.SPAM, 0)
    if not rescue and not catch:
        return []
    return [
        f"besides, {rescue:,} in spam look real, and {catch:,} approved look like spam; --include-decided changes them"
    ]


class WantedChange(NamedTuple):
    """A change that a run would make, as an owner reads it."""

    before: str
    after: str
    spam_probability: float
    title: str
    source_url: str
    target_url: str
    reason: str
    """The strongest one; empty: none was asked for."""

    @property
    def doubt(self) -> float:
        """How improbable the new status is, 0 to 1."""
        return 1 - self.spam_probability if self.after == "spam" else self.spam_probability


def changes_text(listed: Sequence[WantedChange], total: int) -> str:
    """The wanted changes, those first that are the least sure."""
    lines = []
    for change in sorted(listed, key=lambda change: -change.doubt):
        title = _clean(change.title)[:_ADDRESS] or "(no title)"
        lines.append(f"{change.before:>8} -> {change.after:9} {change.spam_probability:.3f}  {title}")
        lines.append(f"{'':12}{_clean(change.source_url)[:_LONGEST]}")
        lines.append(f"{'':12}on {_clean(change.target_url)[:_LONGEST]}")
        if change.reason:
            lines.append(f"{'':12}because {_clean(change.reason)[:_LONGEST]}")
    if total > len(listed):
        lines.append(f"... and {total - len(listed):,} more; --output FILE keeps all of them")
    return "\n".join(lines) + "\n"


def interrupted_text(standing: RunProgress | None) -> str:
    """What an interrupted run has done, and how it goes on."""
    if standing is None or standing.phase in (Phase.DONE, Phase.UNDONE):
        return "interrupted; nothing was changed"
    if standing.phase is Phase.UNDOING:
        return (
            f"interrupted: run {standing.run} is taken back in part, {standing.changed:,} pings still have their new "
            f"status; the same command goes on with it"
        )
    return (
        f"interrupted: run {standing.run} has judged {standing.judged:,} pings and changed {standing.changed:,} of "
        f"{standing.planned:,}; the same command goes on with it, --undo {standing.run} takes it back"
    )


def undone_text(summary: LiveSummary) -> str:
    """What undoing a run did."""
    if summary.undone_before:
        return f"run {summary.run} was taken back before; nothing was left to undo"
    lines = [f"run {summary.run} is taken back: {summary.changed:,} pings have their old status again"]
    if summary.overtaken:
        lines.append(f"left alone: {summary.overtaken:,} that somebody changed or deleted since")
    return "\n".join(lines)


def unreadable_text(result: LiveSummary | Archived) -> str:
    """The unreadable rows, one a line; empty: there were none."""
    lines = [_clean(problem) for problem in result.problems[:_PROBLEMS]]
    if result.unreadable > len(lines):
        lines.append(f"... and {result.unreadable - len(lines):,} more that could not be read")
    return "".join(f"{line}\n" for line in lines)


def archived_text(archived: Archived) -> str:
    """What was taken into the history."""
    labels = ", ".join(f"{count:,} {label}" for label, count in archived.labels.items())
    lines = [f"{archived.rows:,} pings; in the history now with their labels: {labels}"]
    if archived.unreadable:
        lines.append(f"{archived.unreadable:,} could not be read")
    return "\n".join(lines)


def _clean(text: str) -> str:
    """A stranger's text without what a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
