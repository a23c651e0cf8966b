"""Which looks at a source page count: only those made after the linkback came, and only those that read the page."""

from __future__ import annotations

from datetime import datetime

from moderator.records import LinkEvidence, LinkStatus

__all__ = ["FRESH", "is_answer", "since"]

FRESH = 7 * 86400.0
"""Seconds for which an earlier look at the same source and target may answer for another linkback. A choice: long
enough for a queue whose looks take several evenings, short enough that a page that was changed is seen again."""
_ANSWERS = frozenset({LinkStatus.FOUND, LinkStatus.MISSING})
"""What a page that was read says. A failed look says nothing, and is made again."""


def is_answer(evidence: LinkEvidence, received_at: datetime | None) -> bool:
    """Whether recorded evidence says what the page showed to the linkback.

    Args:
        evidence: What was recorded. Evidence that does not tell when the page was read is believed.
        received_at: When the linkback came; None: not known, and then any look counts.

    >>> is_answer(LinkEvidence(LinkStatus.GONE), None), is_answer(LinkEvidence(LinkStatus.MISSING), None)
    (False, True)
    """
    if evidence.status not in _ANSWERS:
        return False
    return evidence.checked_at is None or received_at is None or evidence.checked_at >= received_at


def since(received_at: datetime | None, now: datetime) -> float:
    """From when on a look counts for a linkback, in seconds since 1970: not before it came, and not for ever."""
    fresh = now.timestamp() - FRESH
    return fresh if received_at is None else max(fresh, received_at.timestamp())
