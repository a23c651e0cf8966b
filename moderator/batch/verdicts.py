"""What a rescored row has more than before, as JSON text."""

from __future__ import annotations

from typing import Any

from moderator.records import Decision, LinkEvidence, Verdict
from moderator.serialization import evidence_to_json, reasons_to_json, to_text

__all__ = ["added_text", "held_text"]

_NOT_CHECKED = evidence_to_json(LinkEvidence())


def added_text(decision: Decision, *, keep_evidence: bool = False) -> str:
    """The columns that a decision adds to its row.

    Args:
        decision: The decision.
        keep_evidence: Whether the row tells this evidence already; then its own words stay.

    >>> added_text(Decision("7", Verdict.HOLD, 0.5))
    '{"verdict": "hold", "spam_probability": 0.5, "reasons": [], "evidence": {"status": "not_checked"}}'
    """
    added: dict[str, Any] = {
        "verdict": decision.verdict,
        "spam_probability": decision.spam_probability,
        "reasons": reasons_to_json(decision.reasons),
    }
    if not keep_evidence:
        added["evidence"] = evidence_to_json(decision.evidence)
    return to_text(added, spaced=True)


def held_text(error: str, *, keep_evidence: bool) -> str:
    """The columns that are added to a row that cannot be read.

    Args:
        error: Why.
        keep_evidence: Whether the row has a column of evidence, which stays as it is.
    """
    held: dict[str, Any] = {"verdict": Verdict.HOLD, "spam_probability": 0.5, "reasons": []}
    if not keep_evidence:
        held["evidence"] = _NOT_CHECKED
    return to_text(held | {"error": error}, spaced=True)
