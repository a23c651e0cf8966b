"""From a probability to a verdict: two cut-offs and a few hard rules.

Below `Cutoffs.approve_below` a linkback is approved, at or above `Cutoffs.spam_from` it is spam, and what lies
between is held. The hard rules are few and each names itself in the decision. Two of them bound what a look at the
source page may do: only a page that was read and shows the link to a reader is approved where pages are looked at, and
no page is spam for the only reason that it could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import nan

from moderator.history.base import DAY
from moderator.records import Kind, LinkEvidence, LinkStatus, Verdict

__all__ = ["BOUGHT_LATELY", "UNREAD", "Cutoffs", "Facts", "Policy", "Rule", "claim_stands", "excusable"]


class Rule(StrEnum):
    """The hard rules, in the order in which they are asked."""

    SAME_PAGE = "the source is the target itself"
    OWN_BLOCKLIST = "the owner's blocklist names the source"
    SELF_PING = "our own page, and it does link to the target"
    OWN_ALLOWLIST = "the owner's allowlist names the source"
    NO_LINK = "the page does not link to the target"
    UNREAD_PAGE = "the page could not be read: a reason neither to approve it nor to call it spam"
    FALSE_CLAIM = "what was sent does not stand on the page: it may be a stranger's words in the page's name"
    HIDDEN_LINK = "the link is hidden from readers: that alone is no spam, but it is not approved"
    SENT_ON = "the page sends its readers on to another site"
    COPY = "most of our post stands on the page, which its words then cannot speak for"
    BOUGHT_LINK = "a link on the page looks bought, and another author's page had one to the same site lately"
    UNSEEN_PAGE = "nobody has looked at the page yet, and nothing is approved unseen"
    REPUTATION_ALONE = "its author was called spam before, and its words say the opposite"
    REPORTS_ALONE = "other blogs' reports alone hold it at most, unless most of those that you trust agree"
    FAILURE = "the engine could not finish"


CLEAR = 3.0
"""Times the odds of the spam cut-off from which words alone make spam where pages are looked at. Of the real linkbacks,
scored by models that saw nothing of their site, 0.2 % of the ham and 55 % of the spam lie above the default cut-off,
and 0.03 % and 45 % above three times its odds."""


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

    def is_clear(self, spam_probability: float) -> bool:
        """Whether it is spam by `CLEAR` times the odds of the cut-off, so that no page has to be looked at.

        >>> [Cutoffs(0.1, 0.9).is_clear(chance) for chance in (0.9, 0.95, 0.97)]
        [False, False, True]
        """
        wanted = CLEAR * self.spam_from * (1 - spam_probability)
        return self.spam_from <= 1 and spam_probability * (1 - self.spam_from) >= wanted


@dataclass(frozen=True, slots=True)
class Facts:
    """What the hard rules look at."""

    spam_probability: float
    """The calibrated probability, 0 to 1."""
    status: LinkStatus = LinkStatus.NOT_CHECKED
    """What the source page showed."""
    hidden: bool = False
    """Whether the page links to the target where no reader sees it."""
    claim_stands: bool = True
    """Whether what was sent besides the addresses is what the page itself says, as far as that is known."""
    sent_on: bool = False
    """Whether a refresh or script of the page sends its readers to another domain."""
    copied_share: float | None = None
    """Share of our post that the page repeats, 0 to 1; None: not known."""
    bought_age: float = nan
    """Seconds since another author's page first had a link that looks bought to the site of this page's; nan: none had
    one, or this page has none."""
    must_see: bool = False
    """Whether pages are looked at here, so that nothing is approved unseen."""
    same_page: bool = False
    """Whether source and target are the same page."""
    own_page: bool = False
    """Whether the blog's own author surely wrote the source, at its final address, too."""
    own_blocked: bool = False
    """Whether the owner's blocklist names the source's author, or the one at its final address."""
    own_allowed: bool = False
    """Whether the owner's allowlist names the source's author, and the one at its final address."""
    words_probability: float | None = None
    """The probability without any reputation, of spam whose author was called spam before; None: it was not."""
    excused_probability: float | None = None
    """The probability without what is no reason to call it spam (see `excusable`); None: there is no such thing."""
    unreported_probability: float | None = None
    """The probability without other publishers' reports; None: there are none, or enough of them agree (see
    `moderator.domain_lists.reports.Reports.confirmed`)."""


UNREAD = frozenset(
    {LinkStatus.UNREACHABLE, LinkStatus.REFUSED, LinkStatus.TOO_LARGE, LinkStatus.NOT_HTML, LinkStatus.GONE}
)
"""States of a page that nobody could read whole."""


