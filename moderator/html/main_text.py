"""The main part of a page as text: without menus, sidebars, footers and comments.

One walk over the parsed page. Blocks that stand in furniture, or that consist of links, are left out; a page of which
nothing would remain that way is taken whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from moderator.html.position import position_of_element
from moderator.records import LinkPosition

__all__ = ["MAIN_TEXT", "main_text"]

MAIN_TEXT = 4_000
"""Characters of the main part that are kept: about 700 English words, by which a page's subject and manner show."""
LINK_BLOCK = 0.6
"""Share of a block's text inside links from which it counts as a list of links. Menus have 1, sentences hardly 0.4."""
FEW = 150
"""Characters below which the main part counts as not found."""

_UNSEEN = frozenset(
    {"script", "style", "template", "textarea", "iframe", "noembed", "noframes", "noscript", "select", "option"}
    | {"svg", "button", "head", "title", "object", "canvas", "audio", "video"}
)
_FURNITURE_TAGS = frozenset({"nav", "menu", "footer", "aside", "form", "dialog"})
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"}
    | {"var", "wbr", "img", "picture", "source", "-text", "-comment"}
)
_CONTAINERS = frozenset({"div", "section", "ul", "ol", "dl", "table", "td", "tr", "tbody", "center", "header"})
"""Elements whose class names are looked at."""
_FURNITURE = frozenset({LinkPosition.NAV, LinkPosition.ASIDE, LinkPosition.FOOTER, LinkPosition.COMMENTS})


class _Block(NamedTuple):
    text: str
    linked: int
    """Characters of it that stand inside links."""


def main_text(body: LexborNode | None, limit: int = MAIN_TEXT) -> str:
    """The main part of a page.

    Args:
        body: The page's body; None: it has none.
        limit: Characters kept.

    Returns:
        Its blocks, one a line, white space collapsed; empty: the page shows no text.
    """
    if body is None:
        return ""
    text = _joined(_blocks(body, by_name=True), limit, links=False)
    if len(text) < FEW:
        text = max(text, _joined(_blocks(body, by_name=False), limit, links=False), key=len)
    return text or _joined(_blocks(body, by_name=False), limit, links=True)


def _joined(blocks: Iterator[_Block], limit: int, *, links: bool) -> str:
    lines: list[str] = []
    size = 0
    for block in blocks:
        if not links and block.linked > LINK_BLOCK * len(block.text):
            continue
        lines.append(block.text)
        size += len(block.text) + 1
        if size > limit:
            break
    return "\n".join(lines)[:limit].rstrip()


def _blocks(body: LexborNode, *, by_name: bool) -> Iterator[_Block]:
    """The blocks of text in the page's order.

    Args:
        body: Where the walk begins.
        by_name: Whether class names tell furniture, beside elements that are made for it.
    """
    pieces: list[str] = []
    linked = inside = 0  # characters inside links, and links around the node
    stack: list[tuple[LexborNode | None, str]] = [(body.child, "body")]
    while stack:
        # the next node on a level, and the element that holds the level
        node, around = stack.pop()
        tag = "" if node is None else node.tag or ""
        if tag == "-text" and node is not None:
            said = node.text_content or ""
            pieces.append(said)
            linked += len(" ".join(said.split())) if inside else 0
        elif (around if node is None else tag) not in _INLINE and pieces:
            text = " ".join("".join(pieces).split())
            if text:
                yield _Block(text, linked)
            pieces, linked = [], 0
        if node is None:
            inside -= around == "a"
            continue
        stack.append((node.next, around))
        left_out = tag in _UNSEEN or tag in _FURNITURE_TAGS or (tag in _CONTAINERS and _left_out(node, by_name))
        if node.child is not None and not left_out:
            inside += tag == "a"
            stack.append((node.child, tag))


def _left_out(node: LexborNode, by_name: bool) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(" ", "").lower():
        return True
    return by_name and position_of_element(node.tag or "", attributes) in _FURNITURE
