"""A page's response in microformats: reply, like, repost or bookmark, and its author.

See https://indieweb.org/responses and https://microformats.org/wiki/h-card. The author's photo is an address only;
nobody fetches it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.links import RESPONSES, ancestors, attribute, collapse_whitespace
from moderator.html.markup import Markup
from moderator.records import ResponseKind
from moderator.urls import parse_url

__all__ = ["NO_RESPONSE", "Response", "read_response"]

MAX_NAME = 100
"""Characters of an author's name that are kept."""
MAX_PHOTO = 500
"""Characters from which on a photo's address is not kept."""
_CARDS = 20
"""Authors' cards of a page that are looked at."""
_LEVELS = 30
"""Elements around a link that are looked at."""
_OF_OTHERS = frozenset({"h-cite", "h-feed", "p-comment", "u-comment", "h-entry"})
"""What holds cards of others than the page's author."""


class Response(NamedTuple):
    """What a page answers with, and who."""

    kind: ResponseKind = ResponseKind.MENTION
    author: str = ""
    """The author's name; empty: unknown."""
    photo: str = ""
    """Address of the author's photo, http or https; empty: unknown."""


NO_RESPONSE = Response()
"""Of a page that says nothing of it."""


def read_response(
    tree: LexborHTMLParser, markup: Markup, links: Sequence[LexborNode], join: Callable[[str], str]
) -> Response:
    """Reads the answer that links to our post belong to.

    Args:
        tree: The page.
        markup: Its text.
        links: The links to our post, in the page's order.
        join: Makes an address of the page absolute.
    """
    names = ("h-card", "h-entry", "p-author", *RESPONSES)
    if not links or not markup.may_name(b"hpu") or not any(name in markup.html for name in names):
        return NO_RESPONSE
    found = [kind for link in links for kind in _kinds(link)]
    kind = min(found, key=list(RESPONSES.values()).index, default=ResponseKind.MENTION)
    card = _author(tree, links[0])
    return Response(kind) if card is None else Response(kind, _name(card), _photo(card, join))


def _classes(node: LexborNode) -> list[str]:
    return attribute(node, "class").split()


def _kinds(link: LexborNode) -> list[ResponseKind]:
    """What the link, or the citation that it stands in, says that it is."""
    kinds = []
    for node in islice(ancestors(link), _LEVELS):
        classes = _classes(node)
        if "h-entry" in classes and node.mem_id != link.mem_id:
            break
        kinds += [RESPONSES[name] for name in classes if name in RESPONSES]
    return kinds


def _author(tree: LexborHTMLParser, link: LexborNode) -> LexborNode | None:
    """The card of who wrote the entry around a link, or else of the page."""
    entry = next((node for node in islice(ancestors(link), _LEVELS) if "h-entry" in _classes(node)), None)
    if entry is not None:
        for card in entry.css(".p-author")[:_CARDS]:
            if _owner(card) == entry.mem_id:
                return card
    return next((card for card in tree.css(".h-card, .p-author")[:_CARDS] if _owner(card) is None), None)


def _owner(card: LexborNode) -> int | None:
    """The innermost entry or citation that a card stands in; None: in none."""
    around = islice(ancestors(card), 1, _LEVELS)
    return next((node.mem_id for node in around if not _OF_OTHERS.isdisjoint(_classes(node))), None)


def _name(card: LexborNode) -> str:
    named = card.css_first(".p-name")
    picture = card.css_first("img[alt]")
    texts = [
        "" if named is None else named.text(separator=" "),
        card.text(separator=" "),
        attribute(card, "alt"),
        "" if picture is None else attribute(picture, "alt"),
    ]
    return next((text[:MAX_NAME].rstrip() for text in map(collapse_whitespace, texts) if text), "")


def _photo(card: LexborNode, join: Callable[[str], str]) -> str:
    node = card.css_first("img.u-photo, .u-photo img, .u-photo")
    address = "" if node is None else attribute(node, "src") or attribute(node, "href")
    if not address or len(address) > MAX_PHOTO:
        return ""
    absolute = join(address)
    url = parse_url(absolute)
    return absolute if url.scheme in ("http", "https") and url.host and len(absolute) <= MAX_PHOTO else ""
