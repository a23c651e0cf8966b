"""Which part of a host belongs to one author: public suffixes, and platforms that their list lacks."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tldextract

__all__ = ["Place", "locate"]


class Place(NamedTuple):
    """Where a host and path stand."""

    domain: str
    """The registrable domain; the host itself where nothing can be registered in front of it."""
    suffix: str
    """The public suffix, or the platform whose authors have subdomains; empty: none is known."""
    author: str
    """Who speaks there."""
    platform: str
    """The shared platform that the author uses; empty: the author's own domain."""


class _Platforms(NamedTuple):
    subdomains: frozenset[str]
    paths: dict[str, frozenset[str]]
    """Host to the path segments that are not yet the author."""


class _Site(NamedTuple):
    """What the host alone tells."""

    domain: str
    suffix: str
    shared: bool
    """Whether the suffix is a platform."""
    silo: str
    """The host under which path authors are known; empty: authors are not told by paths."""


def locate(host: str, path: str) -> Place:
    """Finds whose a page is.

    Args:
        host: A host name as `read_host` returns it, no IP address.
        path: The URL's path; empty: none.

    Returns:
        Where it stands. On a platform with subdomains the author is the subdomain, on one with paths the host and
        the first segment that names somebody, in a ``~user`` directory the domain and that directory, and elsewhere
        the registrable domain.

    >>> locate("www.someone.wordpress.com", "/2009/").author
    'someone.wordpress.com'
    >>> locate("www.youtube.com", "/channel/someone/videos").author
    'youtube.com/channel/someone'
    """
    site = _site(host)
    if site.silo:
        return Place(site.domain, site.suffix, _path_author(site.silo, path), site.silo)
    if path.startswith("/~") and len(path) > 2:
        return Place(site.domain, site.suffix, f"{site.domain}/{_segments(path)[0]}", site.domain)
    return Place(site.domain, site.suffix, site.domain, site.suffix if site.shared else "")


def _path_author(silo: str, path: str) -> str:
    passing = _platforms().paths[silo]
    author = silo
    for segment in _segments(path):
        author = f"{author}/{segment}"
        if segment not in passing:
            break
    return author


def _segments(path: str) -> list[str]:
    """The first four path segments, lower case."""
    return [segment for segment in path.lower().split("/", 6)[:6] if segment][:4]


@lru_cache(maxsize=16_384)
def _site(host: str) -> _Site:
    known = _platforms()
    found = _extractor()(host)
    domain = found.top_domain_under_public_suffix or host
    shared = found.is_private or found.suffix in known.subdomains
    bare = host.removeprefix("www.")
    if shared and bare == found.suffix:  # www.wordpress.com is the platform, not somebody called www
        domain = bare
    silo = next((name for name in (bare, domain) if name in known.paths), "")
    return _Site(domain, found.suffix, shared, silo)


@cache
def _extractor() -> tldextract.TLDExtract:
    """The public suffix list as packaged with tldextract: never fetched, never cached on disk."""
    import tldextract  # slow to import, so only once a host is looked at

    return tldextract.TLDExtract(
        cache_dir=None,
        suffix_list_urls=(),
        include_psl_private_domains=True,
        extra_suffixes=sorted(_platforms().subdomains),
    )


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
