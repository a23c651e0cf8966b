"""A model in plain words: training data, quality, agreement with the owner's decisions, counts of shadow mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any, NamedTuple

from moderator.model.card import Card
from moderator.records import Label, Verdict
from moderator.service.records import OwnerLabel
from moderator.service.store import OwnerDecision

__all__ = [
    "MEASURES",
    "Agreement",
    "Band",
    "ShadowCounts",
    "agreement_sentences",
    "by_probability",
    "by_week",
    "card_sentences",
    "changed_counts",
    "count_shadow",
    "figures_sentences",
    "training_facts",
]

MEASURES = {
    "auc": "How often spam gets a higher probability than ham",
    "log loss": "Error of the probabilities",
    "cost": "Cost of a verdict: 10 for ham called spam, 1 for spam approved, 0.2 for what is held",
}
"""What the measures of a comparison mean."""
_VERDICT = {"approve": "approved", "hold": "held", "spam": "spam"}
_LATELY = timedelta(days=28)
_FEWEST = 20
"""Decisions in each of two times without which they are not compared."""
_CLEAR = 2.58
"""Standard errors from which two shares differ clearly (1 % by chance)."""
_BANDS = 10
_DECIDED = (OwnerLabel.HAM, OwnerLabel.SPAM)


class Agreement(NamedTuple):
    """The owner's decisions of one week beside the engine's."""

    monday: date
    decided: int
    alike: int
    """How many the engine would have decided alike."""
    left: int
    """How many it had left to the owner."""
    overruled: int
    """How many it had decided the other way."""


class Band(NamedTuple):
    """The owner's decisions on linkbacks with about the same probability of spam."""

    low: float
    high: float
    decided: int
    spam: int
    """How many of them the owner called spam."""


def by_week(decided: Sequence[OwnerDecision], weeks: int = 12) -> list[Agreement]:
    """The newest weeks in which something was decided, newest first."""
    found: dict[date, list[int]] = {}
    for each in decided:
        day = each.at.date()
        counts = found.setdefault(day - timedelta(days=day.weekday()), [0, 0, 0])
        counts[1 if each.verdict is Verdict.HOLD else 0 if _alike(each) else 2] += 1
    newest = sorted(found, reverse=True)[:weeks]
    return [Agreement(monday, sum(counts), *counts) for monday in newest for counts in [found[monday]]]


def by_probability(decided: Sequence[OwnerDecision]) -> list[Band]:
    """How many of the owner's decisions were spam, by the probability that the engine gave; empty bands are left out.

    >>> by_probability([OwnerDecision(datetime.min, Label.SPAM, Verdict.SPAM, 1.0)])
    [Band(low=0.9, high=1.0, decided=1, spam=1)]
    """
    counts = [[0, 0] for _ in range(_BANDS)]
    for each in decided:
        band = counts[min(int(each.probability * _BANDS), _BANDS - 1)]
        band[0] += 1
        band[1] += each.label is Label.SPAM
    return [
        Band(place / _BANDS, (place + 1) / _BANDS, total, spam) for place, (total, spam) in enumerate(counts) if total
    ]


def agreement_sentences(decided: Sequence[OwnerDecision], now: datetime) -> list[str]:
    """What the owner's decisions say, in sentences; none where the engine has decided nothing of it."""
    settled = [each for each in decided if each.verdict is not Verdict.HOLD]
    if not settled:
        return []
    overruled = sum(not _alike(each) for each in settled)
    sentences = [
        f"Of {len(settled):,} linkbacks that it had approved or called spam and that you looked at, you decided "
        f"{overruled:,} the other way ({overruled / len(settled):.1%})."
    ]
    lately = [each for each in settled if now - each.at <= _LATELY]
    before = [each for each in settled if now - each.at > _LATELY]
    if min(len(lately), len(before)) < _FEWEST:
        return [*sentences, "Whether that changes over time cannot be said yet: there are too few such decisions."]
    now_wrong, then_wrong = (sum(not _alike(each) for each in part) for part in (lately, before))
    new, old = now_wrong / len(lately), then_wrong / len(before)
    both = overruled / len(settled)
    error = sqrt(both * (1 - both) * (1 / len(lately) + 1 / len(before)))
    shares = f"{new:.1%} in the last four weeks, {old:.1%} before"
    if new - old > _CLEAR * error:
        return [*sentences, f"It has become worse: {shares}. Make a new model."]
    if old - new > _CLEAR * error:
        return [*sentences, f"It has become better: {shares}."]
    return [*sentences, f"It is as good as it was: {shares}; the difference is no more than chance makes."]


