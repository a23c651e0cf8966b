"""What a page says about itself: its head, author, date, microformats, comments, and scripts that redirect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.markup import Markup

__all__ = ["Head", "has_comments", "has_microformats", "names_author", "names_date", "read_head", "script_redirect"]

MAX_NAME = 300
"""Characters of the page's title and blog name that are kept."""

_REFRESH = re.compile(r"\s*\d{1,9}(?:\.\d{0,9})?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']{1,4096})", re.IGNORECASE)
_SITE_NAMES = frozenset({"og:site_name", "application-name"})
_AUTHORS = frozenset({"author", "article:author", "dc.creator", "dcterms.creator"})
_DATES = frozenset({"article:published_time", "date", "dc.date", "dcterms.created", "datepublished", "pubdate"})
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
MAX_SCRIPTS = 30
"""Scripts that are searched for a redirect."""
MAX_SCRIPT = 20_000
"""Characters of each that are searched."""
SOME_TEXT = 20
"""Characters from which an element for comments counts as holding one; templates leave empty ones."""

_LOCATION = re.compile(
    r"(?<![\w$.])(?:(?:window|document|self|top|parent)\s*\.\s*){0,2}location\s*"
    r"(?:\.\s*href\s*)?(?:=|\.\s*(?:replace|assign)\s*\()\s*[\"'](https?:)?(//[^\"'\s<>]{3,500})[\"']"
)
_IN_FUNCTION = re.compile(r"\bfunction\b|=>")


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


def script_redirect(tree: LexborHTMLParser, markup: Markup) -> str:
    """Where a script sends the reader as soon as it runs; empty: nowhere, or unknown.

    Read is a plain assignment to ``location`` of a whole address, in a script without functions: what only runs on a
    click is left alone.
    """
    if not markup.may_have("script") or "location" not in markup.html:
        return ""
    for node in tree.css("script")[:MAX_SCRIPTS]:
        code = node.text()[:MAX_SCRIPT]
        found = _LOCATION.search(code)
        if found and not _IN_FUNCTION.search(code[: found.start()]):
            return (found[1] or "http:") + found[2]
    return ""


def has_microformats(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page has an h-card or h-entry, as personal sites that speak webmention do."""
    text = markup.html
    if not markup.may_name(b"h"):
        return False
    return ("h-card" in text or "h-entry" in text) and tree.css_first(".h-card, .h-entry") is not None


def names_author(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page's body names its author in markup."""
    return "author" in markup.html and tree.css_first("[rel~=author], .p-author, .vcard .fn, .byline") is not None


def names_date(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page's body says in markup when it was published."""
    text = markup.html
    if not ("datetime" in text or "published" in text):
        return False
    return tree.css_first("time[datetime], .dt-published, abbr.published, [itemprop=datePublished]") is not None


def has_comments(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether comments by others stand on the page; an empty list of them or a form is none."""
    if "comment" not in markup.html:
        return False
    names = ".commentlist > *, .comment-list > *, .comment-body, .comment-content, .p-comment, .comments li"
    return any(len(node.text(strip=True)) >= SOME_TEXT for node in tree.css(names)[:5])
