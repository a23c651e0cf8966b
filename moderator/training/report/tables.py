"""Tables of an evaluation: confusion matrices, drift, comparison with another model, and the worst mistakes.

The texts of mistakes are strangers' texts; no address becomes a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from moderator.records import Reason
from moderator.training.compare import Comparison, MeasureComparison
from moderator.training.drift import Drift
from moderator.training.evaluation import Mistake
from moderator.training.figures import Confusion
from moderator.training.report.axes import percent
from moderator.training.report.charts import verdict_bar
from moderator.training.report.markup import Markup, cleaned, joined, tag

__all__ = ["comparison_table", "confusion_table", "drift_table", "mistake_cards"]

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
    text = "shares by bin, then against now"
    return tag("svg", *parts, viewBox="0 0 200 32", role="img", aria_label=text, class_="chart")


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
    text = f"gain {each.gain:+.4f}, standard error {each.error:.4f}"
    figures = tag("td", f"{each.new:.4f} / {each.old:.4f}")
    return figures, tag("td", tag("span", each.outcome.value, title=text, class_=f"pill {each.outcome.value}"))


def _table(head: Markup, rows: Sequence[Markup]) -> Markup:
    return tag("div", tag("table", tag("thead", head), tag("tbody", joined(rows))), class_="scroll")


def mistake_cards(mistakes: Sequence[Mistake], none: str) -> Markup:
    """One card for each mistake, the worst first; `none` is said where there is none."""
    if not mistakes:
        return tag("p", none, class_="about")
    return tag("div", joined(map(_card, mistakes)), class_="mistakes")


def _card(mistake: Mistake) -> Markup:
    back = mistake.linkback
    title = cleaned(back.title or back.blog_name, 120) or "(no title)"
    parts = [
        tag(
            "div",
            tag("b", tag("bdi", title)),
            tag("span", f"{percent(mistake.probability)}", class_="pill"),
            class_="head",
        ),
        tag("p", tag("bdi", cleaned(back.source_url, 160)), class_="url"),
    ]
    if back.excerpt:
        parts.append(tag("p", tag("bdi", cleaned(back.excerpt, 260))))
    text = f"{back.kind.value}, labelled {mistake.label.value}, verdict {mistake.verdict.value}"
    parts.append(tag("p", text + (f", by rule: {cleaned(mistake.rule, 120)}" if mistake.rule else ""), class_="none"))
    parts.append(tag("table", tag("tbody", joined(map(_reason, mistake.reasons)))))
    return tag("article", *parts, class_="card mistake")


def _reason(reason: Reason) -> Markup:
    side = "for-spam" if reason.contribution > 0 else "for-ham"
    value = cleaned(_value(reason.value), 40)
    return tag(
        "tr",
        tag("td", f"{reason.contribution:+.2f}", class_=f"n {side}"),
        tag("td", f"{cleaned(reason.meaning, 120)}: {value}"),
    )


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return "unknown" if isnan(value) else f"{value:.3g}"
