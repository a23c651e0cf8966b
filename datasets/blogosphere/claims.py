"""How software turns a page into what it sends: the title and excerpt of a pingback, trackback or webmention."""

from __future__ import annotations

from random import Random

__all__ = ["around_link", "shortened", "trackback_excerpt"]


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
