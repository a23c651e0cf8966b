"""The position of a link on its page, from the names, roles and common class names of the elements around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from moderator.html.work import Work
from moderator.records import LinkPosition

__all__ = ["Positions", "position_of_element"]

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


class _Around(NamedTuple):
    """What stands around an element, itself included."""

    comments: bool = False
    furniture: LinkPosition | None = None
    """The nearest header, menu, sidebar or footer."""
    article: bool = False


_NOTHING = _Around()


class Positions:
    """Where links of one page stand. What stands around several of them is looked at once.

    Comments around a link at any distance make it a comment's link, because comments often stand inside articles; then
    the nearest header, menu, sidebar or footer counts; then an article.

    Args:
        work: Is charged for each element and each of its names.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[int, _Around] = {}

    def of(self, link: LexborNode) -> LinkPosition:
        """Where a link stands; BODY where nothing around it is marked.

        Raises:
            TooComplicatedError: The page's work is spent.
        """
        around = self._around(link)
        if around.comments:
            return LinkPosition.COMMENTS
        return around.furniture or (LinkPosition.ARTICLE if around.article else LinkPosition.BODY)

    def _around(self, link: LexborNode) -> _Around:
        new: list[LexborNode] = []
        node: LexborNode | None = link
        around = None
        while node is not None and around is None:
            if node.tag in ("body", "html", "-document"):  # their classes speak of the whole page
                break
            around = self._known.get(node.mem_id)
            if around is None:
                new.append(node)
                node = node.parent
        around = around or _NOTHING
        for node in reversed(new):
            around = self._known[node.mem_id] = self._within(node, around)
        return around

    def _within(self, node: LexborNode, around: _Around) -> _Around:
        """What stands around an element, given what stands around the one that it stands in."""
        attributes = node.attributes
        self._work.spend(1 + len(attributes.get("class") or "") // 10)
        place = position_of_element(node.tag or "", attributes)
        if place is None:
            return around
        if place is LinkPosition.COMMENTS:
            return around._replace(comments=True)
        if place is LinkPosition.ARTICLE:
            return around._replace(article=True)
        return around._replace(furniture=place)


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
