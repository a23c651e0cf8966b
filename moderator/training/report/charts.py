"""The charts of an evaluation, each a pure function from figures to SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, sqrt

from moderator.model.policy import Cutoffs
from moderator.training.evaluation import TopicPart
from moderator.training.figures import Figures, share_of
from moderator.training.metrics import CalibrationBin, Curve, HistogramBucket
from moderator.training.report.axes import Axes, Tick, percent, root
from moderator.training.report.markup import Markup, joined, tag

__all__ = ["precision_recall_chart", "reliability_chart", "roc_chart", "spread_chart", "topic_chart", "verdict_bar"]

_FIFTHS: tuple[Tick, ...] = tuple((part / 5, f"{20 * part}") for part in range(6))
_ROOTS: tuple[Tick, ...] = ((0.0, "0"), (0.01, "1"), (0.05, "5"), (0.2, "20"), (0.5, "50"), (1.0, "100"))


def roc_chart(figures: Figures, other: Figures | None) -> Markup:
    """Ham lost against spam caught, at every cut-off."""
    axes = Axes(x_scale=root)
    approved = figures.spam_approved.share
    description = f"ROC curve, area {figures.auc:.4f}"
    return axes.picture(
        description,
        axes.frame(_ROOTS, _FIFTHS, "ham lost, % (square-root scale)", "spam caught, %"),
        axes.area(figures.roc, "fill"),
        _other_line(axes, None if other is None else other.roc),
        axes.line(figures.roc, "curve"),
        _corner(
            axes, f"area {figures.auc:.4f}", "" if isnan(approved) else f"{percent(1 - approved)} of spam not approved"
        ),
    )


def precision_recall_chart(figures: Figures, other: Figures | None) -> Markup:
    """How much of what is called spam is spam, by how much of the spam is caught."""
    axes = Axes()
    share = figures.spam / max(1, figures.spam + figures.ham)
    return axes.picture(
        f"precision-recall curve; {percent(share)} of all rows are spam",
        axes.frame(_FIFTHS, _FIFTHS, "spam caught, %", "spam among what is called spam, %"),
        axes.area(figures.precision_recall, "fill"),
        axes.line([(0.0, share), (1.0, share)], "chance"),
        _other_line(axes, None if other is None else other.precision_recall),
        axes.line(figures.precision_recall, "curve"),
        _corner(axes, f"{percent(share)} are spam", "dotted: by chance"),
    )


def reliability_chart(bins: Sequence[CalibrationBin], error: float) -> Markup:
    """What the model said against what came true, with 95 % intervals; larger points stand for more rows."""
    axes = Axes()
    most = max((entry.rows for entry in bins), default=1)
    marks = []
    for entry in bins:
        bounds = share_of(round(entry.came * entry.rows), entry.rows)
        at = axes.x(entry.said)
        size = 2.5 + 5.5 * sqrt(entry.rows / most)
        marks.append(tag("line", x1=at, x2=at, y1=axes.y(bounds.low), y2=axes.y(bounds.high), class_="interval"))
        title = f"said {percent(entry.said)}, came {percent(entry.came)}, {entry.rows} rows"
        marks.append(tag("circle", tag("title", title), cx=at, cy=axes.y(entry.came), r=size, class_="point"))
    return axes.picture(
        f"reliability diagram, calibration error {error:.3f}",
        axes.frame(_FIFTHS, _FIFTHS, "probability of spam as said, %", "spam in fact, %"),
        axes.line([(0.0, 0.0), (1.0, 1.0)], "chance"),
        joined(marks),
        _corner(axes, f"calibration error {error:.3f}", "on the dotted line: as said"),
    )


def spread_chart(buckets: Sequence[HistogramBucket], cutoffs: Cutoffs) -> Markup:
    """How many ham (above) and spam (below) got which probability, between the two cut-offs."""
    axes = Axes(width=760.0, height=300.0, left=16.0, right=16.0, top=44.0, bottom=38.0)
    most_ham = max((bucket.ham for bucket in buckets), default=1)
    most_spam = max((bucket.spam for bucket in buckets), default=1)
    middle, half = axes.y(0.5), axes.y(0.0) - axes.y(0.5)
    bars = []
    for bucket in buckets:
        left, right = axes.x(bucket.low) + 0.75, axes.x(bucket.high) - 0.75
        for count, most, name in ((bucket.ham, most_ham, "ham"), (bucket.spam, most_spam, "spam")):
            if count:
                tall = max(1.5, half * sqrt(count / most))
                title = f"{count} {name} between {percent(bucket.low)} and {percent(bucket.high)}"
                top = middle - tall if name == "ham" else middle
                bar = tag("rect", tag("title", title), x=left, y=top, width=right - left, height=tall, class_=name)
                bars.append(bar)
    ticks: tuple[Tick, ...] = tuple((part / 10, f"{10 * part}") for part in range(11))
    return axes.picture(
        "distribution of the probabilities of ham and spam, with both cut-offs",
        _zones(axes, cutoffs),
        axes.frame(ticks, (), "probability of spam, % (each side on a square-root scale of its own)", ""),
        joined(bars),
        tag("line", x1=axes.x(0), x2=axes.x(1), y1=middle, y2=middle, class_="axis"),
        tag("text", "ham", x=axes.x(0.5), y=axes.y(1) + 22, text_anchor="middle", class_="side ham-text"),
        tag("text", "spam", x=axes.x(0.5), y=axes.y(0) - 12, text_anchor="middle", class_="side spam-text"),
    )


def _zones(axes: Axes, cutoffs: Cutoffs) -> Markup:
    low, high = min(1.0, cutoffs.approve_below), min(1.0, cutoffs.spam_from)
    top, tall = axes.y(1), axes.y(0) - axes.y(1)
    zones = (("approve", 0.0, low), ("hold", low, high), ("spam", high, 1.0))
    parts = []
    for name, start, end in zones:
        left, right = axes.x(start), axes.x(end)
        parts.append(tag("rect", x=left, y=top, width=right - left, height=tall, class_=f"zone zone-{name}"))
        middle = min(max((left + right) / 2, axes.left + 24), axes.width - axes.right - 18)
        parts.append(tag("text", name, x=middle, y=top - 25, text_anchor="middle", class_="zone-name"))
    for value in (low, high):
        at = axes.x(value)
        parts.append(tag("line", x1=at, x2=at, y1=top - 6, y2=top + tall, class_="cut"))
        beside = min(max(at, axes.left + 12), axes.width - axes.right - 16)
        parts.append(tag("text", f"{value:.3f}", x=beside, y=top - 8, text_anchor="middle", class_="tick"))
    return joined(parts)


def topic_chart(topics: Sequence[TopicPart]) -> Markup:
    """What each sort of evidence adds on average: to the left for ham, to the right for spam."""
    shown = [topic for topic in topics if topic.weight > 0]
    widest = max((abs(part) for topic in shown for part in (topic.ham, topic.spam) if not isnan(part)), default=1.0)
    row, start = 46.0, 10.0
    width, middle, reach = 720.0, 430.0, 240.0
    parts = [tag("line", x1=middle, x2=middle, y1=0.0, y2=start + row * len(shown), class_="axis")]
    for place, topic in enumerate(shown):
        top = start + row * place
        parts.append(tag("text", topic.topic, x=0.0, y=top + 20, class_="label"))
        for part, name, shift in ((topic.ham, "ham", 0.0), (topic.spam, "spam", 17.0)):
            if isnan(part):
                continue
            length = max(1.0, abs(part) / max(widest, 1e-9) * reach)
            left = middle if part >= 0 else middle - length
            parts.append(tag("rect", x=left, y=top + shift, width=length, height=14.0, rx=2.0, class_=name))
            side = ("start", left + length + 5) if part >= 0 else ("end", left - 5)
            parts.append(tag("text", f"{part:+.2f}", x=side[1], y=top + shift + 11, text_anchor=side[0], class_="tick"))
    view = f"0 0 {width:g} {start + row * max(1, len(shown)):g}"
    title = tag("title", "mean contribution of each sort of evidence to the log-odds, for ham and for spam")
    return tag("svg", title, *parts, viewBox=view, role="img", class_="chart")


def verdict_bar(counts: tuple[int, int, int], title: str) -> Markup:
    """One bar cut into approved, held and spam."""
    total = sum(counts)
    if not total:
        return tag("span", "none", class_="none")
    parts, start = [], 0.0
    for count, name in zip(counts, ("approve", "hold", "spam"), strict=True):
        wide = 200.0 * count / total
        title = tag("title", f"{name}: {count} of {total}")
        parts.append(tag("rect", title, x=start, y=0.0, width=wide, height=12.0, class_=f"verdict-{name}"))
        start += wide
    label = f"{title}: {counts[0]} approved, {counts[1]} held, {counts[2]} spam"
    return tag(
        "svg", *parts, viewBox="0 0 200 12", preserveAspectRatio="none", role="img", aria_label=label, class_="bar"
    )


def _other_line(axes: Axes, curve: Curve | None) -> Markup:
    return axes.line(curve, "other") if curve else Markup()


def _corner(axes: Axes, *lines: str) -> Markup:
    """Lines of text in the lower right corner of a plane."""
    shown = [line for line in lines if line]
    return joined(
        tag(
            "text",
            line,
            x=axes.x(1) - 8,
            y=axes.y(0) - 10 - 15 * (len(shown) - 1 - place),
            text_anchor="end",
            class_="named" if place == 0 else "tick",
        )
        for place, line in enumerate(shown)
    )
