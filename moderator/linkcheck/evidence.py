"""Builds evidence from a fetched page. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from moderator.html.charset import decode_page
from moderator.html.main_text import MAIN_TEXT
from moderator.html.page import PageFacts, read_page
from moderator.linkcheck.consistency import check_consistency, match_sender
from moderator.linkcheck.fetch import Fetched
from moderator.records import Kind, Linkback, LinkEvidence, LinkStatus, Post

__all__ = ["EvidenceReader", "build_evidence"]

EvidenceReader = Callable[[Linkback, Post | None, Fetched, datetime], LinkEvidence]
"""What `build_evidence` is."""
MAX_URL = 500
"""Characters kept of the addresses that a page names."""
_DETAIL = re.compile(r"[a-z0-9.+/-]{1,60}", re.ASCII)


def build_evidence(linkback: Linkback, post: Post | None, fetched: Fetched, at: datetime) -> LinkEvidence:
    """Turns what was fetched into evidence. Pure.

    Args:
        linkback: What was sent.
        post: Our post; None: not known.
        fetched: What came of its source.
        at: When it was fetched.
    """
    evidence = LinkEvidence(
        checked_at=at,
        final_url=fetched.url,
        http_status=fetched.http_status,
        redirects=fetched.redirects,
        sender_match=match_sender(linkback.sender_ip, fetched.addresses),
    )
    if not fetched.is_html:
        kind = fetched.media_type if _DETAIL.fullmatch(fetched.media_type) else "unknown type"
        evidence = replace(evidence, status=LinkStatus.NOT_HTML, detail=kind)
        if fetched.media_type != "text/plain" or not fetched.body:
            return evidence
        text = " ".join(decode_page(fetched.body, fetched.charset)[0].split())
        evidence = replace(evidence, text_length=len(text), page_text=text[:MAIN_TEXT].rstrip())
        return _with_claim(evidence, linkback, post, PageFacts(text=text))
    facts = read_page(
        fetched.body,
        fetched.url,
        linkback.target_url,
        charset=fetched.charset,
        embeds=linkback.kind is Kind.WEBMENTION,
        xml="xhtml" in fetched.media_type,
    )
    status, detail = _status(facts, fetched)
    evidence = replace(evidence, status=status, detail=detail)
    if status is LinkStatus.UNREACHABLE or facts.too_complicated:
        return evidence
    if facts.links:
        best = facts.links[0]
        evidence = replace(
            evidence,
            position=best.position,
            hidden=best.hidden,
            nofollow=best.nofollow,
            ugc=best.ugc,
            sponsored=best.sponsored,
            anchor_text=best.text,
            snippet=best.snippet,
        )
    evidence = replace(
        evidence,
        outbound_links=facts.outbound_links,
        outbound_domains=facts.outbound_domains,
        text_length=len(facts.text),
        link_text_share=facts.link_text_share,
        page_title=facts.title,
        page_blog_name=facts.blog_name,
        page_text=facts.main_text,
        page_links=facts.outbound,
        internal_links=facts.internal_links,
        page_canonical=facts.canonical[:MAX_URL],
        page_redirect=facts.redirect[:MAX_URL],
        page_feed=facts.feed,
        page_author=facts.author,
        page_dated=facts.dated,
        page_microformats=facts.microformats,
        page_comments=facts.comments,
        page_response=facts.response.kind,
        page_author_name=facts.response.author,
        page_author_photo=facts.response.photo,
    )
    return _with_claim(evidence, linkback, post, facts)


def _status(facts: PageFacts, fetched: Fetched) -> tuple[LinkStatus, str]:
    if facts.too_complicated:
        return LinkStatus.TOO_LARGE, "too complicated"
    if facts.links:
        return LinkStatus.FOUND, ""
    if fetched.cut == "page too large":
        return LinkStatus.TOO_LARGE, ""
    if fetched.cut:
        return LinkStatus.UNREACHABLE, fetched.cut
    return LinkStatus.MISSING, "meta refresh" if facts.redirect else ""


def _with_claim(evidence: LinkEvidence, linkback: Linkback, post: Post | None, facts: PageFacts) -> LinkEvidence:
    return replace(evidence, **check_consistency(linkback, post, facts.text, facts.title)._asdict())
