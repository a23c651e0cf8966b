"""The look at a source page, from a linkback to its evidence. It never raises for what a stranger can cause."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Protocol

from moderator.linkcheck.charset import decode_page
from moderator.linkcheck.claim import compare_claim, match_sender
from moderator.linkcheck.fetch import Fetched, Fetcher
from moderator.linkcheck.http import RequestsTransport, Transport
from moderator.linkcheck.manners import Manners
from moderator.linkcheck.outcome import UnreadError
from moderator.linkcheck.page import PageFacts, read_page
from moderator.linkcheck.resolve import Resolver, SystemResolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.records import Kind, Linkback, LinkEvidence, LinkStatus, Post
from moderator.urls import parse_url

__all__ = ["DnsLists", "HttpVerifier"]

_log = logging.getLogger(__name__)
_DETAIL = re.compile(r"[a-z0-9.+/-]{1,60}", re.ASCII)


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
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings or LinkCheckSettings()
        self.manners = Manners(self.settings, clock)
        self._fetcher = Fetcher(
            self.settings, resolver or SystemResolver(), transport or RequestsTransport(), self.manners, clock
        )
        self._lists = lists
        self._clock = clock
        self._now = now
        self._pages: OrderedDict[str, tuple[float, datetime, Fetched]] = OrderedDict()
        self._lock = Lock()

    def verify(self, linkback: Linkback, post: Post | None = None) -> LinkEvidence:
        """Reads the source page and compares it with the target, the claim and our post.

        Args:
            linkback: What was sent.
            post: Our post; None: not known.

        Returns:
            The evidence. Where manners forbid to ask now, its status is NOT_CHECKED and its detail says why.
        """
        try:
            evidence = self._look(linkback, post)
        except UnreadError as error:
            evidence = self._unread(error)
        except Exception:
            # A fault of ours: it says nothing about the source.
            _log.exception("the look at the source of linkback %s failed", linkback.id)
            evidence = LinkEvidence(detail="internal error")
        return self._with_lists(evidence, linkback)

    def wait(self, source_url: str) -> float:
        """Seconds until the host of a source may be asked again; 0: now, or it will not be asked at all."""
        if self._cached(_key(source_url)) is not None or self.manners.known_failure(_key(source_url)) is not None:
            return 0.0
        return self.manners.next_turn(parse_url(source_url).host)

    def _look(self, linkback: Linkback, post: Post | None) -> LinkEvidence:
        key = _key(linkback.source_url)
        page = self._cached(key)
        if page is None:
            failure = self.manners.known_failure(key)
            if failure is not None:
                raise failure
            try:
                fetched = self._fetcher.fetch(linkback.source_url)
            except UnreadError as error:
                if error.status not in (LinkStatus.NOT_CHECKED, LinkStatus.REFUSED):
                    self.manners.failed(key, error)
                raise
            page = (self._now(), fetched)
            if not fetched.cut:
                self.manners.succeeded(key)
                self._keep(key, *page)
        return judge(linkback, post, page[1], page[0])

    def _unread(self, error: UnreadError) -> LinkEvidence:
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

    def _cached(self, key: str) -> tuple[datetime, Fetched] | None:
        with self._lock:
            entry = self._pages.get(key)
            if entry is None:
                return None
            until, at, fetched = entry
            if until <= self._clock():
                del self._pages[key]
                return None
            self._pages.move_to_end(key)
            return at, fetched

    def _keep(self, key: str, at: datetime, fetched: Fetched) -> None:
        if not self.settings.cache_seconds:
            return
        with self._lock:
            self._pages[key] = (self._clock() + self.settings.cache_seconds, at, fetched)
            size = sum(len(page.body) + 1000 for _, _, page in self._pages.values())
            while size > self.settings.cache_bytes and self._pages:
                _, (_, _, dropped) = self._pages.popitem(last=False)
                size -= len(dropped.body) + 1000


def judge(linkback: Linkback, post: Post | None, fetched: Fetched, at: datetime) -> LinkEvidence:
    """Turns what was fetched into evidence. Pure.

    Args:
        linkback: What was sent.
        post: Our post; None: not known.
        fetched: What came of its source.
        at: When it was fetched.
    """
    evidence = LinkEvidence(
        checked_at=at,
        final_url=fetched.url,
        http_status=fetched.http_status,
        redirects=fetched.redirects,
        sender_match=match_sender(linkback.sender_ip, fetched.addresses),
    )
    if not fetched.is_html:
        kind = fetched.media_type if _DETAIL.fullmatch(fetched.media_type) else "unknown type"
        evidence = replace(evidence, status=LinkStatus.NOT_HTML, detail=kind)
        if fetched.media_type != "text/plain" or not fetched.body:
            return evidence
        text = " ".join(decode_page(fetched.body, fetched.charset)[0].split())
        return _with_claim(replace(evidence, text_length=len(text)), linkback, post, PageFacts(text=text))
    facts = read_page(
        fetched.body,
        fetched.url,
        linkback.target_url,
        charset=fetched.charset,
        embeds=linkback.kind is Kind.WEBMENTION,
    )
    status, detail = _status(facts, fetched)
    evidence = replace(evidence, status=status, detail=detail)
    if status is LinkStatus.UNREACHABLE:
        return evidence
    if facts.links:
        best = facts.links[0]
        evidence = replace(
            evidence,
            position=best.position,
            hidden=best.hidden,
            nofollow=best.nofollow,
            ugc=best.ugc,
            sponsored=best.sponsored,
            anchor_text=best.text,
            snippet=best.snippet,
        )
    evidence = replace(
        evidence,
        outbound_links=facts.outbound_links,
        outbound_domains=facts.outbound_domains,
        text_length=len(facts.text),
        link_text_share=facts.link_text_share,
        page_title=facts.title,
        page_blog_name=facts.blog_name,
    )
    return _with_claim(evidence, linkback, post, facts)


def _status(facts: PageFacts, fetched: Fetched) -> tuple[LinkStatus, str]:
    if facts.links:
        return LinkStatus.FOUND, ""
    if fetched.cut == "page too large":
        return LinkStatus.TOO_LARGE, ""
    if fetched.cut:
        return LinkStatus.UNREACHABLE, fetched.cut
    return LinkStatus.MISSING, "meta refresh" if facts.refresh else ""


def _with_claim(evidence: LinkEvidence, linkback: Linkback, post: Post | None, facts: PageFacts) -> LinkEvidence:
    return replace(evidence, **compare_claim(linkback, post, facts.text, facts.title)._asdict())


def _key(source_url: str) -> str:
    return source_url.strip().partition("#")[0]
