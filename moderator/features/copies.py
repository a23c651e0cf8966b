"""Copies: whether other authors used the same title, permalink, excerpt, page text or link before, however long ago.

One article that appears on several domains over months is seen by no window, nor is one customer whom several pages
link to for money. What two honest people write alike (short titles, round-ups, quotations of our own post) is left
out; see `moderator.history.wordings`.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.history.base import DAY, UNKNOWN_COPIES
from moderator.records import LinkStatus

__all__ = ["COPIES", "CopyFeatures", "copy_features"]


class CopyFeatures(NamedTuple):
    """Who used the same wording before; nan: there is no such wording, or people share it."""

    title_authors: Annotated[float, "other domains that used the same title before, however long ago"]
    title_days: Annotated[float, "days since another domain first used the same title"]
    slug_authors: Annotated[float, "other domains that used the same words in their address before, however long ago"]
    slug_days: Annotated[float, "days since another domain first used the same words in its address"]
    excerpt_authors: Annotated[float, "other domains that sent nearly the same excerpt before, however long ago"]
    excerpt_days: Annotated[float, "days since another domain first sent nearly the same excerpt"]
    page_authors: Annotated[float, "other domains whose page had nearly the same text, however long ago"]
    page_days: Annotated[float, "days since another domain first had a page with nearly the same text"]
    bought_authors: Annotated[float, "other domains with a link that looks bought to the same site before"]
    bought_days: Annotated[float, "days since another domain first had a link that looks bought to the same site"]


def copy_features(context: FeatureContext) -> CopyFeatures:
    """Reads the copies from the snapshot.

    Args:
        context: The shared inputs; its snapshot is read, and whether the page was seen to link.

    Returns:
        The counts before the linkback, itself and its own author not counted.
    """
    snapshot = context.snapshot
    title, slug, excerpt = snapshot.title_copies, snapshot.slug_copies, snapshot.excerpt_copies
    found = context.evidence.status is LinkStatus.FOUND
    page, bought = (snapshot.page_copies, snapshot.bought_copies) if found else (UNKNOWN_COPIES, UNKNOWN_COPIES)
    return CopyFeatures(
        title.authors,
        title.age / DAY,
        slug.authors,
        slug.age / DAY,
        excerpt.authors,
        excerpt.age / DAY,
        page.authors,
        page.age / DAY,
        bought.authors,
        bought.age / DAY,
    )


COPIES = Group.of("copies", "bulk sending", CopyFeatures, copy_features, reads_evidence=True, reads_snapshot=True)
"""Copies over the long run."""
