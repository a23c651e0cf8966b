"""The tables of an evaluation: confusion by sort of row, drift, and the measures against another model."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from moderator.training.compare import Comparison, MeasureComparison
from moderator.training.drift import Drift
from moderator.training.figures import Confusion
from moderator.training.report.charts import verdict_bar
from moderator.training.report.markup import Markup, cleaned, joined, tag

__all__ = ["comparison_table", "confusion_table", "drift_table"]

_COLUMNS = 12
"""Features that the drift table lists."""


def confusion_table(sort: str, tables: Sequence[Confusion]) -> Markup:
    """Verdicts by label, one row for each sort of linkback."""
    head = tag(
        "tr",
        tag("th", sort),
        tag("th", "ham", class_="n"),
        tag("th", "what became of it", class_="wide"),
        tag("th", "spam", class_="n"),
        tag("th", "what became of it", class_="wide"),
        tag("th", "AUC", class_="n"),
    )
    rows = [
        tag(
            "tr",
            tag("td", tag("bdi", cleaned(table.name.replace("_", " "), 60)), class_="name"),
            tag("td", f"{sum(table.ham):,}", class_="n"),
            tag("td", verdict_bar(table.ham, "ham"), class_="wide"),
            tag("td", f"{sum(table.spam):,}", class_="n"),
            tag("td", verdict_bar(table.spam, "spam"), class_="wide"),
            tag("td", "–" if isnan(table.auc) else f"{table.auc:.3f}", class_="n"),
        )
        for table in tables
    ]
    return _table(head, rows)


def drift_table(drift: Drift) -> Markup:
    """The probability and the features that moved furthest."""
    if drift.probability is None:
        return Markup()
    head = tag(
        "tr",
        tag("th", "column"),
        tag("th", "index", class_="n"),
        tag("th", "noise", class_="n"),
        tag("th", "then, and now, by decile of then (the last bar: without a value)", class_="wide"),
        tag("th", ""),
    )
    rows = [
        tag(
            "tr",
            tag("td", column.name, class_="name"),
            tag("td", f"{column.index:.2f}", class_="n"),
            tag("td", f"{column.noise:.2f}", class_="n"),
            tag("td", _bars(column.then, column.now), class_="wide"),
            tag("td", tag("span", column.stability.value, class_=f"pill {column.stability.value}")),
        )
        for column in (drift.probability, *drift.features[:_COLUMNS])
    ]
    return _table(head, rows)


def _bars(then: Sequence[float], now: Sequence[float]) -> Markup:
    most = max((*then, *now, 1e-9))
    width = 200 / max(1, len(then))
    parts = []
    for place, (before, after) in enumerate(zip(then, now, strict=True)):
        for share, name, shift in ((before, "verdict-hold", 0.08), (after, "ham", 0.5)):
            tall = 30 * share / most
            left = (place + shift) * width
            parts.append(tag("rect", x=left, y=32 - tall, width=width * 0.4, height=tall, class_=name))
    told = "shares by bin, then against now"
    return tag("svg", *parts, viewBox="0 0 200 32", role="img", aria_label=told, class_="chart")


def comparison_table(comparison: Comparison) -> Markup:
    """Who won each measure on each split: this model's figure, the other's, and the outcome."""
    measures = list(dict.fromkeys(each.measure for each in comparison.measures))
    head = tag("tr", tag("th", "on"), *(tag("th", measure, colspan=2) for measure in measures))
    rows = []
    for split in dict.fromkeys(each.split for each in comparison.measures):
        found = {each.measure: each for each in comparison.measures if each.split == split}
        cells = [cell for measure in measures for cell in _cells(found.get(measure))]
        rows.append(tag("tr", tag("td", tag("bdi", cleaned(split, 60)), class_="name"), *cells))
    return _table(head, rows)


def _cells(each: MeasureComparison | None) -> tuple[Markup, Markup]:
    if each is None:
        return tag("td"), tag("td")
    told = f"gain {each.gain:+.4f}, standard error {each.error:.4f}"
    figures = tag("td", f"{each.new:.4f} / {each.old:.4f}")
    return figures, tag("td", tag("span", each.outcome.value, title=told, class_=f"pill {each.outcome.value}"))


def _table(head: Markup, rows: Sequence[Markup]) -> Markup:
    return tag("div", tag("table", tag("thead", head), tag("tbody", joined(rows))), class_="scroll")