def figures_sentences(found: Mapping[str, Any]) -> list[str]:
    """How good a learned model was on the latest of the owner's linkbacks, in sentences; none: it was not measured.

    Args:
        found: What a retraining found.
    """
    figures = found.get("figures")
    if not isinstance(figures, Mapping):
        return []
    sentences = [
        f"Measured on the {figures['ham']:,} ham and {figures['spam']:,} spam that came last, which it did not learn "
        "from."
    ]
    for name, what in (
        ("ham_as_spam", "of the ham were called spam"),
        ("spam_approved", "of the spam were approved"),
        ("held", "of both were left to you"),
    ):
        share = figures.get(name) or {}
        if share.get("share") is not None:
            sentences.append(
                f"{share['seen']:,} of {share['total']:,} {what} ({share['share']:.1%}; with so many it could be "
                f"anything from {share['low']:.1%} to {share['high']:.1%})."
            )
    if figures.get("calibration_error") is not None:
        sentences.append(f"Its probabilities are off by {figures['calibration_error']:.1%} on average.")
    return sentences


def card_sentences(card: Card) -> list[str]:
    """How good the model that came along was where it was made, in sentences; none: its card does not say."""
    metrics, sentences = card.metrics, []
    for name, what in (("ham called spam", "of the ham were called spam"), ("spam approved", "of the spam approved")):
        if isinstance(share := metrics.get(name), int | float):
            sentences.append(f"{share:.2%} {what}.")
    if isinstance(held := metrics.get("held"), int | float):
        sentences.append(f"{held:.1%} were left to the owner.")
    if isinstance(error := metrics.get("calibration error"), int | float):
        sentences.append(f"Its probabilities were off by {error:.1%} on average.")
    if sentences and isinstance(how := metrics.get("how"), str):
        sentences.append(f"How it was measured: {how}.")
    return sentences


def training_facts(card: Card) -> list[tuple[str, str]]:
    """What a model was trained on, as names and values; what its card does not tell is left out."""
    data = card.training.get("data")
    rows: list[tuple[str, str]] = []
    if isinstance(data, Mapping):
        named = {"ham": "Ham", "spam": "Spam", "unlabelled": "Undecided, as the past of the others"}
        learned = "unlabelled" in data
        for name, value in data.items():
            if isinstance(value, int) and not isinstance(value, bool) and (not learned or name in named):
                rows.append((named.get(name, name[:1].upper() + name[1:]), f"{value:,}"))
    for name, title in (("base", "Begun from"), ("seen_until", "Learned until")):
        if isinstance(value := card.training.get(name), str):
            rows.append((title, value[:16].replace("T", " ") if name == "seen_until" else value))
    cut = card.cutoffs
    rows.append(("Approved below", f"{cut.approve_below:.1%} probability of spam"))
    rows.append(("Spam from", f"{cut.spam_from:.1%}"))
    return rows


def changed_counts(found: Mapping[str, Any]) -> list[str]:
    """How many undecided linkbacks would be decided differently, by what they are and would be.

    >>> changed_counts({"changed": [["hold", "spam", 2]]})
    ['2 from held to spam']
    """
    return [f"{count:,} from {_VERDICT[old]} to {_VERDICT[new]}" for old, new, count in found.get("changed", ())]


def _alike(each: OwnerDecision) -> bool:
    return (each.verdict is Verdict.SPAM) == (each.label is Label.SPAM) and each.verdict is not Verdict.HOLD


class ShadowCounts(NamedTuple):
    """What the engine would have done, and how that fits the owner's labels."""

    approve: int
    hold: int
    spam: int
    decided: int
    """How many of all the owner has decided."""
    alike: int
    """Of those: how many the engine would have decided alike."""
    left: int
    """How many it would have left to the owner."""
    spam_approved: int
    """How much of the owner's spam it would have approved."""
    ham_refused: int
    """How much of what the owner approved it would have called spam."""


def count_shadow(counts: Mapping[tuple[Verdict, OwnerLabel | None], int]) -> ShadowCounts:
    """Adds up what was watched.

    Args:
        counts: By the engine's verdict and the owner's label.

    >>> count_shadow({(Verdict.SPAM, None): 3, (Verdict.SPAM, OwnerLabel.HAM): 1})[2:]
    (4, 1, 0, 0, 0, 1)
    """
    by_verdict = {verdict: sum(n for (said, _), n in counts.items() if said is verdict) for verdict in Verdict}
    spam_approved = counts.get((Verdict.APPROVE, OwnerLabel.SPAM), 0)
    ham_refused = counts.get((Verdict.SPAM, OwnerLabel.HAM), 0)
    return ShadowCounts(
        by_verdict[Verdict.APPROVE],
        by_verdict[Verdict.HOLD],
        by_verdict[Verdict.SPAM],
        sum(count for (_, word), count in counts.items() if word in _DECIDED),
        counts.get((Verdict.APPROVE, OwnerLabel.HAM), 0) + counts.get((Verdict.SPAM, OwnerLabel.SPAM), 0),
        sum(counts.get((Verdict.HOLD, word), 0) for word in _DECIDED),
        spam_approved,
        ham_refused,
    )
