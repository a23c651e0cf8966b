"""What a page's head says: title, site, canonical address, refresh, feed, author and date."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

__all__ = ["Head", "read_head"]

MAX_NAME = 300
"""Characters of the page's title and blog name that are kept."""

_REFRESH = re.compile(r"\s*\d{1,9}(?:\.\d{0,9})?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']{1,4096})", re.IGNORECASE)
_SITE_NAMES = frozenset({"og:site_name", "application-name"})
_AUTHORS = frozenset({"author", "article:author", "dc.creator", "dcterms.creator"})
_DATES = frozenset({"article:published_time", "date", "dc.date", "dcterms.created", "datepublished", "pubdate"})
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


class Head(NamedTuple):
    """What the page says of itself."""

    title: str = ""
    blog_name: str = ""
    canonical: str = ""
    refresh: str = ""
    feed: bool = False
    author: bool = False
    dated: bool = False


def read_head(head: LexborNode | None, absolute: Callable[[str], str]) -> Head:
    """Reads a head.

    Args:
        head: Its element; None: the page has none.
        absolute: Makes an address absolute.
    """
    if head is None:
        return Head()
    title = blog_name = canonical = refresh = ""
    feed = author = dated = False
    for node in head.css("title, meta[content], link[href]"):
        attributes = node.attributes
        if node.tag == "title":
            title = title or _collapsed(node.text())[:MAX_NAME]
            continue
        if node.tag == "link":
            rel = (attributes.get("rel") or "").lower().split()
            if not canonical and "canonical" in rel:
                canonical = absolute(attributes.get("href") or "")
            author = author or "author" in rel
            feed = feed or ("alternate" in rel and (attributes.get("type") or "").strip().lower() in _FEEDS)
            continue
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name in _SITE_NAMES:
            blog_name = blog_name or _collapsed(content)[:MAX_NAME]
        elif not refresh and (attributes.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(content)
            refresh = absolute(found[1].strip()) if found else ""
        author = author or (name in _AUTHORS and bool(content))
        dated = dated or (name in _DATES and bool(content))
    return Head(title, blog_name, canonical, refresh, feed, author, dated)


def _collapsed(text: str) -> str:
    return " ".join(text.split())
