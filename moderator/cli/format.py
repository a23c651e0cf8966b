"""Plain text for people, made from records: decisions, queues, lists. Nothing here decides or prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import TYPE_CHECKING

from moderator.cli.progress import duration_text
from moderator.model.sentences import persuasive
from moderator.records import Decision, Label, LinkEvidence, LinkStatus, Reason, Verdict

if TYPE_CHECKING:
    from moderator.batch.summary import Example, Summary
    from moderator.domain_lists.known import RemoteList
    from moderator.domain_lists.refresh import Refreshed
    from moderator.domain_lists.subscribe import Subscribed

__all__ = [
    "clean",
    "decision_text",
    "examples_text",
    "failed_text",
    "labels_text",
    "lists_text",
    "next_text",
    "problems_text",
    "refreshed_text",
    "subscribed_text",
    "summary_text",
    "unverified_text",
]

_PROBLEMS = 20
"""Unreadable rows that are named one by one."""
_VALUE = 40
"""Characters of a value that are shown."""
_TITLE = 36
_REASON = 66
_ORDER = {verdict.value: place for place, verdict in enumerate(Verdict)}


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
    parts = [evidence.status.value.replace("_", " ")]
    if evidence.detail:
        parts.append(evidence.detail)
    if evidence.status is LinkStatus.FOUND:
        parts.append(f"link in {evidence.position.value}")
        parts += [name for name in ("hidden", "nofollow", "ugc", "sponsored") if getattr(evidence, name)]
    if evidence.outbound_links is not None:
        parts.append(f"{evidence.outbound_links} links to other hosts")
    if evidence.final_url:
        parts.append(evidence.final_url)
    return clean(", ".join(parts))


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
        lines.append(unverified_text(summary.unlooked, summary.seconds_needed))
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


def unverified_text(count: int, seconds: float = 0.0) -> str:
    """How many pages were not looked at, and roughly how long that would take (0: not known)."""
    more = f", about {duration_text(seconds)} more" if seconds else ""
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


def lists_text(known: Sequence[RemoteList]) -> str:
    """The lists that can be downloaded."""
    rows = ([remote.name, remote.sort.value, remote.licence, remote.about] for remote in known)
    return "\n".join(_table(["name", "sort", "licence", "what it is"], rows))


def refreshed_text(refreshed: Refreshed) -> str:
    """How the refresh of one list ended."""
    text = refreshed.problem or (f"{refreshed.hosts:,} names" if refreshed.hosts else "")
    return f"{refreshed.remote.name:24} {refreshed.outcome.value:10} {clean(text)}".rstrip()


def subscribed_text(found: Subscribed) -> str:
    """How the refresh of one subscribed list ended."""
    text = found.problem or f"{found.entries:,} authors"
    return f"{found.subscription.name:24} {found.outcome.value:10} {clean(text)}".rstrip()


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


def examples_text(summary: Summary) -> str:
    """Some rows with title and strongest reason, right ones before wrong ones; empty: none were kept."""
    if not summary.examples:
        return ""
    lines = [f"{'verdict':8} {'spam':>5}  {'title':{_TITLE}}  strongest reason"]
    shown = sorted(summary.examples, key=lambda example: (example.wrong, _ORDER[example.verdict]))
    for place, example in enumerate(shown):
        if example.wrong and not (place and shown[place - 1].wrong):
            lines.append("and against the queue's labels:")
        lines.append(_line(example))
    return "\n".join(lines) + "\n"


def _line(example: Example) -> str:
    title = _cut(example.title or example.source_url.partition("//")[2], _TITLE)
    said = _cut(example.reason, _REASON) + (f"  (labelled {example.label})" if example.wrong else "")
    return f"{example.verdict:8} {100 * example.spam_probability:3.0f} %  {title:{_TITLE}}  {said}".rstrip()


def _cut(text: str, most: int) -> str:
    shown = clean(" ".join(text.split()))
    return shown if len(shown) <= most else f"{shown[: most - 3].rstrip()}..."


def labels_text(summary: Summary) -> str:
    """How the verdicts agree with the labels of the queue; empty: it has none."""
    if not summary.labels:
        return ""
    lines = ["", f"{'labelled':8}" + "".join(f"{verdict.value:>10}" for verdict in Verdict)]
    for label in (each for each in Label if each.value in summary.labels):
        counts = summary.labels[label.value]
        lines.append(f"{label.value:8}" + "".join(f"{counts[verdict.value]:>10,}" for verdict in Verdict))
    missed = summary.labels.get(Label.SPAM.value, {}).get(Verdict.APPROVE.value, 0)
    lost = summary.labels.get(Label.HAM.value, {}).get(Verdict.SPAM.value, 0)
    lines.append(f"wrong: {missed:,} spam approved, {lost:,} ham called spam; what is held waits for a person")
    return "\n".join(lines) + "\n"


def next_text(summary: Summary) -> str:
    """What one may do now."""
    steps = [
        "every row of the output has its reasons" if summary.output else "--output FILE keeps the verdicts and reasons"
    ]
    if summary.labels:
        steps.append("moderator evaluate measures a queue with labels")
    return f"next: {'; '.join(steps)}; moderator init sets up your own blog"
