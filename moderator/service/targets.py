"""Our own posts: the blog of a target, whether it takes linkbacks, whether it exists, and its text."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import NamedTuple
from urllib.parse import unquote

from moderator.config.service import Blog
from moderator.html.page import read_page
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus, Post
from moderator.service.feeds import addresses_in
from moderator.urls import canonical, parse_url

__all__ = ["Existence", "Fetch", "Targets"]

Fetch = Callable[[str], Fetched]
"""Fetches an address safely, or raises `FetchError`."""
_KEPT = 1000
"""Posts that are remembered."""
_FRESH = 3600.0
"""Seconds for which a post that was read, and a list of posts, hold."""
_MISSING_FRESH = 300.0
"""Seconds for which a post that does not exist is believed not to."""
_TEXT = 20_000
"""Characters of a post's text that are kept: as many as the features read."""
_AT_ONCE = 4
"""Posts looked up at once while senders wait."""
_MAPS = 20
"""Sitemaps that one index may name."""
_SLASHES = re.compile(r"/{2,}")
_log = logging.getLogger(__name__)


class Existence(Enum):
    """Whether a post exists."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The blog does not answer now, or is asked too much at once."""


class _Known(NamedTuple):
    until: float
    existence: Existence
    post: Post | None


class Targets:
    """What is known of our posts; safe to share among threads.

    Args:
        blogs: The receiving blogs.
        fetch: Fetches from them.
        clock: Seconds that never go back.
    """

    def __init__(self, blogs: Sequence[Blog], fetch: Fetch, clock: Callable[[], float] = monotonic) -> None:
        self._blogs = blogs
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._posts: OrderedDict[str, _Known] = OrderedDict()
        self._lists: dict[str, tuple[float, frozenset[str]]] = {}

    def blog_of(self, target_url: str) -> Blog | None:
        """The blog below whose address a target stands; None: none of ours."""
        target = parse_url(target_url)
        if target.scheme not in ("http", "https") or not target.host:
            return None
        found = [blog for blog in self._blogs if _below(blog.url, target_url)]
        return max(found, key=lambda blog: len(blog.url), default=None)

    def is_open(self, blog: Blog, target_url: str) -> bool:
        """Whether a post takes linkbacks."""
        # in comparison form, so that another spelling of the same address opens nothing
        path = _SLASHES.sub("/", _path(target_url))
        spellings = {path, f"{path.rstrip('/')}/", unquote(path)}
        return blog.open and not any(fnmatchcase(each, pattern) for each in spellings for pattern in blog.closed)

    def existence(self, blog: Blog, target_url: str, *, wait: bool = True) -> Existence:
        """Whether a post exists: by the blog's feeds and sitemaps, else by looking.

        Args:
            blog: Its blog.
            target_url: Its address.
            wait: Whether to look it up; otherwise only what is known counts.
        """
        key = canonical(target_url)
        known = self._known(key)
        if known is not None:
            return known.existence
        if any(key in self._list(address, wait=wait) for address in blog.posts):
            return Existence.YES
        if not wait or not self._turns.acquire(blocking=False):
            return Existence.UNKNOWN
        try:
            return self._look(target_url).existence
        finally:
            self._turns.release()

    def post(self, target_url: str) -> Post | None:
        """A post with its words, looked up where it is not known; None: it cannot be read."""
        known = self._known(canonical(target_url))
        if known is None:
            with self._turns:
                known = self._known(canonical(target_url)) or self._look(target_url)
        return known.post

    def _known(self, key: str) -> _Known | None:
        with self._lock:
            known = self._posts.get(key)
            if known is None or known.until <= self._clock():
                return None
            self._posts.move_to_end(key)
            return known

    def _look(self, target_url: str) -> _Known:
        try:
            fetched = self._fetch(target_url)
        except FetchError as error:
            gone = error.status is LinkStatus.GONE
            found = _Known(self._clock() + _MISSING_FRESH, Existence.NO if gone else Existence.UNKNOWN, None)
        else:
            found = _Known(self._clock() + _FRESH, Existence.YES, _post(target_url, fetched))
        if found.existence is not Existence.UNKNOWN:
            with self._lock:
                self._posts[canonical(target_url)] = found
                if len(self._posts) > _KEPT:
                    self._posts.popitem(last=False)
        return found

    def _list(self, address: str, *, wait: bool) -> frozenset[str]:
        """The posts that a feed or sitemap names, in comparison form."""
        with self._lock:
            until, listed = self._lists.get(address, (0.0, frozenset[str]()))
            if until > self._clock() or not wait:
                return listed
            # others go on with what was known while this one looks
            self._lists[address] = (self._clock() + _MISSING_FRESH, listed)
        try:
            listed = self._read_list(address)
        except FetchError as error:
            _log.warning("the list of posts %s cannot be read: %s %s", address, error.status.value, error.detail)
            return listed
        with self._lock:
            self._lists[address] = (self._clock() + _FRESH, listed)
        return listed

    def _read_list(self, address: str) -> frozenset[str]:
        pages, maps = addresses_in(self._fetch(address).body)
        for further in maps[:_MAPS]:
            try:
                pages += addresses_in(self._fetch(further).body)[0]
            except FetchError as error:
                _log.warning("the sitemap %s cannot be read: %s %s", further, error.status.value, error.detail)
        return frozenset(canonical(page) for page in pages)


def _post(target_url: str, fetched: Fetched) -> Post:
    facts = read_page(fetched.body, fetched.url, "", charset=fetched.charset)
    return Post(target_url, facts.title, facts.text[:_TEXT])


def _below(blog_url: str, target_url: str) -> bool:
    blog, target = parse_url(blog_url), parse_url(target_url)
    same_place = blog.host.removeprefix("www.") == target.host.removeprefix("www.") and blog.port == target.port
    folder, path = _path(blog_url).rstrip("/"), _path(target_url)
    return same_place and (path == folder or path.startswith(f"{folder}/"))


def _path(address: str) -> str:
    """The path in comparison form: without dots, needless encoding and a slash at its end; at least a slash."""
    return parse_url(canonical(address)).path or "/"
