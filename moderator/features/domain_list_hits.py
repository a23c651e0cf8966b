"""Where the source's host stands in domain lists.

A list is evidence, not a verdict: about 1 % of the entries of published spam lists also stand in lists of popular
sites or honest blogs.
"""

from __future__ import annotations

from math import isinf, isnan, log10, nan
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext

__all__ = ["LISTS", "UNRANKED", "ListFeatures", "list_features"]

UNRANKED = 7.0
"""Stands for "in no list of popular sites": the logarithm of rank ten million, behind the end of every such list."""


class ListFeatures(NamedTuple):
    """What domain lists say of the source's host or a parent of it; nan: no list of that sort is loaded."""

    blocked: Annotated[float, "share of the loaded blocklists that name the source's host, 0 to 1"]
    allowed: Annotated[float, "1 if an allowlist names the source's host"]
    rank_log10: Annotated[float, "order of magnitude of its rank among popular sites, 0 to 7; 7: in none of the lists"]
    shortener: Annotated[float, "1 if the source's host is a known URL shortener"]
    personal: Annotated[float, "1 if a list of personal sites names the source's host"]
    own_blocked: Annotated[float, "1 if the owner's own blocklist names the source's host"]
    own_allowed: Annotated[float, "1 if the owner's own allowlist names the source's host"]


def list_features(context: FeatureContext) -> ListFeatures:
    """Reads the features off the look-up that the material carries."""
    hits = context.lists
    return ListFeatures(
        blocked=hits.blocked,
        allowed=hits.allowed,
        rank_log10=_magnitude(hits.rank),
        shortener=hits.shortener,
        personal=hits.personal,
        own_blocked=hits.own_blocked,
        own_allowed=hits.own_allowed,
    )


def _magnitude(rank: float) -> float:
    if isnan(rank):
        return nan
    return UNRANKED if isinf(rank) else min(log10(max(rank, 1.0)), UNRANKED)


LISTS = Group.of("domain_list_hits", "domain reputation", ListFeatures, list_features)
