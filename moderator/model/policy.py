"""From a probability to a verdict: two cut-offs and a few hard rules.

Below `Cutoffs.approve_below` a linkback is approved, at or above `Cutoffs.spam_from` it is spam, and what lies
between is held. The hard rules are few and each names itself in the decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from moderator.records import LinkStatus, Verdict

__all__ = ["UNREAD", "Cutoffs", "Facts", "Policy", "Rule"]


class Rule(StrEnum):
    """The hard rules, in the order in which they are asked."""

    SAME_PAGE = "the source is the target itself"
    OWN_BLOCKLIST = "the owner's blocklist names the source"
    SELF_PING = "our own page, and it does link to the target"
    OWN_ALLOWLIST = "the owner's allowlist names the source"
    NO_LINK = "the page does not link to the target, or does not exist"
    UNREAD_PAGE = "the page could not be read, and that alone is no reason to call it spam"
    FAILURE = "the engine could not finish"


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Where approving ends and spam begins, as probabilities of spam."""

    approve_below: float
    """Below it a linkback is approved; 0: nothing is."""
    spam_from: float
    """At or above it a linkback is spam; above 1: nothing is."""

    def __post_init__(self) -> None:
        if not 0 <= self.approve_below <= self.spam_from:
            raise ValueError(
                f"cut-offs must satisfy 0 <= approve_below <= spam_from, not {self.approve_below}, {self.spam_from}"
            )

    def verdict(self, spam_probability: float) -> Verdict:
        """The verdict that the probability alone gives.

        >>> Cutoffs(0.1, 0.9).verdict(0.1)
        <Verdict.HOLD: 'hold'>
        """
        if spam_probability < self.approve_below:
            return Verdict.APPROVE
        return Verdict.SPAM if spam_probability >= self.spam_from else Verdict.HOLD


@dataclass(frozen=True, slots=True)
class Facts:
    """What the hard rules look at."""

    spam_probability: float
    """The calibrated probability, 0 to 1."""
    status: LinkStatus = LinkStatus.NOT_CHECKED
    """What the source page showed."""
    same_page: bool = False
    """Whether source and target are the same page."""
    same_host: bool = False
    """Whether the source stands on the target's own host."""
    own_blocked: bool = False
    """Whether the owner's blocklist names the source."""
    own_allowed: bool = False
    """Whether the owner's allowlist names the source."""
    unread_probability: float | None = None
    """The probability had nobody looked at the page; only known when the page could not be read."""


UNREAD = frozenset({LinkStatus.UNREACHABLE, LinkStatus.REFUSED, LinkStatus.TOO_LARGE, LinkStatus.NOT_HTML})
"""States of a page that nobody could read whole."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's tolerance."""

    cutoffs: Cutoffs
    """Where approving ends and spam begins."""
    self_pings: Verdict = field(default=Verdict.APPROVE)
    """What happens to a verified self-ping; spam refuses them."""

    def decide(self, facts: Facts) -> tuple[Verdict, Rule | None]:
        """The verdict, and the hard rule that set it; None: the probability did."""
        if facts.same_page:
            return Verdict.SPAM, Rule.SAME_PAGE
        if facts.own_blocked:
            return Verdict.SPAM, Rule.OWN_BLOCKLIST
        found = facts.status is LinkStatus.FOUND
        if facts.same_host and found:
            return self.self_pings, Rule.SELF_PING
        verdict = self.cutoffs.verdict(facts.spam_probability)
        if facts.own_allowed and verdict is not Verdict.APPROVE:
            # a sender's word proves nothing: only a page that really links is approved unseen
            return (Verdict.APPROVE if found else Verdict.HOLD), Rule.OWN_ALLOWLIST
        if verdict is Verdict.APPROVE and facts.status in (LinkStatus.MISSING, LinkStatus.GONE):
            return Verdict.HOLD, Rule.NO_LINK
        if verdict is Verdict.SPAM and facts.status in UNREAD and facts.unread_probability is not None:
            unread = self.cutoffs.verdict(facts.unread_probability)
            if unread is not Verdict.SPAM:
                return Verdict.HOLD, Rule.UNREAD_PAGE
        return verdict, None
