"""What a search for words looks in: titles and texts, in one spelling for large and small letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderator.text import plain

__all__ = ["folded", "search_words"]

_LONGEST = 1000
"""Characters of each text that can be found."""


def folded(text: str) -> str:
    r"""A text in the spelling in which it is searched.

    >>> folded("Straße  und\nÄpfel")
    'strasse und äpfel'
    """
    return " ".join(text.casefold().split())


def search_words(linkback: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    """All that was said in a linkback and on its page around the link, a text a line.

    Args:
        linkback: ``title``, ``excerpt`` and ``blog_name``; others are left alone.
        evidence: ``page_title`` and ``snippet``; empty: the page was not read.
    """
    texts = [linkback.get(name) or "" for name in ("title", "blog_name", "excerpt")]
    texts += [evidence.get(name) or "" for name in ("page_title", "snippet")]
    lines = [folded(plain(text[:_LONGEST])) for text in texts]
    return "\n".join(dict.fromkeys(line for line in lines if line))
