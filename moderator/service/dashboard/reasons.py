"""A decision's reasons in plain words."""

from __future__ import annotations

import re
from math import expm1, isfinite, isnan
from typing import NamedTuple

from moderator.model.explain import BASE, REST
from moderator.model.sentences import SENTENCES, persuasive
from moderator.records import Decision, Reason
from moderator.service.dashboard.formatting import duration, evidence_phrase, sentence, shortened, visible

__all__ = ["ReasonText", "main_reason", "reason_texts", "sentences"]

_SNIPPET = "link.snippet"
"""A reason without weight: the text around the link, which the page shows in its own place."""
_LOGARITHM = re.compile(r", log\(1 \+ (\w+)\)$")
_SCORES = ("the spelling of ", "the wording of ")
"""Begin the meanings of the text models' scores; such a number says nothing to a reader that its weight does not."""
_STATEMENTS = (
    "the ",
    "there is ",
    "an address ",
    "another address ",
    "nobody ",
    "our whole ",
    "source and target ",
    "this blog ",
    "title and excerpt ",
    "1 if ",
)
"""Begin the meanings of features that are true (1) or not (0)."""


class ReasonText(NamedTuple):
    """A reason in words."""

    meaning: str
    value: str
    """What was found; empty: a number that says nothing to a reader."""
    weight: float
    """Its part of the log-odds."""
    side: str
    """``spam``, ``ham`` or ``neither``: for what it speaks."""
    named: bool
    """Whether it is a single sign, not the start that all share or the sum of the weaker ones."""


def reason_texts(decision: Decision) -> list[ReasonText]:
    """The reasons of a decision that weigh anything, the heaviest first."""
    shown = [_reason(each) for each in decision.reasons if each.feature != _SNIPPET]
    return sorted(shown, key=lambda each: -abs(each.weight))


def main_reason(decision: Decision) -> str:
    """The strongest reason that agrees with a decision, as one sentence."""
    return sentences(decision)[0]


def sentences(decision: Decision) -> list[str]:
    """Up to three reasons that agree with a decision as sentences, the strongest first; at least one."""
    found = [sentence(visible(decision.rule))] if decision.rule else []
    found += [visible(each) for each in persuasive(decision)]
    return found[:SENTENCES] or [sentence(evidence_phrase(decision.evidence))]


def _reason(reason: Reason) -> ReasonText:
    side = "neither" if abs(reason.contribution) < 0.005 else "spam" if reason.contribution > 0 else "ham"
    if reason.feature == BASE:
        meaning, value = reason.meaning, ""
    elif isinstance(reason.value, str):
        meaning, value = reason.meaning, shortened(visible(reason.value), 120)
    else:
        meaning, value = _found(reason.meaning, reason.value)
    return ReasonText(visible(meaning), value, reason.contribution, side, reason.feature not in (BASE, REST))


def _found(meaning: str, value: float) -> tuple[str, str]:
    """A feature's meaning and value as people say it.

    >>> _found("the address is https", 1.0), _found("share of small words in the title", 0.291)
    (('the address is https', 'yes'), ('share of small words in the title', '29 %'))
    >>> _found("length of the address, log(1 + characters)", 3.8286)
    ('length of the address', '45 characters')
    """
    if isnan(value):
        return meaning, "unknown"
    if meaning.startswith(_SCORES):
        return meaning, ""
    if meaning.startswith(_STATEMENTS) and value in (0, 1):
        return meaning.removeprefix("1 if "), "yes" if value else "no"
    if meaning.startswith("share of ") and 0 <= value <= 1:
        return meaning, f"{value:.0%}".replace("%", " %")
    if meaning.startswith("seconds since ") and isfinite(value):
        return meaning.replace("seconds", "time", 1), duration(value)
    if logarithm := _LOGARITHM.search(meaning):
        unit = f" {logarithm[1]}" if logarithm[1] not in ("count", "rate") else ""
        return _LOGARITHM.sub("", meaning), _number(expm1(value)) + unit
    return meaning, _number(value)


def _number(value: float) -> str:
    """A number with as many digits as a reader wants.

    >>> _number(0.25), _number(12.0), _number(-1234.5)
    ('0.25', '12', '\u22121,234')
    """
    return (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "\u2212")
