"""What people read of a run on a live queue. Nothing here decides or prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from moderator.records import Verdict

if TYPE_CHECKING:
    from moderator.batch.labels import Archived
    from moderator.wordpress.apply import LiveSummary
    from moderator.wordpress.plan import Plan

__all__ = ["archived_text", "changes_text", "live_text", "undone_text", "unread_text"]

_ADDRESS = 70
_PROBLEMS = 20
"""Unreadable rows that are named one by one."""


def live_text(summary: LiveSummary, plan: Plan) -> str:
    """What a dry run found, or a run did."""
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
        lines.append(f"left alone: {summary.overtaken:,} that somebody changed or deleted first")
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


def changes_text(listed: Sequence[tuple[str, str, float, str]], total: int) -> str:
    """Some of the wanted changes: present and new status, probability of spam, source."""
    lines = [
        f"{before:>8} -> {after:9} {chance:.3f}  {_clean(source)[:_ADDRESS]}"
        for before, after, chance, source in listed
    ]
    if total > len(listed):
        lines.append(f"... and {total - len(listed):,} more; --output FILE keeps all of them")
    return "\n".join(lines) + "\n"


def undone_text(summary: LiveSummary) -> str:
    """What undoing a run did."""
    lines = [f"run {summary.run} is taken back: {summary.changed:,} pings have their old status again"]
    if summary.overtaken:
        lines.append(f"left alone: {summary.overtaken:,} that somebody changed or deleted since")
    return "\n".join(lines)


def unread_text(told: LiveSummary | Archived) -> str:
    """The unreadable rows, one a line; empty: there were none."""
    lines = [_clean(problem) for problem in told.problems[:_PROBLEMS]]
    if told.unreadable > len(lines):
        lines.append(f"... and {told.unreadable - len(lines):,} more that could not be read")
    return "".join(f"{line}\n" for line in lines)


def archived_text(archived: Archived) -> str:
    """What was taken into the history."""
    told = ", ".join(f"{count:,} {label}" for label, count in archived.labels.items())
    lines = [f"{archived.rows:,} pings; in the history now with their labels: {told}"]
    if archived.unreadable:
        lines.append(f"{archived.unreadable:,} could not be read")
    return "\n".join(lines)


def _clean(text: str) -> str:
    """A stranger's text without what a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
