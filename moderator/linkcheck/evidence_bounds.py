"""The best that a look at a source page could show, for asking whether a look is worth its while."""

from __future__ import annotations

from moderator.records import LinkEvidence, LinkPosition, LinkStatus

__all__ = ["BEST"]

BEST = LinkEvidence(
    status=LinkStatus.FOUND,
    http_status=200,
    redirects=0,
    position=LinkPosition.ARTICLE,
    hidden=False,
    nofollow=False,
    ugc=False,
    sponsored=False,
    outbound_links=5,
    outbound_domains=4,
    text_length=5000,
    link_text_share=0.05,
    title_on_page=1.0,
    excerpt_on_page=1.0,
    copied_share=0.0,
    page_relevance=0.4,
)
"""A normal article that links to us and holds what the sender claims."""
