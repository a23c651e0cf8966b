"""Which addresses a feed (RSS, Atom) or a sitemap names, read with limits."""

from __future__ import annotations

from contextlib import suppress
from xml.parsers import expat

__all__ = ["MAX_ADDRESSES", "addresses_in"]

MAX_ADDRESSES = 50_000
"""As many as the sitemap protocol allows in one file."""
_MAX_DEPTH = 32


class _EnoughError(Exception):
    pass


def addresses_in(document: bytes) -> tuple[list[str], list[str]]:
    """The addresses of pages, and of further sitemaps.

    Args:
        document: A feed, a sitemap or an index of sitemaps; the owner's, but not trusted.

    Returns:
        Both lists as far as the document could be read; empty where it is something else.

    >>> addresses_in(b"<urlset><url><loc>https://b.example/1</loc></url></urlset>")
    (['https://b.example/1'], [])
    """
    pages: list[str] = []
    maps: list[str] = []
    path: list[str] = []
    text: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2].lower())
        text.clear()
        if len(path) > _MAX_DEPTH or len(pages) + len(maps) >= MAX_ADDRESSES:
            raise _EnoughError
        if path[-1] == "link" and path[-2:-1] == ["entry"] and attributes.get("rel", "alternate") == "alternate":
            pages.append(attributes.get("href", ""))

    def end(_name: str) -> None:
        if path[-2:] == ["url", "loc"] or path[-2:] == ["item", "link"]:
            pages.append("".join(text).strip())
        elif path[-2:] == ["sitemap", "loc"]:
            maps.append("".join(text).strip())
        path.pop()
        text.clear()

    def refuse(*_: object) -> int:
        raise _EnoughError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    with suppress(expat.ExpatError, _EnoughError, ValueError, LookupError):
        parser.Parse(document.lstrip(), True)  # as far as it could be read
    return [page for page in pages if page], [each for each in maps if each]
