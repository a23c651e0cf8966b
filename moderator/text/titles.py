"""Titles of pages, which mostly name the site too."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["title_parts"]

_SEPARATOR = re.compile(r"\s[|\-–—:¬·•/~←→>]++\s|\s?[|»«›]++\s?")
"""What software sets between a post's title and the site's name; in time proportional to the title."""
_IN_SEPARATOR = re.compile(r"[|\-–—:¬·•/~←→>»«›]")
"""One of these stands in each of them; most titles hold none, and that is seen sooner."""


@lru_cache(maxsize=64)
def title_parts(title: str) -> tuple[str, ...]:
    """The parts of a page title between separators, in order.

    Args:
        title: Plain text.

    Returns:
        The parts without white space around them; none are empty.

    >>> title_parts("A Blog » Blog Archive » On roses | well-kept")
    ('A Blog', 'Blog Archive', 'On roses', 'well-kept')
    """
    pieces = _SEPARATOR.split(title) if _IN_SEPARATOR.search(title) else [title]
    return tuple([part for piece in pieces if (part := piece.strip())])
