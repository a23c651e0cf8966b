"""A page's links to our post: position, visibility, anchor text, and the text around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.markup import Markup
from moderator.html.position import Positions
from moderator.html.visibility import PageView
from moderator.html.work import Work
from moderator.records import LinkPosition, ResponseKind

__all__ = ["RESPONSES", "LinkFacts", "ancestors", "attribute", "collapse_whitespace", "describe_links", "whole_words"]

SNIPPET = 120
"""Characters of text kept on each side of the link, as pingback excerpts commonly are."""
MAX_ANCHOR = 300
"""Characters of the link's text that are kept."""
_BLOCKS = frozenset(
    {"p", "li", "td", "dd", "dt", "blockquote", "div", "article", "section", "figure", "figcaption", "aside"}
    | {"footer", "header", "nav", "main", "h1", "h2", "h3", "h4", "h5", "h6", "body", "html"}
)
RESPONSES = {
    "u-in-reply-to": ResponseKind.REPLY,
    "u-like-of": ResponseKind.LIKE,
    "u-repost-of": ResponseKind.REPOST,
    "u-bookmark-of": ResponseKind.BOOKMARK,
}
"""Microformats classes of links that say to what a page responds, and how; the strongest first."""
_PLACES = (
    LinkPosition.ARTICLE,
    LinkPosition.BODY,
    LinkPosition.HEADER,
    LinkPosition.ASIDE,
    LinkPosition.NAV,
    LinkPosition.FOOTER,
    LinkPosition.COMMENTS,
)
"""From the place that speaks best for a link to the one that speaks least."""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """One link to the target."""

    position: LinkPosition
    hidden: bool
    nofollow: bool
    ugc: bool
    sponsored: bool
    text: str
    """Its text; empty: a picture, or nothing."""
    snippet: str
    """The text around it, white space collapsed."""


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value; empty: it is missing, or has none."""
    return node.attributes.get(name) or ""


def describe_links(
    tree: LexborHTMLParser, markup: Markup, nodes: list[LexborNode], positions: Positions, work: Work
) -> tuple[LinkFacts, ...]:
    """What is to be known of each link, the best one first: seen, in the text, without nofollow."""
    if not nodes:
        return ()
    view = PageView(tree, markup, nodes, work)
    texts: dict[int, str] = {}
    links = []
    for node in nodes:
        text = collapse_whitespace(node.text(separator=" "), work)
        rel = attribute(node, "rel").lower().split()
        links.append(
            LinkFacts(
                position=positions.of(node),
                hidden=not (view.shows(node) or _is_response(node, text, view)),
                nofollow="nofollow" in rel,
                ugc="ugc" in rel,
                sponsored="sponsored" in rel,
                text=text[:MAX_ANCHOR],
                snippet=_snippet(node, text, texts, work),
            )
        )
    links.sort(key=lambda link: (link.hidden, _PLACES.index(link.position), link.nofollow))
    return tuple(links)


def _is_response(node: LexborNode, text: str, view: PageView) -> bool:
    """Whether a link without text says in microformats what the page is: a reply, like, repost or bookmark of ours.

    Bridges from social networks write them so (https://indieweb.org/responses); readers see the page around them.
    """
    responds = not text and not RESPONSES.keys().isdisjoint(attribute(node, "class").split())
    return responds and node.parent is not None and view.shows(node.parent)


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """An element and all that it stands in, from the inside out."""
    at: LexborNode | None = node
    while at is not None and at.tag != "-document":
        yield at
        at = at.parent


def _snippet(link: LexborNode, text: str, texts: dict[int, str], work: Work) -> str:
    block = link
    while block.parent is not None and block.parent.tag != "-document":
        block = block.parent
        work.spend()
        if block.tag in _BLOCKS:
            break
    around = texts.get(block.mem_id)
    if around is None:
        around = texts[block.mem_id] = collapse_whitespace(block.text(separator=" "), work)
    at = max(around.find(text), 0)
    work.spend(at // 100)
    start, end = max(at - SNIPPET, 0), min(at + len(text[:MAX_ANCHOR]) + SNIPPET, len(around))
    return around[start:end].strip()


def whole_words(snippet: str, anchor: str) -> str:
    """The text around a link without what may be half a word at its ends, where it was cut.

    Args:
        snippet: The text, at most `SNIPPET` characters on either side of the link.
        anchor: The link's own text.

    >>> cut = whole_words("ut " + "one " * 40 + "roses" + " two" * 30 + " thr", "roses")
    >>> cut[:7], cut[-7:]
    ('one one', 'two two')
    """
    at = max(snippet.find(anchor), 0)
    behind = at + len(anchor)
    start, end = 0, len(snippet)
    if at >= SNIPPET - 1:  # a blank at the end may have gone
        start = snippet.find(" ", 0, at) + 1
    if end - behind >= SNIPPET - 1:
        end = max(snippet.rfind(" ", behind), 0) or end
    return snippet[start:end]


def collapse_whitespace(text: str, work: Work | None = None) -> str:
    """A text with single spaces, at the price of its length."""
    if work is not None:
        work.spend(len(text) // 100)
    return " ".join(text.split())
