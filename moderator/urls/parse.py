"""A URL as a stranger wrote it, taken apart without ever raising."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from moderator.urls.authors import author_place
from moderator.urls.host import read_host

__all__ = ["Url", "host_of", "is_front_page", "parse_url"]

_MAX_LENGTH = 8192
"""Longest URL that is read, in characters; common servers refuse longer request lines."""
_CACHED_LENGTH = 1024
"""Longest URL that is remembered, so that strangers cannot fill the memory."""
_PARTS = re.compile(
    r"(?:([a-z][a-z0-9+.-]*):)?(?:[/\\]{2}([^/\\?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL | re.IGNORECASE
)
"""RFC 3986, appendix B; a backslash ends the host as it does in browsers."""
_IGNORED = str.maketrans("", "", "\t\r\n")
"""What browsers drop wherever it stands in a URL."""
_CONTROLS = "".join(map(chr, range(33)))
_DEFAULT_PORTS = {"http": 80, "https": 443, "": 80}


@dataclass(frozen=True, slots=True)
class Url:
    """A URL and what its name tells.

    >>> parse_url("https://www.someone.blogspot.com:443/2009/01/a.html").domain
    'someone.blogspot.com'
    """

    text: str
    """The URL as given."""
    scheme: str
    """Lower case; empty: none was given."""
    host: str
    """Lower case, IDNA A-labels, no trailing dot; an IP address without brackets; empty: unusable."""
    port: int | None
    """None: the scheme's default."""
    path: str
    """As given; empty: none."""
    query: str
    """As given, without the question mark; empty: none."""
    fragment: str
    """As given, without the number sign; empty: none."""
    domain: str
    """The registrable domain, with private suffixes and known platforms taken for suffixes; the host itself for an IP
    address or a single label; empty: no host."""
    suffix: str
    """The public suffix or the platform in its place; empty: none."""
    author: str
    """Who speaks, as reputation is kept: the domain, and the author's folder behind it; empty: no host."""
    is_ip: bool
    """Whether the host is an IP address, in whatever spelling."""
    platform: str = ""
    """The shared platform that the author uses; empty: the author's own domain."""
    folder: str = ""
    """The part of the path that names the author, as ``/~user``; empty: none does. See `moderator.urls.authors`."""


def parse_url(text: str) -> Url:
    r"""Takes a URL apart; garbage gives an empty host.

    Args:
        text: The URL. Without a scheme, a text that begins with a dotted host is taken for one.

    Returns:
        Its parts. Userinfo is dropped. A URL of more than 8,192 characters is not read.

    >>> parse_url("http://good.example\\@bad.example/").host
    'good.example'
    >>> parse_url("http://bad host/").host
    ''
    """
    return _remembered(text) if len(text) <= _CACHED_LENGTH else _parse(text)


def _parse(text: str) -> Url:
    if len(text) > _MAX_LENGTH:
        return Url(text, "", "", None, "", "", "", "", "", "", False)
    scheme, authority, path, query, fragment = _split(text)
    host, is_ip, port = _authority(authority) if authority else ("", False, None)
    if port == _DEFAULT_PORTS.get(scheme):
        port = None
    if not host:
        return Url(text, scheme, "", port, path, query, fragment, "", "", "", is_ip)
    place = author_place(host, path, is_ip=is_ip)
    return Url(
        text,
        scheme,
        host,
        port,
        path,
        query,
        fragment,
        place.domain,
        place.suffix,
        place.author,
        is_ip,
        place.platform,
        place.folder,
    )


_remembered = lru_cache(maxsize=16_384)(_parse)


def host_of(text: str) -> str:
    """The host of a URL, as `parse_url` gives it; quicker where nothing else is asked, as of a page's many links.

    >>> host_of("http://www.Example.com:8080/a")
    'www.example.com'
    """
    return _remembered_host(text) if len(text) <= _CACHED_LENGTH else _host(text)


def is_front_page(text: str) -> bool:
    """Whether an address leads to a site's front page, or to a place on it.

    >>> [is_front_page(f"https://www.example.com/{path}") for path in ("", "#top", "?p=2", "about/us")]
    [True, True, False, False]
    """
    page = text.partition("#")[0]
    return page.split("://", 1)[-1].strip("/").count("/") == 0 and "?" not in page


def _host(text: str) -> str:
    authority = _split(text)[1] if len(text) <= _MAX_LENGTH else ""
    return _authority(authority)[0] if authority else ""


_remembered_host = lru_cache(maxsize=1024)(_host)
"""Several features ask for the links of one page in turn."""


def _split(text: str) -> tuple[str, str, str, str, str]:
    """Scheme, authority, path, query, fragment; each empty where it is missing."""
    if not text.isprintable():  # to translate takes longer than all the rest
        text = text.translate(_IGNORED)
    text = text.strip(_CONTROLS)
    scheme, authority, path, query, fragment = _match(text)
    if authority is None and ("." in scheme or not scheme) and not path.startswith(("/", "\\")):
        start = re.split(r"[/\\?#]", text, maxsplit=1)[0]
        if "." in start.rpartition("@")[2]:  # example.com/page, example.com:8080
            scheme, authority, path, query, fragment = _match("//" + text)
    if scheme in ("http", "https", "") and "\\" in path:
        path = path.replace("\\", "/")
    return scheme, authority or "", path, query, fragment


def _match(text: str) -> tuple[str, str | None, str, str, str]:
    found = _PARTS.fullmatch(text)
    if found is None:  # every text matches; this is for the type checker
        return "", None, "", "", ""
    scheme, authority, path, query, fragment = found.groups()
    return (scheme or "").lower(), authority, path, query or "", fragment or ""


def _authority(authority: str) -> tuple[str, bool, int | None]:
    """Host, whether it is an IP address, and port; an impossible port makes the host unusable."""
    raw = authority.rpartition("@")[2]
    port: int | None = None
    head, colon, tail = raw.rpartition(":")
    if colon and not tail.endswith("]"):
        raw = head
        if tail:
            if not (tail.isascii() and tail.isdigit() and len(tail) <= 5 and int(tail) <= 65_535):
                return "", False, None
            port = int(tail)
    host, is_ip = read_host(raw)
    return host, is_ip, port
