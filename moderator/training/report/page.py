"""The report's page: headline, quality, errors, comparison, drift and worst mistakes."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan
from pathlib import Path

import numpy as np

from moderator.training.advice import advice
from moderator.training.evaluation import Evaluation
from moderator.training.figures import Share
from moderator.training.report.axes import percent
from moderator.training.report.charts import (
    precision_recall_chart,
    reliability_chart,
    roc_chart,
    spread_chart,
    topic_chart,
)
from moderator.training.report.markup import Markup, cleaned, joined, tag
from moderator.training.report.tables import comparison_table, confusion_table, drift_table, mistake_cards

__all__ = ["report_page"]

_STYLE = Path(__file__).with_name("style.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing may be loaded, whatever a stranger's text tries."""


def report_page(found: Evaluation) -> str:
    """An evaluation as one HTML page that needs no network and no script; the same for the same evaluation."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{found.model} on {len(found.predictions):,} linkbacks"),
        tag("style", Markup(_STYLE.read_text(encoding="utf-8"))),
    )
    body = tag(
        "main",
        _headline(found),
        _notes(found),
        _tiles(found),
        _to_do(found),
        _spread(found),
        _curves(found),
        _confusion(found),
        _topics(found),
        _against(found),
        _drift(found),
        _mistakes(found),
        _foot(found),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", body), lang="en") + "\n"


def _section(title: str, about: str, *parts: str) -> Markup:
    return tag("section", tag("h2", title), tag("p", about, class_="about"), *parts)


def _headline(found: Evaluation) -> Markup:
    figures = found.figures
    caught = sum(table.spam[2] for table in figures.by_kind)
    parts: list[str] = []
    if figures.spam:
        parts += [tag("em", f"{percent(caught / figures.spam)} of spam", class_="s"), " is called spam"]
    if figures.ham:
        parts += [
            ", " if parts else "",
            tag("em", f"{percent(figures.ham_as_spam.share)} of ham", class_="h"),
            " is lost",
        ]
    parts += [f", {percent(figures.held.share)} is held."]
    return tag(
        "header",
        tag("p", cleaned(found.model, 80), class_="eyebrow"),
        tag("h1", *parts),
        tag("p", f"{figures.ham:,} ham and {figures.spam:,} spam{_when(found)}, judged one by one as of their receipt, "
            "by the engine that serves: cut-offs, hard rules and all.", class_="lead"),
    )  # fmt: skip


def _when(found: Evaluation) -> str:
    known = found.predictions.at[np.isfinite(found.predictions.at)]
    if not len(known):
        return ", undated"
    first, last = (datetime.fromtimestamp(float(at), UTC).date() for at in (known.min(), known.max()))
    return f" received between {first} and {last}"


def _notes(found: Evaluation) -> Markup:
    return joined(tag("p", cleaned(note, 600), class_="note") for note in found.notes)


def _tiles(found: Evaluation) -> Markup:
    figures = found.figures
    return tag(
        "div",
        _tile("ham", figures.ham_as_spam, "ham called spam"),
        _tile("spam", figures.spam_approved, "spam approved"),
        _tile("hold", figures.held, "held for a person"),
        tag(
            "div",
            tag("b", _number(figures.auc)),
            tag("span", "area under the ROC curve"),
            tag("small", f"{_number(figures.auc_by_kind)} within kinds"),
            class_="card tile",
        ),
        class_="tiles",
    )


def _to_do(found: Evaluation) -> Markup:
    about = "The most urgent first. The pages are those of moderator's documentation; this one asks for nothing."
    steps = (tag("li", f"{one.ground}: {one.do} (", tag("code", one.page), ")") for one in advice(found))
    return _section("What to do", about, tag("ul", *steps))


def _tile(sort: str, share: Share, caption: str) -> Markup:
    sure = "" if isnan(share.share) else f"95 % sure: {percent(share.low)} to {percent(share.high)}"
    big = "–" if isnan(share.share) else percent(share.share)
    return tag(
        "div",
        tag("b", big),
        tag("span", caption),
        tag("small", f"{share.seen:,} of {share.total:,}. {sure}"),
        class_=f"card tile {sort}",
    )


def _number(value: float) -> str:
    return "–" if isnan(value) else f"{value:.4f}"


def _spread(found: Evaluation) -> Markup:
    about = (
        "Ham grows upwards, spam downwards. What stands in the wrong zone is a mistake; what stands between is held."
    )
    chart = tag("div", spread_chart(found.figures.spread, found.cutoffs), class_="scroll wide")
    return _section("Where ham and spam fall", about, tag("figure", chart, class_="card"))


def _curves(found: Evaluation) -> Markup:
    figures = found.figures
    other = found.other
    dashed = f" Dashed: {cleaned(found.against, 60)}." if other is not None else ""
    pictures = (
        (
            roc_chart(figures, other),
            "Spam caught",
            f"{_share(figures.caught_at_1_percent)} at 1 % ham lost, {_share(figures.caught_at_1_permille)} at 0.1 %.",
        ),
        (precision_recall_chart(figures, other), "Precision and recall", "How clean the spam folder is."),
        (reliability_chart(figures.reliability, figures.calibration_error), "Reliability", "Does 80 % mean 80 %?"),
    )
    cards = [
        tag("figure", tag("h3", title), picture, tag("figcaption", caption + dashed * (place < 2)), class_="card")
        for place, (picture, title, caption) in enumerate(pictures)
    ]
    about = "What other cut-offs would give, and whether the probabilities mean what they say."
    return _section("How good the probabilities are", about, tag("div", *cards, class_="three"))


def _share(value: float) -> str:
    return "–" if isnan(value) else percent(value)


def _confusion(found: Evaluation) -> Markup:
    figures = found.figures
    key = tag(
        "ul",
        tag("li", tag("i", class_="a"), "approved"),
        tag("li", tag("i", class_="o"), "held"),
        tag("li", tag("i", class_="s"), "spam"),
        class_="key",
    )
    tables = (
        ("kind", figures.by_kind),
        ("what the page showed", figures.by_evidence),
        ("decided by", figures.by_rule),
        ("site", figures.by_site),
    )
    cards = [
        tag("div", confusion_table(sort, table), class_="card", style="margin-bottom:14px") for sort, table in tables
    ]
    about = (
        "The same verdicts by kind of linkback, by the state of the evidence, by what decided, and by receiving site."
    )
    return _section("Where it works, and where not", about, key, *cards)


def _topics(found: Evaluation) -> Markup:
    about = (
        "What each sort of evidence adds to the log-odds on average: blue on ham, red on spam. To the left it speaks "
        "for ham, to the right for spam; the further apart the two bars, the more that evidence separates."
    )
    chart = tag("div", topic_chart(found.topics), class_="scroll wide")
    return _section("What the verdicts rest on", about, tag("figure", chart, class_="card"))


def _against(found: Evaluation) -> Markup:
    comparison = found.comparison
    if comparison is None:
        return Markup()
    about = f"Against {cleaned(found.against, 80)}, this model first: {comparison.summary()}."
    if not comparison.measures:
        return _section("Won, tied, lost", about)
    return _section("Won, tied, lost", about, tag("div", comparison_table(comparison), class_="card"))


def _drift(found: Evaluation) -> Markup:
    text = found.drift.summary()
    about = (
        f"{text[0].upper()}{text[1:]}. The measure is the population stability index of {found.drift.rows:,} rows "
        "against the reference in the card: from 0.1 a column has moved, from 0.25 far, and only if it also exceeds "
        "the noise that so few rows make (Siddiqi 2006; Yurdakul & Naranjo 2020)."
    )
    if found.drift.probability is None:
        return _section("Has the model aged?", about)
    return _section("Has the model aged?", about, tag("div", drift_table(found.drift), class_="card"))


def _mistakes(found: Evaluation) -> Markup:
    about = (
        "The rows judged furthest from their labels, with the strongest reasons in log-odds (red speaks for spam, blue "
        "for ham). Some of them are wrong labels. Addresses are shown as text: do not visit them."
    )
    return _section(
        "The worst mistakes",
        about,
        tag("h3", "Ham that looked like spam"),
        mistake_cards(found.lost_ham, "None: no ham has a probability above one half."),
        tag("h3", "Spam that looked like ham"),
        mistake_cards(found.passed_spam, "None: no spam has a probability below one half."),
    )


def _foot(found: Evaluation) -> Markup:
    counts = found.counts
    read = ", ".join(f"{cleaned(name, 80)} ({rows:,} rows)" for name, rows in counts.rows.items())
    return tag(
        "footer",
        f"Read from {read}: {counts.ham:,} ham, {counts.spam:,} spam, {counts.unlabelled:,} without a label; "
        f"{counts.repeated:,} rows repeated a linkback, {counts.settled:,} contradictions were settled by the latest "
        f"label, {counts.contradicted:,} were dropped; {counts.assumed:,} labels had no date of their own. Intervals "
        "are Clopper-Pearson's at 95 %.",
    )
