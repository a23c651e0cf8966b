"""An excerpt without the brackets that blog software puts around it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from moderator.text import plain

__all__ = ["Body", "excerpt_body"]

LIMIT = 8_000
"""Characters of an excerpt that are read."""
_BRACKETS = re.compile(r"\[ ?(?:\.\.\.|…) ?\]")
_ELLIPSES = ("…", "...")


class Body(NamedTuple):
    """An excerpt, plain."""

    text: str
    """Its text; empty: none was sent."""
    bracketed: bool
    """Whether ``[...]`` stood in it, as WordPress writes around the text near a link."""
    trails_off: bool
    """Whether it ends in an ellipsis of its own."""


@lru_cache(maxsize=64)
def excerpt_body(excerpt: str) -> Body:
    """Takes an excerpt's brackets off.

    Args:
        excerpt: The excerpt as sent; its first 8,000 characters are read.

    >>> excerpt_body("[&#8230;] as I said before [&#8230;]")
    Body(text='as I said before', bracketed=True, trails_off=False)
    """
    text = plain(excerpt, LIMIT)
    bracketed = False
    if "[" in text:
        bare = _BRACKETS.sub(" ", text).strip()
        bracketed, text = bare != text, bare
    return Body(text, bracketed, text.endswith(_ELLIPSES))
