"""Whose page it is. Self-pings, the owner's lists, reputation and budgets all ask here.

An author is a host plus, where the address says so, the folder in which one person writes: ``~user``, ``@user``,
``/users/somebody``, the author's part of a shared platform, a sub-site of a shared installation. Who owns a host need
not own every folder of it, so a shared host alone never makes two pages one author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from moderator.urls.platforms import Site, site_of

if TYPE_CHECKING:
    from moderator.urls.parse import Url

__all__ = ["Place", "author_place", "is_own_page", "path_segments"]

_LOOKED_AT = 6
"""Path segments in which an author's folder is looked for."""
# fmt: off
_MEMBERS = frozenset((
    "user", "users", "u", "people", "person", "member", "members", "profile", "profiles", "homepage", "homepages",
    "blogs", "sites", "personal",
))
"""First segments behind which the next one names a person or a sub-site."""
_SECTIONS = frozenset((
    "blog", "weblog", "news", "journal", "diary", "posts", "post", "archives", "archive", "articles", "article",
    "entries", "entry", "notes", "note", "p", "stories", "story", "writing", "essays", "links", "likes", "replies",
    "category", "categories", "tag", "tags", "topics", "page", "pages", "feed", "index.php",
    "en", "de", "fr", "es", "it", "nl", "pt", "ja",
))
"""First segments that divide one blog, and do not name another."""
# fmt: on
_YEAR = re.compile(r"(?:19|20)\d\d")
_POST_NUMBER = re.compile(r"(?:^|&)(?:p|page_id|attachment_id)=\d")
"""WordPress's plain addresses: the path before them is the blog's folder."""


class Place(NamedTuple):
    """Where a host and path stand."""

    domain: str
    """The registrable domain; the host itself where nothing can be registered in front of it."""
    suffix: str
    """The public suffix, or the platform whose authors have subdomains; empty: none is known."""
    author: str
    """The author's name for reputation: the domain (a host of which is soon made), and the folder below it."""
    platform: str
    """The shared platform that the author uses; empty: the author's own domain."""
    folder: str
    """The part of the path that names the author, as ``/~user``; empty: none does."""


def author_place(host: str, path: str, *, is_ip: bool = False) -> Place:
    """Finds whose a page is.

    Args:
        host: A host as `read_host` returns it.
        path: The URL's path; empty: none.
        is_ip: Whether the host is an IP address.

    Returns:
        Where it stands. On a platform with subdomains the author is the subdomain, on one with paths the host and
        the first segment that names somebody, in a user's folder the domain and that folder, and elsewhere the
        registrable domain.

    >>> author_place("www.someone.wordpress.com", "/2009/").author
    'someone.wordpress.com'
    >>> author_place("www.youtube.com", "/channel/someone/videos").author
    'youtube.com/channel/someone'
    >>> author_place("cs.example.edu", "/%7Esomeone/notes/").folder
    '/~someone'
    """
    site = Site(host, "", False, "", frozenset()) if is_ip else site_of(host)
    if site.silo:
        folder = _platform_folder(path, site.passing)
        return Place(site.domain, site.suffix, site.silo + folder, site.silo, folder)
    folder = _folder(path) if len(path) > 2 else ""
    platform = site.suffix if site.shared else site.domain if folder else ""
    return Place(site.domain, site.suffix, site.domain + folder, platform, folder)


def path_segments(path: str) -> list[str]:
    """The first path segments as a server sees them: decoded, lower case, without dot segments.

    >>> path_segments("/%7EAnn/../%40bob//x")
    ['@bob', 'x']
    """
    return list(_segments(path)) if len(path) <= 1024 else list(_segments.__wrapped__(path))


def is_own_page(source: Url, target: Url, homes: Iterable[Url] = ()) -> bool:
    """Whether a page is surely by the author of the blog that it points to.

    Both must stand on one host and port, and in one author's folder. Where the blog's address is known and lies in a
    folder, the page must lie in it too. Otherwise sub-sites of a shared installation are told by their paths: the
    first folder, unless it is a year or divides a blog (``/posts/``, ``/tag/``). In doubt the answer is no: then the
    page is judged like any other.

    Args:
        source: The page.
        target: The page of ours that it points to.
        homes: Addresses of our blogs, as far as they are known.

    >>> from moderator.urls import parse_url
    >>> post = parse_url("https://example.org/ann/2024/01/post/")
    >>> [is_own_page(parse_url(f"https://example.org/{path}"), post) for path in ("ann/2023/", "bob/x")]
    [True, False]
    """
    if not source.host or _server(source) != _server(target) or source.folder != target.folder:
        return False
    page, post = path_segments(source.path), path_segments(target.path)
    ours = sorted((path_segments(home.path) for home in homes if _server(home) == _server(target)), key=len)
    home = next((folder for folder in reversed(ours) if post[: len(folder)] == folder), None)
    if home is not None and any(len(other) > len(home) and page[: len(other)] == other for other in ours):
        return False  # another blog of ours, in a folder below
    if home:
        return page[: len(home)] == home
    if source.folder:
        return True
    if post and _YEAR.fullmatch(post[0]) and len(page) == 1 and page[0] not in _SECTIONS and not source.query:
        return _YEAR.fullmatch(page[0]) is not None  # posts have dates here: a bare name may be a sub-site's front
    return _sub_site(page, source.query) == _sub_site(post, target.query)


def _server(url: Url) -> tuple[str, int | None]:
    """Another port may be another person's server."""
    return url.host.removeprefix("www."), url.port


def _sub_site(segments: list[str], query: str) -> str:
    """The folder that may be a site of its own; empty: none."""
    if "index.php" in segments:
        return "/".join(segments[: segments.index("index.php")])
    if query and _POST_NUMBER.search(query):
        return "/".join(segments)
    if len(segments) < 2 or segments[0] in _SECTIONS or segments[0].isdigit():
        return ""
    return segments[0]


def _folder(path: str) -> str:
    """The folder of a person on an author's own host; empty: none."""
    segments = path_segments(path)
    for place, segment in enumerate(segments[:3], 1):
        if segment[0] in "~@" and len(segment) > 1:
            return "/" + "/".join(segments[:place])
    if len(segments) > 1 and segments[0] in _MEMBERS:
        return f"/{segments[0]}/{segments[1]}"
    return ""


def _platform_folder(path: str, passing: frozenset[str]) -> str:
    """The segments up to the first that names somebody."""
    folder = ""
    for segment in path_segments(path)[:4]:
        folder = f"{folder}/{segment}"
        if segment not in passing:
            break
    return folder


@lru_cache(maxsize=16_384)
def _segments(path: str) -> tuple[str, ...]:
    kept: list[str] = []
    for raw in path.split("/", _LOOKED_AT + 6)[: _LOOKED_AT + 6]:
        segment = unquote(raw) if "%" in raw else raw
        if segment == "..":
            del kept[-1:]
        elif segment and segment != ".":
            kept.append(segment.lower())
    return tuple(kept[:_LOOKED_AT])
