"""Which part of a host can be registered: public suffixes, and shared platforms that their list lacks."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from moderator.urls.suffixes import SuffixList

__all__ = ["Site", "site_of"]


class _Platforms(NamedTuple):
    subdomains: frozenset[str]
    paths: dict[str, frozenset[str]]
    """Host to the path segments that are not yet the author."""


class Site(NamedTuple):
    """What a host's name alone tells."""

    domain: str
    """The registrable domain; the host itself where nothing can be registered in front of it."""
    suffix: str
    """The public suffix, or the platform whose authors have subdomains; empty: none is known."""
    shared: bool
    """Whether the suffix is a platform."""
    silo: str
    """The host under which path authors are known; empty: authors are not told by paths."""
    passing: frozenset[str]
    """The silo's path segments that are not yet the author."""


@lru_cache(maxsize=16_384)
def site_of(host: str) -> Site:
    """What a host's name tells.

    Args:
        host: A host name as `read_host` returns it, no IP address.
    """
    known = _platforms()
    found = _suffixes().find(host)
    domain = found.domain or host
    shared = found.private or found.suffix in known.subdomains
    bare = host.removeprefix("www.")
    if shared and bare == found.suffix:  # www.wordpress.com is the platform, not somebody called www
        domain = bare
    silo = next((name for name in (bare, domain) if name in known.paths), "")
    return Site(domain, found.suffix, shared, silo, known.paths.get(silo, frozenset()))


@cache
def _suffixes() -> SuffixList:
    return SuffixList(_platforms().subdomains)


@cache
def _platforms() -> _Platforms:
    text = (files("moderator") / "data" / "platforms.txt").read_text("utf-8")
    subdomains: set[str] = set()
    paths: dict[str, frozenset[str]] = {}
    section = ""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0].startswith("["):
            section = words[0]
        elif section == "[subdomains]":
            subdomains.add(words[0])
        else:
            paths[words[0]] = frozenset(words[1:])
    return _Platforms(frozenset(subdomains), paths)
