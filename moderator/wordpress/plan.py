"""Which status changes a run may make: by default only clear ones, of rows that nobody has decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from moderator.errors import InputError, shown
from moderator.model.policy import Rule
from moderator.records import Decision, Verdict
from moderator.tables.wordpress_columns import DECIDED, STATUS_OF, status_word

__all__ = ["Plan", "read_plan"]

_OPEN = frozenset({"hold"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The owner's wishes for one run."""

    only: frozenset[Verdict] = frozenset({Verdict.APPROVE, Verdict.SPAM})
    """Verdicts that are applied."""
    min_confidence: float = 0.0
    """How probable the verdict must be, 0 to 1; approving counts by the probability of ham."""
    include_decided: bool = False
    """Whether what was approved or marked as spam before may be changed too."""
    statuses: frozenset[str] = field(default=_OPEN)
    """Statuses whose rows are changed; others are history only."""

    def new_status(self, status: str, decision: Decision) -> str:
        """The status that a row is to get.

        Args:
            status: The one that it has.
            decision: What was decided of it.

        Returns:
            The new status; empty: it stays as it is.

        >>> Plan().new_status("hold", Decision("1", Verdict.SPAM, 0.99))
        'spam'
        >>> Plan().new_status("approved", Decision("1", Verdict.SPAM, 0.99))
        ''
        """
        after = STATUS_OF[decision.verdict]
        allowed = self.statuses | DECIDED.keys() if self.include_decided else self.statuses - DECIDED.keys()
        if after == status or status not in allowed or decision.verdict not in self.only:
            return ""
        if decision.rule == Rule.FAILURE:
            return ""
        return after if self._sure(decision) else ""

    def _sure(self, decision: Decision) -> bool:
        chance = decision.spam_probability
        sure = {Verdict.SPAM: chance, Verdict.APPROVE: 1 - chance, Verdict.HOLD: 1.0}
        return sure[decision.verdict] >= self.min_confidence

    def to_json(self) -> str:
        """The plan as text, the same for the same wishes."""
        return json.dumps(
            {
                "only": sorted(self.only),
                "min_confidence": self.min_confidence,
                "include_decided": self.include_decided,
                "status": sorted(self.statuses),
            }
        )


def read_plan(
    only: Iterable[str] = (), min_confidence: float = 0.0, include_decided: bool = False, statuses: Iterable[str] = ()
) -> Plan:
    """Reads an owner's wishes.

    Args:
        only: Verdicts; empty: approve and spam.
        min_confidence: 0 to 1.
        include_decided: Whether earlier decisions may be overturned.
        statuses: Statuses in any of WordPress's words; empty: pending ones.

    Raises:
        InputError: One of them makes no sense.
    """
    verdicts = frozenset(only)
    if unknown := verdicts - set(Verdict):
        raise InputError(f"--only {shown(', '.join(sorted(unknown)))}: verdicts are approve, hold and spam")
    if not 0 <= min_confidence <= 1:
        raise InputError(f"--min-confidence {min_confidence} is no probability from 0 to 1")
    words = frozenset(status_word(word) for word in statuses) or _OPEN
    if unknown := words - {"hold", *DECIDED}:
        raise InputError(f"--status {shown(', '.join(sorted(unknown)))}: it is pending, approved or spam")
    if words & DECIDED.keys() and not include_decided:
        raise InputError("--status approved and spam were decided by somebody; add --include-decided to change them")
    return Plan(frozenset(Verdict(word) for word in verdicts) or Plan().only, min_confidence, include_decided, words)
