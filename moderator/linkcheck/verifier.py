"""The link verifier: from a linkback to its evidence. It never raises for what a stranger can cause."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Protocol

from moderator.linkcheck.evidence import EvidenceReader, build_evidence
from moderator.linkcheck.fetch import Fetched, Fetcher
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.http import RequestsTransport, Transport
from moderator.linkcheck.resolve import Resolver, SystemResolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import Throttle
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post
from moderator.urls import parse_url

__all__ = ["DnsLists", "HttpVerifier"]

_log = logging.getLogger(__name__)


class DnsLists(Protocol):
    """Lists asked by DNS."""

    def look_up(self, domain: str, address: str) -> tuple[str, ...] | None:
        """The lists that name the domain or the address; None: none answered. It never raises."""
        ...


class HttpVerifier:
    """Looks at source pages over HTTP; see `moderator.linkcheck.base.LinkVerifier`. Safe to share among threads.

    Args:
        settings: The limits.
        resolver: From names to addresses; None: the machine's own.
        transport: Sends the requests; None: the real one.
        lists: Lists asked by DNS; None: none is asked.
        read: Turns what was fetched into evidence; see `moderator.linkcheck.page_pool` for doing it on several cores.
        clock: Seconds that never go back.
        now: The time of day.
    """

    def __init__(
        self,
        settings: LinkCheckSettings | None = None,
        *,
        resolver: Resolver | None = None,
        transport: Transport | None = None,
        lists: DnsLists | None = None,
        read: EvidenceReader = build_evidence,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings or LinkCheckSettings()
        self.throttle = Throttle(self.settings, clock)
        self._fetcher = Fetcher(
            self.settings, resolver or SystemResolver(), transport or RequestsTransport(), self.throttle, clock
        )
        self._lists = lists
        self._read = read
        self._clock = clock
        self._now = now
        self._pages: OrderedDict[str, tuple[float, datetime, Fetched]] = OrderedDict()
        self._size = 0
        """Bytes that these take, roughly."""
        self._lock = Lock()

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Reads the source page and compares it with the target, the claim and our post.

        Args:
            linkback: What was sent.
            post: Our post; None: not known.

        Returns:
            The evidence. Where the throttle forbids to ask now, its status is NOT_CHECKED and its detail says why.
        """
        try:
            evidence = self._look(linkback, post)
        except FetchError as error:
            evidence = self._unread(error)
        except Exception:
            # A fault of ours: it says nothing about the source.
            _log.exception("the look at the source of linkback %s failed", linkback.id)
            evidence = LinkEvidence(detail="internal error")
        return self._with_lists(evidence, linkback)

    def forget(self, source_url: str) -> None:
        """Lets the next look at a page be a new one; that a host has failed is remembered."""
        with self._lock:
            self._drop(_key(source_url))

    def wait(self, source_url: str) -> float:
        """Seconds until the host of a source may be asked again; 0: now, or its page is remembered."""
        if self._cached(_key(source_url), None) is not None:
            return 0.0
        return self.throttle.next_turn(parse_url(source_url).host)

    def _look(self, linkback: Linkback, post: Post | None) -> LinkEvidence:
        key = _key(linkback.source_url)
        page = self._cached(key, linkback.received_at)
        if page is None:
            failure = self.throttle.known_failure(key, linkback.received_at)
            if failure is not None:
                raise failure
            began = self._now()
            try:
                fetched = self._fetcher.fetch(linkback.source_url)
            except FetchError as error:
                if error.status is LinkStatus.UNREACHABLE:
                    self.throttle.record_failure(key, error, began)
                raise
            page = (began, fetched)
            if not fetched.cut:
                self.throttle.record_success(key)
                self._keep(key, *page)
        return self._read(linkback, post, page[1], page[0])

    def _unread(self, error: FetchError) -> LinkEvidence:
        fetched = error.final_url != ""
        return LinkEvidence(
            status=error.status,
            detail=error.detail,
            checked_at=None if error.status is LinkStatus.NOT_CHECKED else self._now(),
            final_url=error.final_url,
            http_status=error.http_status,
            redirects=error.redirects if fetched else None,
        )

    def _with_lists(self, evidence: LinkEvidence, linkback: Linkback) -> LinkEvidence:
        if self._lists is None:
            return evidence
        return replace(
            evidence, listed_in=self._lists.look_up(parse_url(linkback.source_url).domain, linkback.sender_ip)
        )

    def _cached(self, key: str, received_at: datetime | None) -> tuple[datetime, Fetched] | None:
        """A page that was fetched a while ago, but not before the linkback came: it may have been changed since."""
        with self._lock:
            entry = self._pages.get(key)
            if entry is None:
                return None
            until, at, fetched = entry
            if until <= self._clock():
                self._drop(key)
                return None
            if received_at is not None and at < received_at:
                return None
            self._pages.move_to_end(key)
            return at, fetched

    def _keep(self, key: str, at: datetime, fetched: Fetched) -> None:
        if not self.settings.cache_seconds:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = (self._clock() + self.settings.cache_seconds, at, fetched)
            self._size += _size(fetched)
            while self._size > self.settings.cache_bytes and self._pages:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: str) -> None:
        entry = self._pages.pop(key, None)
        if entry is not None:
            self._size -= _size(entry[2])


def _size(fetched: Fetched) -> int:
    return len(fetched.body) + 1000


def _key(source_url: str) -> str:
    return source_url.strip().partition("#")[0]
