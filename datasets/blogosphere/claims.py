"""How software turns a page into what it sends: the title and excerpt of a pingback, trackback or webmention."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from datasets.blogosphere.pages.article import Article
from datasets.blogosphere.pages.render import title_of

__all__ = ["Claim", "announced", "around_link", "shortened", "trackback_excerpt"]


class Claim(NamedTuple):
    """What a linkback says of its page."""

    title: str = ""
    excerpt: str = ""
    blog_name: str = ""


def announced(rng: Random, kind: str, article: Article, target: str) -> Claim:
    """What is sent for a page: by its own software (trackback), or read off the page at receipt.

    Args:
        rng: Where chance comes from.
        kind: The protocol.
        article: The page.
        target: Our post's address.
    """
    if kind == "trackback":
        return Claim(article.title, trackback_excerpt(rng, article.body), article.site_name)
    found = article.place_of_link(target)
    if found is not None:
        before, link, after = found
        around = around_link(rng, before, link.text, after)
    else:
        beside = next((link.text for link in (*article.aside, *article.bottom) if link.url == target), "")
        around = around_link(rng, "", beside, "") if beside else ""
    if kind == "pingback":
        return Claim(title_of(article), around)
    return Claim("", around if rng.random() < 0.5 else article.body[:240])


def around_link(rng: Random, before: str, anchor: str, after: str) -> str:
    """A pingback's excerpt as WordPress cuts it: up to 100 characters on either side of the link, between ellipses.

    >>> around_link(Random(1), "I read", "a post", "on soil.")
    '[…] I read a post on soil. […]'
    """
    mark = "[…]" if rng.random() < 0.6 else "[...]"
    return f"{mark} {before[-100:].lstrip()} {anchor[:100]} {after[:100].rstrip()} {mark}"


def shortened(text: str, limit: int, mark: str = "…") -> str:
    """A text cut at a blank before `limit` characters; the mark says so.

    >>> shortened("one two three", 8)
    'one two…'
    """
    return text if len(text) <= limit else text[:limit].rpartition(" ")[0].rstrip(" ,.;") + mark


def trackback_excerpt(rng: Random, text: str) -> str:
    """A trackback's excerpt: the beginning of the post, sometimes as a plugin's template has it."""
    style = rng.random()
    if style < 0.8:
        return shortened(text, 252, "..." if style < 0.5 else "…")
    if style < 0.9:
        return f"[Trackback] {shortened(text, 180, '...')} Read more"
    return f"<strong>{text[:40]}</strong> {shortened(text, 200, '...')}"
