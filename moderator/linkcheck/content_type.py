"""What a Content-Type header says, read as browsers read it: sent twice, joined, or a little broken."""

from __future__ import annotations

import re

__all__ = ["read_content_type"]

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100})\s*(?:;(.*))?", re.DOTALL)
_CHARSET = re.compile(r"(?:^|;)\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_PART = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+')
_NOTHING = frozenset({"unknown/unknown", "application/unknown"})
"""Types that say nothing, for which browsers look at the page itself, too."""
_LONGEST = 2000


def read_content_type(header: str) -> tuple[str, str]:
    """The media type and the charset that a header tells (WHATWG Fetch, "extract a MIME type").

    Args:
        header: The header; several are joined by commas.

    Returns:
        The last type that is one, in lower case, and its charset; empty: not told, so the page itself has to tell.

    >>> read_content_type("text/html; charset=utf-8, text/html"), read_content_type("text/html charset=utf-8")
    (('text/html', 'utf-8'), ('', ''))
    """
    media_type = charset = ""
    for part in _PART.findall(header[:_LONGEST]):
        found = _TYPE.fullmatch(part)
        if found is None or found[1] in _NOTHING or found[1] == "*/*":
            continue
        named = _CHARSET.search(found[2] or "")
        told = found[1].lower()
        if named is not None or told != media_type:
            charset = named[1] if named is not None else ""
        media_type = told
    return media_type, charset
