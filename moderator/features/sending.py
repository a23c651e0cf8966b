"""Bulk sending: how much the same sender, network, domain and wording sent lately, and how far it spread.

Counts are given as they are, 0 to `RECENT` where the history saturates, without a logarithm: the trees that read
them split at the same places either way, and a person reading a reason wants "12", not 2.56. A sender that the
linkback does not tell, or a linkback without a date, leaves its counts unknown (nan), which is not the same as none.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext

__all__ = ["SENDING", "SendingFeatures", "sending_features"]


class SendingFeatures(NamedTuple):
    """What was sent before this linkback, over all blogs that share the history."""

    sender_1h: Annotated[float, "linkbacks from the sender's address in the last hour"]
    sender_24h: Annotated[float, "linkbacks from the sender's address in the last day"]
    sender_7d: Annotated[float, "linkbacks from the sender's address in the last week"]
    sender_targets_1h: Annotated[float, "different pages the sender's address pointed to in the last hour"]
    sender_targets_24h: Annotated[float, "different pages the sender's address pointed to in the last day"]
    sender_targets_7d: Annotated[float, "different pages the sender's address pointed to in the last week"]
    sender_domains_7d: Annotated[float, "different source domains from the sender's address in the last week"]
    sender_since_last: Annotated[float, "seconds since the sender's address was last seen"]
    network_1h: Annotated[float, "linkbacks from the sender's network in the last hour"]
    network_24h: Annotated[float, "linkbacks from the sender's network in the last day"]
    network_7d: Annotated[float, "linkbacks from the sender's network in the last week"]
    network_targets_7d: Annotated[float, "different pages the sender's network pointed to in the last week"]
    network_domains_7d: Annotated[float, "different source domains from the sender's network in the last week"]
    network_senders_7d: Annotated[float, "different addresses of the sender's network seen in the last week"]
    domain_1h: Annotated[float, "linkbacks from the source domain in the last hour"]
    domain_24h: Annotated[float, "linkbacks from the source domain in the last day"]
    domain_7d: Annotated[float, "linkbacks from the source domain in the last week"]
    domain_targets_1h: Annotated[float, "different pages the source domain pointed to in the last hour"]
    domain_targets_24h: Annotated[float, "different pages the source domain pointed to in the last day"]
    domain_targets_7d: Annotated[float, "different pages the source domain pointed to in the last week"]
    domain_senders_7d: Annotated[float, "different addresses that sent for the source domain in the last week"]
    domain_since_last: Annotated[float, "seconds since the source domain was last seen"]
    template_1h: Annotated[float, "linkbacks with nearly the same wording in the last hour"]
    template_24h: Annotated[float, "linkbacks with nearly the same wording in the last day"]
    template_7d: Annotated[float, "linkbacks with nearly the same wording in the last week"]
    template_targets_7d: Annotated[float, "different pages that nearly the same wording pointed to in the last week"]
    template_domains_7d: Annotated[float, "different source domains with nearly the same wording in the last week"]
    template_senders_7d: Annotated[float, "different addresses that sent nearly the same wording in the last week"]
    template_since_last: Annotated[float, "seconds since nearly the same wording was last seen"]
    target_1h: Annotated[float, "linkbacks to this page in the last hour"]
    target_24h: Annotated[float, "linkbacks to this page in the last day"]
    target_7d: Annotated[float, "linkbacks to this page in the last week"]
    target_domains_7d: Annotated[float, "different source domains that pointed to this page in the last week"]
    site_1h: Annotated[float, "linkbacks to this blog in the last hour"]
    site_24h: Annotated[float, "linkbacks to this blog in the last day"]
    site_7d: Annotated[float, "linkbacks to this blog in the last week"]


def sending_features(context: FeatureContext) -> SendingFeatures:
    """Reads the rates from the snapshot.

    Args:
        context: The shared inputs; only its snapshot is read.

    Returns:
        The counts before the linkback, itself not counted; nan where its key or its date is not known.
    """
    sender, network, domain, template, target, site = context.snapshot[:6]
    return SendingFeatures(
        sender.count_1h,
        sender.count_24h,
        sender.count_7d,
        sender.targets_1h,
        sender.targets_24h,
        sender.targets_7d,
        sender.domains_7d,
        sender.since_last,
        network.count_1h,
        network.count_24h,
        network.count_7d,
        network.targets_7d,
        network.domains_7d,
        network.senders_7d,
        domain.count_1h,
        domain.count_24h,
        domain.count_7d,
        domain.targets_1h,
        domain.targets_24h,
        domain.targets_7d,
        domain.senders_7d,
        domain.since_last,
        template.count_1h,
        template.count_24h,
        template.count_7d,
        template.targets_7d,
        template.domains_7d,
        template.senders_7d,
        template.since_last,
        target.count_1h,
        target.count_24h,
        target.count_7d,
        target.domains_7d,
        site.count_1h,
        site.count_24h,
        site.count_7d,
    )


SENDING = Group.of("sending", "bulk sending", SendingFeatures, sending_features, reads_snapshot=True)
"""Bulk sending: rates and spread."""
