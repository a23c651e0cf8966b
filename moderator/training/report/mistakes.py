"""The worst mistakes, as cards with their reasons. Every text in them is a stranger's; no address is a link."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from moderator.records import Reason
from moderator.training.evaluation import Mistake
from moderator.training.report.markup import Markup, cleaned, joined, tag
from moderator.training.report.plane import percent

__all__ = ["mistake_cards"]


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
    told = f"{back.kind.value}, labelled {mistake.label.value}, verdict {mistake.verdict.value}"
    parts.append(tag("p", told + (f", by rule: {cleaned(mistake.rule, 120)}" if mistake.rule else ""), class_="none"))
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
