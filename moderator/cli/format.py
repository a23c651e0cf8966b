"""What people read: plain text made of records. Nothing here decides or prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import TYPE_CHECKING

from moderator.cli.progress import span
from moderator.model.sentences import persuasive
from moderator.records import Decision, LinkEvidence, LinkStatus, Reason

if TYPE_CHECKING:
    from moderator.batch.summary import Summary
    from moderator.domain_lists.known import RemoteList
    from moderator.domain_lists.refresh import Refreshed
    from moderator.domain_lists.subscribe import Subscribed

__all__ = [
    "clean",
    "decision_text",
    "failed_text",
    "known_text",
    "problems_text",
    "refreshed_text",
    "subscribed_text",
    "summary_text",
    "unlooked_text",
]

_PROBLEMS = 20
"""Unreadable rows that are named one by one."""
_VALUE = 40
"""Characters of a value that are shown."""


def decision_text(decision: Decision, *, table: bool = True) -> str:
    """A decision with its strongest reasons in sentences.

    Args:
        decision: The decision.
        table: Whether all its reasons follow as a table.
    """
    lines = [f"{decision.verdict.value}   spam probability {decision.spam_probability:.4f}"]
    if decision.rule:
        lines.append(f"rule   {decision.rule}")
    lines += [f"  {sentence}" for sentence in persuasive(decision)]
    if decision.reasons and table:
        lines += ["", *_table(["log-odds", "feature", "value", "meaning"], map(_reason, decision.reasons))]
    lines += ["", f"page   {_page(decision.evidence)}"]
    lines.append(
        f"id     {clean(decision.linkback_id)}   (correct it: moderator label {clean(decision.linkback_id)} ham|spam)"
    )
    return "\n".join(lines)


def _reason(reason: Reason) -> list[str]:
    return [f"{reason.contribution:+.3f}", reason.feature, _value(reason.value), reason.meaning]


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return clean(value)[:_VALUE]
    return "unknown" if isnan(value) else f"{value:.4g}"


def _page(evidence: LinkEvidence) -> str:
    if evidence.status is LinkStatus.NOT_CHECKED:
        return "not looked at"
    told = [evidence.status.value.replace("_", " ")]
    if evidence.detail:
        told.append(evidence.detail)
    if evidence.status is LinkStatus.FOUND:
        told.append(f"link in {evidence.position.value}")
        told += [name for name in ("hidden", "nofollow", "ugc", "sponsored") if getattr(evidence, name)]
    if evidence.outbound_links is not None:
        told.append(f"{evidence.outbound_links} links to other hosts")
    if evidence.final_url:
        told.append(evidence.final_url)
    return clean(", ".join(told))


def clean(text: str) -> str:
    """A stranger's text without what a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def summary_text(summary: Summary) -> str:
    """What became of a queue."""
    rate = f", {summary.rows / summary.seconds:,.0f} a second" if summary.seconds > 0 else ""
    lines = [f"{summary.rows:,} rows in {summary.seconds:.1f} s{rate}"]
    for verdict, count in summary.verdicts.items():
        lines.append(f"{verdict:8} {count:>10,}  {100 * count / max(1, summary.rows):5.1f} %")
    if summary.unreadable:
        lines.append(f"{summary.unreadable:,} of the held rows could not be read")
    if summary.failed:
        lines.append(failed_text(summary.failed))
    lines.append(_rest_text(summary))
    if summary.unlooked:
        lines.append(unlooked_text(summary.unlooked, summary.seconds_needed))
    lines.append(
        f"written to {summary.output}" if summary.output else "nothing was written; --output FILE keeps the verdicts"
    )
    return "\n".join(lines)


def failed_text(count: int) -> str:
    """How many rows could not be judged."""
    return f"{count:,} of the held rows could not be judged: the engine failed inside; run it again"


def _rest_text(summary: Summary) -> str:
    """What the verdicts rest on."""
    if summary.verified:
        return f"{summary.seen:,} rows rest on what their page shows; nothing is approved unseen"
    seen = f"; {summary.seen:,} rows bring what their page showed" if summary.seen else ""
    return f"no page was looked at: words and history decide (--verify looks before anything is approved){seen}"


def unlooked_text(count: int, seconds: float = 0.0) -> str:
    """How many pages were not looked at, and roughly how long that would take (0: not known)."""
    more = f", about {span(seconds)} more" if seconds else ""
    return (
        f"{count:,} source pages were not looked at, and their rows are held: --verify-limit or --verify-minutes was "
        f"spent, or they wait{more}; the next run goes on there, on the output or with --history"
    )


def problems_text(summary: Summary) -> str:
    """The unreadable rows, one a line; empty: there were none."""
    lines = [clean(problem) for problem in summary.problems[:_PROBLEMS]]
    if summary.unreadable > len(lines):
        lines.append(f"... and {summary.unreadable - len(lines):,} more rows that could not be read")
    return "".join(f"{line}\n" for line in lines)


def known_text(known: Sequence[RemoteList]) -> str:
    """The lists that can be downloaded."""
    rows = ([remote.name, remote.sort.value, remote.licence, remote.about] for remote in known)
    return "\n".join(_table(["name", "sort", "licence", "what it is"], rows))


def refreshed_text(refreshed: Refreshed) -> str:
    """How the refresh of one list ended."""
    told = refreshed.problem or (f"{refreshed.hosts:,} names" if refreshed.hosts else "")
    return f"{refreshed.remote.name:24} {refreshed.outcome.value:10} {clean(told)}".rstrip()


def subscribed_text(found: Subscribed) -> str:
    """How the refresh of one subscribed list ended."""
    told = found.problem or f"{found.entries:,} authors"
    return f"{found.subscription.name:24} {found.outcome.value:10} {clean(told)}".rstrip()


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Aligned columns; numbers with a sign stand to the right."""
    table = [head, *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if place == 0 and row[0][:1] in {"+", "-"} else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
