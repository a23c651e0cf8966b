"""Domain reputation from experience: how the owner judged the same sender, network, domain and wording before.

Labels fade with time and count from the moment they arrived. Of the source's author only those count whose linkback
was verified, so that nobody can spoil another one's name. A share is drawn towards one half as long as there are few
labels, and fewer than three approvals say nothing: a good name cannot be bought with one harmless link. A key that was
never judged has no share (nan).
"""

from __future__ import annotations

from math import isnan, nan
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.history.base import DAY, UNKNOWN_REPUTATION, Reputation, Snapshot

__all__ = [
    "ENOUGH",
    "GREY_PERIOD",
    "REPUTATION",
    "ReputationFeatures",
    "counted",
    "has_bad_name",
    "has_good_name",
    "reputation_features",
    "spam_share",
    "without_reputation",
]

GREY_PERIOD = 7 * DAY
"""Seconds for which a domain that is new to a site is no friend yet, as in Movable Type's junk filter."""
ENOUGH = 2.5
"""Weight of approvals from which on they count: three of the last months."""
_SHRINKAGE = 2.0
"""Labels' worth of doubt in a share: after two spam labels it is 0.75, after eight 0.9."""
_PRIOR = 0.5
"""The share towards which doubt draws: it takes no side, since what is usual differs from blog to blog."""


class ReputationFeatures(NamedTuple):
    """What was judged before this linkback, as far as the labels had arrived by then."""

    sender_spam_share: Annotated[float, "share of spam among what the sender's address sent, cautiously"]
    sender_judged: Annotated[float, "how many judged linkbacks the sender's address has, recent ones weighing more"]
    network_spam_share: Annotated[float, "share of spam among what the sender's network sent, cautiously"]
    network_judged: Annotated[float, "how many judged linkbacks the sender's network has, recent ones weighing more"]
    domain_spam_share: Annotated[float, "share of spam among the source domain's linkbacks, cautiously"]
    domain_judged: Annotated[float, "how many judged linkbacks the source domain has, recent ones weighing more"]
    template_spam_share: Annotated[float, "share of spam among linkbacks with nearly the same wording, cautiously"]
    template_judged: Annotated[
        float, "how many judged linkbacks have nearly the same wording, recent ones weighing more"
    ]
    site_approved: Annotated[float, "linkbacks of the source domain that this blog approved, recent ones weighing more"]
    site_spam: Annotated[float, "linkbacks of the source domain that this blog called spam, recent ones weighing more"]
    site_spam_share: Annotated[float, "share of spam among the source domain's linkbacks to this blog, cautiously"]
    site_days_known: Annotated[float, "days since this blog first heard of the source domain"]
    site_grey_period: Annotated[float, "this blog first heard of the source domain less than a week ago"]
    site_friend: Annotated[float, "this blog has approved the source domain and has known it for a week or more"]


def counted(reputation: Reputation) -> Reputation:
    """The reputation without approvals that are too few to say anything.

    >>> counted(Reputation(ham=2.0, spam=1.0, age=0.0))
    Reputation(ham=0.0, spam=1.0, age=0.0)
    """
    return reputation._replace(ham=0.0) if reputation.ham < ENOUGH else reputation


def spam_share(reputation: Reputation) -> float:
    """A key's share of spam, drawn towards one half while few labels are known.

    Args:
        reputation: How the key's linkbacks were judged.

    Returns:
        The share, 0 to 1; nan: the key is not known or was never judged.

    >>> spam_share(Reputation(ham=0.0, spam=2.0, age=0.0))
    0.75
    """
    judged = reputation.ham + reputation.spam
    return (reputation.spam + _SHRINKAGE * _PRIOR) / (judged + _SHRINKAGE) if judged > 0 else nan


def has_good_name(snapshot: Snapshot) -> bool:
    """Whether enough of the sender, its network, the author or the wording was approved to say something."""
    return (
        snapshot.sender_reputation.ham >= ENOUGH
        or snapshot.network_reputation.ham >= ENOUGH
        or snapshot.domain_reputation.ham >= ENOUGH
        or snapshot.template_reputation.ham >= ENOUGH
        or snapshot.site_author_reputation.ham >= ENOUGH
    )


def has_bad_name(snapshot: Snapshot) -> bool:
    """Whether something of the author was called spam, here or on another blog."""
    return snapshot.domain_reputation.spam > 0 or snapshot.site_author_reputation.spam > 0


def without_reputation(snapshot: Snapshot) -> Snapshot:
    """The snapshot, had nothing been judged before; when the blog first heard of the author stays known."""
    met = UNKNOWN_REPUTATION._replace(age=snapshot.site_author_reputation.age)
    return snapshot._replace(
        sender_reputation=UNKNOWN_REPUTATION,
        network_reputation=UNKNOWN_REPUTATION,
        domain_reputation=UNKNOWN_REPUTATION,
        template_reputation=UNKNOWN_REPUTATION,
        site_author_reputation=met,
    )


def reputation_features(context: FeatureContext) -> ReputationFeatures:
    """Reads the reputations from the snapshot.

    Args:
        context: The shared inputs; only its snapshot is read.

    Returns:
        The features; nan for what a key that is not known would have shown.
    """
    snapshot = context.snapshot
    sender, network = counted(snapshot.sender_reputation), counted(snapshot.network_reputation)
    domain, template = counted(snapshot.domain_reputation), counted(snapshot.template_reputation)
    site = counted(snapshot.site_author_reputation)
    return ReputationFeatures(
        spam_share(sender),
        sender.ham + sender.spam,
        spam_share(network),
        network.ham + network.spam,
        spam_share(domain),
        domain.ham + domain.spam,
        spam_share(template),
        template.ham + template.spam,
        site.ham,
        site.spam,
        spam_share(site),
        site.age / DAY,
        nan if isnan(site.age) else float(site.age < GREY_PERIOD),
        nan if isnan(site.ham) else float(site.ham > site.spam and site.age >= GREY_PERIOD),
    )


REPUTATION = Group.of("reputation", "domain reputation", ReputationFeatures, reputation_features, reads_snapshot=True)
"""Domain reputation from experience."""
