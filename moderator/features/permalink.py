"""The last path segment of an address, which blog software makes of the title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

__all__ = ["PATH_LIMIT", "Permalink", "permalink"]

PATH_LIMIT = 1_000
"""Characters of a path that are read."""
_EXTENSION = re.compile(r"\.([a-z]{2,5}[0-9]?)$")
_WORD = re.compile("[a-z0-9]+")


class Permalink(NamedTuple):
    """A path, decoded and taken apart once."""

    lower: str
    """The path in lower case."""
    segments: tuple[str, ...]
    """Its segments as written."""
    stem: str
    """The last segment in lower case without its extension."""
    extension: str
    """That extension; empty: none."""
    slug: tuple[str, ...]
    """Words of the stem."""


@lru_cache(maxsize=256)
def permalink(path: str) -> Permalink:
    """Takes a path apart.

    Args:
        path: A URL's path; its first 1,000 characters are read.

    >>> permalink("/2024/On-Moss%20Roses.html").slug
    ('on', 'moss', 'roses')
    """
    path = path[:PATH_LIMIT]
    decoded = unquote(path) if "%" in path else path
    segments = tuple([segment for segment in decoded.split("/") if segment])
    stem = segments[-1].lower() if segments else ""
    found = _EXTENSION.search(stem)
    if found:
        stem = stem[: found.start()]
    return Permalink(decoded.lower(), segments, stem, found[1] if found else "", tuple(_WORD.findall(stem)))
