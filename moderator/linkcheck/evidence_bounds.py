"""The best and the worst that a look at a source page could show, for asking whether a look is worth its while."""

from __future__ import annotations

from moderator.records import LinkEvidence, LinkPosition, LinkStatus

__all__ = ["BEST", "WORST"]

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

WORST = LinkEvidence(
    status=LinkStatus.MISSING,
    http_status=200,
    redirects=0,
    outbound_links=300,
    outbound_domains=100,
    text_length=3000,
    link_text_share=0.8,
    title_on_page=0.0,
    excerpt_on_page=0.0,
    copied_share=0.0,
    page_relevance=0.0,
)
"""A page of links that does not link to us and knows nothing of the claim."""
