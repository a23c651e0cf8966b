"""Link verification: what the look at the source page says, as numbers.

Everything here is read from the recorded `LinkEvidence`; nothing is fetched. A page that was not read leaves what it
would have shown unknown, so an unread page never looks like a page without a link.
"""

from __future__ import annotations

from math import log1p, nan
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.records import LinkPosition, LinkStatus, SenderMatch
from moderator.urls import parse_url

__all__ = ["LINK", "LinkFeatures", "link_features"]


class LinkFeatures(NamedTuple):
    """The look at the source page. All but `not_checked` are nan when nobody looked."""

    not_checked: Annotated[float, "nobody looked at the source page"]
    found: Annotated[float, "the source page links to the target"]
    missing: Annotated[float, "the source page was read and does not link to the target"]
    gone: Annotated[float, "the source page does not exist (404, 410)"]
    unreachable: Annotated[float, "the source page could not be reached"]
    refused: Annotated[float, "the source address is one that is not visited"]
    too_large: Annotated[float, "the source page is too large and no link stands in the part that was read"]
    not_html: Annotated[float, "the source is not a page in which a link can stand"]
    in_article: Annotated[float, "the link stands in an article"]
    in_furniture: Annotated[float, "the link stands in a header, menu, sidebar or footer"]
    in_comments: Annotated[float, "the link stands among comments"]
    hidden: Annotated[float, "the link is hidden from readers"]
    nofollow: Annotated[float, "the link says rel=nofollow"]
    ugc: Annotated[float, "the link says rel=ugc"]
    sponsored: Annotated[float, "the link says rel=sponsored"]
    anchor_length: Annotated[float, "length of the link's text, log(1 + characters)"]
    snippet_length: Annotated[float, "length of the text around the link, log(1 + characters)"]
    outbound_links: Annotated[float, "links from the page to other hosts, log(1 + count)"]
    outbound_domains: Annotated[float, "distinct domains the page links to, log(1 + count)"]
    domains_per_link: Annotated[float, "distinct domains for each link to another host, 0 to 1"]
    text_length: Annotated[float, "visible text on the page, log(1 + characters)"]
    link_text_share: Annotated[float, "share of the page's text that stands inside links"]
    links_per_1000: Annotated[float, "links to other hosts for 1,000 characters of text, log(1 + rate)"]
    redirects: Annotated[float, "redirects on the way to the page"]
    moved_domain: Annotated[float, "the redirects led to another domain"]
    title_on_page: Annotated[float, "share of the title's words that stand on the page"]
    excerpt_on_page: Annotated[float, "share of the excerpt that stands on the page"]
    copied_share: Annotated[float, "share of our post that the page repeats"]
    page_relevance: Annotated[float, "how near the page's words are to our post's"]
    sender_same_address: Annotated[float, "the sender's address is one of the source host's"]
    sender_same_network: Annotated[float, "the sender's address is in the source host's network"]
    dns_listed: Annotated[float, "DNS lists that name the source or the sender"]


_NOT_CHECKED = LinkFeatures(1.0, *([nan] * (len(LinkFeatures._fields) - 1)))
_FURNITURE = frozenset({LinkPosition.HEADER, LinkPosition.NAV, LinkPosition.ASIDE, LinkPosition.FOOTER})


def link_features(context: FeatureContext) -> LinkFeatures:
    """Turns the evidence about the source page into numbers.

    Args:
        context: The shared inputs; its evidence, linkback and parsed source are read.

    Returns:
        The features; nan for whatever the page would have shown, had it been read or held a link.
    """
    evidence = context.evidence
    status = evidence.status
    if status is LinkStatus.NOT_CHECKED:
        return _NOT_CHECKED
    position = evidence.position
    has_link = evidence.hidden is not None
    placed = position is not LinkPosition.UNKNOWN
    links, domains, length = evidence.outbound_links, evidence.outbound_domains, evidence.text_length
    sender = evidence.sender_match
    sender_known = sender is not SenderMatch.UNKNOWN
    return LinkFeatures(
        not_checked=0.0,
        found=float(status is LinkStatus.FOUND),
        missing=float(status is LinkStatus.MISSING),
        gone=float(status is LinkStatus.GONE),
        unreachable=float(status is LinkStatus.UNREACHABLE),
        refused=float(status is LinkStatus.REFUSED),
        too_large=float(status is LinkStatus.TOO_LARGE),
        not_html=float(status is LinkStatus.NOT_HTML),
        in_article=float(position is LinkPosition.ARTICLE) if placed else nan,
        in_furniture=float(position in _FURNITURE) if placed else nan,
        in_comments=float(position is LinkPosition.COMMENTS) if placed else nan,
        hidden=_number(evidence.hidden),
        nofollow=_number(evidence.nofollow),
        ugc=_number(evidence.ugc),
        sponsored=_number(evidence.sponsored),
        anchor_length=log1p(len(evidence.anchor_text)) if has_link else nan,
        snippet_length=log1p(len(evidence.snippet)) if has_link else nan,
        outbound_links=_log(links),
        outbound_domains=_log(domains),
        domains_per_link=domains / links if domains is not None and links else nan,
        text_length=_log(length),
        link_text_share=_number(evidence.link_text_share),
        links_per_1000=log1p(1000.0 * links / max(length, 1)) if links is not None and length is not None else nan,
        redirects=_number(evidence.redirects),
        moved_domain=_moved(context),
        title_on_page=_number(evidence.title_on_page),
        excerpt_on_page=_number(evidence.excerpt_on_page),
        copied_share=_number(evidence.copied_share),
        page_relevance=_number(evidence.page_relevance),
        sender_same_address=float(sender is SenderMatch.SAME_ADDRESS) if sender_known else nan,
        sender_same_network=float(sender is not SenderMatch.DIFFERENT) if sender_known else nan,
        dns_listed=nan if evidence.listed_in is None else float(len(evidence.listed_in)),
    )


def _number(value: float | None) -> float:
    return nan if value is None else float(value)


def _log(count: int | None) -> float:
    return nan if count is None else log1p(count)


def _moved(context: FeatureContext) -> float:
    final = context.evidence.final_url
    if not final:
        return nan
    if final == context.linkback.source_url:
        return 0.0
    return float(parse_url(final).domain != context.source.domain)


LINK = Group.of("link", "link verification", LinkFeatures, link_features, reads_evidence=True)
"""The features of the look at the source page."""
