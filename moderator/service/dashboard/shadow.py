"""What would have happened, while the service only watches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from moderator.records import Verdict
from moderator.service.records import OwnerLabel

__all__ = ["Watched", "shadow_told"]

_DECIDED = (OwnerLabel.HAM, OwnerLabel.SPAM)


class Watched(NamedTuple):
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


def shadow_told(counts: Mapping[tuple[Verdict, OwnerLabel | None], int]) -> Watched:
    """Adds up what was watched.

    Args:
        counts: By the engine's verdict and the owner's label.

    >>> shadow_told({(Verdict.SPAM, None): 3, (Verdict.SPAM, OwnerLabel.HAM): 1})[2:]
    (4, 1, 0, 0, 0, 1)
    """
    by_verdict = {verdict: sum(n for (said, _), n in counts.items() if said is verdict) for verdict in Verdict}
    spam_approved = counts.get((Verdict.APPROVE, OwnerLabel.SPAM), 0)
    ham_refused = counts.get((Verdict.SPAM, OwnerLabel.HAM), 0)
    return Watched(
        by_verdict[Verdict.APPROVE],
        by_verdict[Verdict.HOLD],
        by_verdict[Verdict.SPAM],
        sum(count for (_, word), count in counts.items() if word in _DECIDED),
        counts.get((Verdict.APPROVE, OwnerLabel.HAM), 0) + counts.get((Verdict.SPAM, OwnerLabel.SPAM), 0),
        sum(counts.get((Verdict.HOLD, word), 0) for word in _DECIDED),
        spam_approved,
        ham_refused,
    )
