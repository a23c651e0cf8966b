"""Everything the feature groups share about one linkback, derived once."""

from __future__ import annotations

from typing import NamedTuple

from moderator.domain_lists.base import ListHits
from moderator.history.base import Snapshot
from moderator.records import Linkback, LinkEvidence
from moderator.text import PostWords
from moderator.urls import Url

__all__ = ["FeatureContext"]


class FeatureContext(NamedTuple):
    """The frozen inputs of every feature."""

    linkback: Linkback
    """What was sent."""
    source: Url
    """Its source URL, parsed."""
    target: Url
    """Its target URL, parsed."""
    title_words: tuple[str, ...]
    """Words of the title sent, lower case; empty: no title."""
    excerpt_words: tuple[str, ...]
    """Words of the excerpt sent without markup, lower case; empty: no excerpt."""
    name_words: tuple[str, ...]
    """Words of the blog name sent, lower case; empty: no blog name."""
    post: PostWords | None
    """Our post, tokenised and weighed once; None: not known."""
    evidence: LinkEvidence
    """What the source page showed."""
    lists: ListHits
    """Where the source's author stands in domain lists."""
    snapshot: Snapshot
    """What the history knew before this linkback."""
    final: Url | None = None
    """Where the source's redirects led, parsed; None: nobody looked, or there were none."""
    final_lists: ListHits | None = None
    """Where the author at the final address stands in domain lists; None: as `lists`."""