COPY = 0.6
"""Share of our post from which a page is a copy of it; who quotes to answer repeats less than half."""
BOUGHT_LATELY = 90 * DAY
"""Seconds up to which `Facts.bought_age` is lately: who buys links has them placed within weeks, while people have
linked to a well-known site for years."""
_CLAIM_STANDS = 0.5
"""Share of a sent title's or excerpt's words that must stand on the page, so that the page can be said to say so."""


def claim_stands(kind: Kind, evidence: LinkEvidence) -> bool:
    """Whether what was sent besides the addresses is what the page itself says.

    A pingback and a webmention bring no words: what is kept with them was read from the page. A share that is not
    known does not speak against a claim.
    """
    if kind in (Kind.PINGBACK, Kind.WEBMENTION):
        return True
    shares = [share for share in (evidence.title_on_page, evidence.excerpt_on_page) if share is not None]
    return all(share >= _CLAIM_STANDS for share in shares)


def excusable(evidence: LinkEvidence) -> LinkEvidence | None:
    """The same evidence without what is, by itself, no reason to call a linkback spam.

    Returns:
        For a page that could not be read, what is known where nobody looked; for a hidden or missing link, a visible
        one; None: there is nothing to excuse.
    """
    if evidence.status in UNREAD:
        return LinkEvidence()
    if evidence.status is LinkStatus.MISSING:
        return replace(evidence, status=LinkStatus.FOUND)
    if evidence.status is LinkStatus.FOUND and evidence.hidden:
        return replace(evidence, hidden=False)
    return None


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's tolerance."""

    cutoffs: Cutoffs
    """Where approving ends and spam begins."""
    self_pings: Verdict = field(default=Verdict.APPROVE)
    """What happens to a verified self-ping; spam refuses them."""
    homes: tuple[str, ...] = ()
    """Addresses of the receiving blogs, as far as they are known: one that lies in a folder owns no other."""

    def decide(self, facts: Facts) -> tuple[Verdict, Rule | None]:
        """The verdict, and the hard rule that set it; None: the probability did."""
        if facts.same_page:
            return Verdict.SPAM, Rule.SAME_PAGE
        if facts.own_blocked:
            return Verdict.SPAM, Rule.OWN_BLOCKLIST
        found = facts.status is LinkStatus.FOUND
        if facts.own_page and found:
            return self.self_pings, Rule.SELF_PING
        verdict = self.cutoffs.verdict(facts.spam_probability)
        if facts.own_allowed and verdict is not Verdict.APPROVE:
            # a sender's word proves nothing: only a page that shows its link is approved by its name
            return (Verdict.APPROVE if found and not facts.hidden else Verdict.HOLD), Rule.OWN_ALLOWLIST
        if facts.words_probability is not None and not facts.own_allowed:
            words = self.cutoffs.verdict(facts.words_probability)
            if verdict is Verdict.SPAM and words is Verdict.APPROVE:
                return Verdict.HOLD, Rule.REPUTATION_ALONE
        if verdict is Verdict.APPROVE:
            lacking = _not_seen_to_link(facts)
            return (verdict, None) if lacking is None else (Verdict.HOLD, lacking)
        if facts.unreported_probability is not None:
            unreported = self.cutoffs.verdict(facts.unreported_probability)
            if verdict is Verdict.SPAM and unreported is not Verdict.SPAM:
                return Verdict.HOLD, Rule.REPORTS_ALONE
        if verdict is Verdict.SPAM and facts.excused_probability is not None:
            excused = self.cutoffs.verdict(facts.excused_probability)
            if excused is not Verdict.SPAM:
                return Verdict.HOLD, _not_seen_to_link(facts)
        return verdict, None


def _not_seen_to_link(facts: Facts) -> Rule | None:
    """Why a linkback that looks good is not approved; None: its page honestly links, or nobody looks at pages here."""
    if facts.status is LinkStatus.FOUND:
        if facts.hidden:
            return Rule.HIDDEN_LINK
        if facts.sent_on:
            return Rule.SENT_ON
        if facts.copied_share is not None and facts.copied_share >= COPY:
            return Rule.COPY
        if facts.bought_age < BOUGHT_LATELY and not facts.own_allowed:
            return Rule.BOUGHT_LINK
        return None if facts.claim_stands else Rule.FALSE_CLAIM
    if facts.status is LinkStatus.MISSING:
        return Rule.NO_LINK
    if facts.status in UNREAD:
        return Rule.UNREAD_PAGE
    return Rule.UNSEEN_PAGE if facts.must_see else None
