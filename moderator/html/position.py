"""The position of a link on its page, from the names, roles and common class names of the elements around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from selectolax.lexbor import LexborNode

from moderator.html.work import Work
from moderator.records import LinkPosition

__all__ = ["position_of", "position_of_element"]

_COMMENT_WORD = re.compile(
    r"comments?|commentlist|comment-?(?:list|body|content|text|author|meta|item|wrap|thread|section|block|entry)"
    r"|comments-?(?:area|list|section|wrapper|block|container|inner)|(?:[a-z]{1,9}-)?comment-\d{1,12}|respond|responses"
    r"|disqus_thread|p-comment|u-comment|trackbacks?|pingbacks?|pinglist|linkbacks|webmentions|replies"
)
_WORDS = {
    LinkPosition.FOOTER: frozenset(
        {"footer", "site-footer", "page-footer", "colophon", "footer-widgets", "post-footer", "entry-footer"}
    ),
    LinkPosition.NAV: frozenset(
        {"nav", "navbar", "navigation", "menu", "main-menu", "topnav", "breadcrumb", "breadcrumbs", "pagination"}
    ),
    LinkPosition.ASIDE: frozenset(
        {"sidebar", "side-bar", "widget", "widget-area", "blogroll", "related", "related-posts", "secondary", "aside"}
    ),
    LinkPosition.HEADER: frozenset({"site-header", "page-header", "masthead"}),
    LinkPosition.ARTICLE: frozenset(
        {"hentry", "h-entry", "e-content", "entry-content", "post-content", "post-body", "article-body", "articlebody"}
        | {"entry", "entry-body", "storycontent", "post-entry", "blog-post", "article-content", "blogbody", "postbody"}
    ),
}
_PLACE_OF_WORD = {word: place for place, words in _WORDS.items() for word in words}
_PLACE_OF_TAG = {
    "article": LinkPosition.ARTICLE,
    "main": LinkPosition.ARTICLE,
    "nav": LinkPosition.NAV,
    "menu": LinkPosition.NAV,
    "aside": LinkPosition.ASIDE,
    "footer": LinkPosition.FOOTER,
    "header": LinkPosition.HEADER,
}
_PLACE_OF_ROLE = {
    "article": LinkPosition.ARTICLE,
    "main": LinkPosition.ARTICLE,
    "navigation": LinkPosition.NAV,
    "menu": LinkPosition.NAV,
    "complementary": LinkPosition.ASIDE,
    "contentinfo": LinkPosition.FOOTER,
    "banner": LinkPosition.HEADER,
}


def position_of(chain: Iterable[LexborNode], work: Work) -> LinkPosition:
    """Where a link stands.

    Comments around it at any distance make it a comment's link, because comments often stand inside articles; then
    the nearest header, menu, sidebar or footer counts; then an article.

    Args:
        chain: The link's node and those around it, from the inside out.
        work: Is charged for each element and each of its names.

    Raises:
        TooComplicatedError: The page's work is spent.

    Returns:
        The place; BODY where nothing around it is marked.
    """
    furniture: LinkPosition | None = None
    in_article = False
    for node in chain:
        tag = node.tag or ""
        if tag in ("body", "html"):  # their classes speak of the whole page
            break
        work.spend(1 + len(node.attributes.get("class") or "") // 10)
        place = position_of_element(tag, node.attributes)
        if place is LinkPosition.COMMENTS:
            return place
        if place is LinkPosition.ARTICLE:
            in_article = True
        elif place is not None and furniture is None:
            furniture = place
    return furniture or (LinkPosition.ARTICLE if in_article else LinkPosition.BODY)


def position_of_element(tag: str, attributes: Mapping[str, str | None]) -> LinkPosition | None:
    """The part of a page that an element is marked as; None: it is not marked.

    Args:
        tag: Its name, lower case.
        attributes: Its attributes; class, id and role are read.

    >>> position_of_element("div", {"class": "box sidebar"})
    <LinkPosition.ASIDE: 'aside'>
    """
    named, identity, role = attributes.get("class"), attributes.get("id"), attributes.get("role")
    if not (named or identity or role):
        return _PLACE_OF_TAG.get(tag)
    return _place(tag, (named or "")[:400], (identity or "")[:200], (role or "")[:50])


@lru_cache(maxsize=2048)  # a page's elements share a few names
def _place(tag: str, named: str, identity: str, role: str) -> LinkPosition | None:
    names = f"{named} {identity}".lower().split()
    if any(_COMMENT_WORD.fullmatch(name) for name in names):
        return LinkPosition.COMMENTS
    place = _PLACE_OF_TAG.get(tag) or _PLACE_OF_ROLE.get(role.strip().lower())
    if place is None:
        place = next((_PLACE_OF_WORD[name] for name in names if name in _PLACE_OF_WORD), None)
    return place
