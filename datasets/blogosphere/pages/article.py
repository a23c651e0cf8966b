"""What stands on a page, before any template makes HTML of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from datasets.blogosphere.lexicon.base import Language

__all__ = ["Article", "Block", "Link", "Segment", "quote", "text"]


class Link(NamedTuple):
    """A link."""

    text: str
    url: str
    rel: str = ""
    css_class: str = ""
    style: str = ""
    """An inline style; empty: none."""


Segment = str | Link


class Block(NamedTuple):
    """A paragraph, a quotation, a line of a list, or a heading."""

    parts: tuple[Segment, ...]
    kind: str = "p"
    """``p``, ``quote``, ``item``, ``heading`` or ``bare``, which is a link outside of any paragraph."""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return " ".join([part if isinstance(part, str) else part.text for part in self.parts])


def text(*parts: Segment) -> Block:
    """A paragraph."""
    return Block(parts)


def quote(*parts: Segment) -> Block:
    """A quotation."""
    return Block(parts, "quote")


@dataclass(slots=True)
class Article:
    """A page's content: the article, and what its site puts around it."""

    title: str
    site_name: str
    home: str
    """The site's scheme and host, and the author's path where there is one."""
    url: str
    language: Language
    author: str
    at: float
    """When it was published, in seconds since 1970."""
    blocks: list[Block]
    aside: list[Link] = field(default_factory=list)
    """Links beside the article: a blogroll, advertisements."""
    bottom: list[Link] = field(default_factory=list)
    """Links in the footer."""
    comments: list[Block] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    """Headlines of the site's other posts."""
    canonical: str = ""
    """Another address that the page calls its own; empty: none, or its own."""
    refresh: str = ""
    """Where a meta element sends the reader; empty: nowhere."""
    script: str = ""
    """Where a script sends the reader; empty: nowhere."""

    @property
    def body(self) -> str:
        """The article's text."""
        return self.language.gap.join([block.text for block in self.blocks])

    def place_of_link(self, target: str) -> tuple[str, Link, str] | None:
        """The article's link to an address, with the text before and after it; None: the article has none."""
        for block in self.blocks:
            for place, part in enumerate(block.parts):
                if isinstance(part, Link) and part.url == target:
                    before, after = (Block(parts).text for parts in (block.parts[:place], block.parts[place + 1 :]))
                    return before, part, after
        return None

    def without_link(self, target: str) -> None:
        """Takes every link to an address away; its words stay where they stand in a text."""
        for lines in (self.aside, self.bottom):
            lines[:] = [link for link in lines if link.url != target]
        kept = []
        for block in self.blocks:
            parts = tuple(_unlinked(block.parts, target))
            if block.kind not in ("item", "bare") or parts == block.parts:
                kept.append(block._replace(parts=parts))
        self.blocks = kept


def _unlinked(parts: tuple[Segment, ...], target: str) -> Iterator[Segment]:
    for part in parts:
        yield part.text if isinstance(part, Link) and part.url == target else part
