"""What a rescored row has more than before, as JSON text."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import Any

from moderator.records import Decision, LinkEvidence, Reason, Verdict
from moderator.serialization import evidence_to_json, reason_to_json
from moderator.tables.jsonl import encode

__all__ = ["added_text", "held_text"]

_EMPTY = LinkEvidence()
_UNSEEN = encode(evidence_to_json(_EMPTY))
_quoted = lru_cache(maxsize=1024)(encode)
"""Names and meanings of features as JSON; there are a few hundred."""
_number = float.__repr__


def added_text(decision: Decision, *, keep_evidence: bool = False) -> str:
    """The columns that a decision adds to its row.

    Put together by hand in half of the encoder's time, and equal to what the encoder writes of the parts of
    `moderator.serialization.decision_to_json`.

    Args:
        decision: The decision.
        keep_evidence: Whether the row tells this evidence already; then its own words stay.

    >>> added_text(Decision("7", Verdict.HOLD, 0.5))
    '{"verdict": "hold", "spam_probability": 0.5, "reasons": [], "evidence": {"status": "not_checked"}}'
    """
    reasons = ", ".join([_reason(reason) for reason in decision.reasons])
    head = (
        f'{{"verdict": "{decision.verdict.value}", "spam_probability": {_number(decision.spam_probability)}, '
        f'"reasons": [{reasons}]'
    )
    if keep_evidence:
        return head + "}"
    evidence = _UNSEEN if decision.evidence == _EMPTY else encode(evidence_to_json(decision.evidence))
    return f'{head}, "evidence": {evidence}}}'


def _reason(reason: Reason) -> str:
    value = reason.value
    if not isinstance(value, float) or not isfinite(value):
        return encode(reason_to_json(reason))
    return (
        f'{{"feature": {_quoted(reason.feature)}, "value": {_number(value)}, '
        f'"contribution": {_number(reason.contribution)}, "meaning": {_quoted(reason.meaning)}}}'
    )


def held_text(error: str, *, keep_evidence: bool) -> str:
    """The columns that are added to a row that cannot be read.

    Args:
        error: Why.
        keep_evidence: Whether the row has a column of evidence, which stays as it is.
    """
    held: dict[str, Any] = {"verdict": Verdict.HOLD.value, "spam_probability": 0.5, "reasons": []}
    if not keep_evidence:
        held["evidence"] = evidence_to_json(_EMPTY)
    return encode(held | {"error": error})
