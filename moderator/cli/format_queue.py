"""A judged queue at a glance: some of its rows, how they agree with its labels, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderator.cli.format import clean
from moderator.records import Label, Verdict

if TYPE_CHECKING:
    from moderator.batch.summary import Example, Summary

__all__ = ["examples_text", "labels_text", "next_text"]

_TITLE = 36
_REASON = 66
_ORDER = {verdict.value: place for place, verdict in enumerate(Verdict)}


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
