"""Evidence for generated rows: their pages are fetched and read by the library itself, only the network is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from datasets.blogosphere.pages.fate import Answer
from moderator.linkcheck.budget import Budget
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.verifier import HttpVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus, Post

__all__ = ["SETTINGS", "Page", "PageReader", "Web", "columns_of"]

SETTINGS: Final = LinkCheckSettings(
    allow_networks=("2001:db8::/32", "10.25.50.0/24"),
    pause=0.0,
    per_host_minute=1_000_000,
    per_address_minute=1_000_000,
    cache_seconds=0.0,
    failed_seconds=0.0,
    allow_downgrade=True,
)
"""The library's defaults, without manners towards strangers who do not exist."""
_PADDING: Final = b"<!-- " + b"x" * 2_000_000 + b" -->"


class Page:
    """What stands behind a source's address.

    Args:
        url: The source's address.
        html: The page.
        answer: How its server answers.
        address: The address of its host; empty: its name does not resolve.
    """

    __slots__ = ("address", "answer", "html", "url")

    def __init__(self, url: str, html: str, answer: Answer, address: str) -> None:
        self.url = url
        self.html = html
        self.answer = answer
        self.address = address


class Web:
    """Generated pages as a resolver and a transport of `moderator.linkcheck`: nothing is dialled.

    Any host resolves to the address of the page that was put there last; `fetched` counts the requests.
    """

    def __init__(self) -> None:
        self.fetched = 0
        self._page = Page("", "", Answer(status=404), "2001:db8::1")

    def put(self, page: Page) -> None:
        """From now on this page answers."""
        self._page = page

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        """See `moderator.linkcheck.resolve.Resolver`."""
        if self._page.answer.failure == "dns" or not self._page.address:
            raise FetchError(LinkStatus.UNREACHABLE, "dns")
        return (self._page.address,)

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> _Given:
        """See `moderator.linkcheck.http.Transport`."""
        self.fetched += 1
        answer = self._page.answer
        if answer.failure:
            raise FetchError(LinkStatus.UNREACHABLE, answer.failure)
        stops = (self._page.url, *answer.redirects)
        place = next((n for n, stop in enumerate(stops) if _same(stop, to.url)), len(stops) - 1)
        if place + 1 < len(stops):
            return _Given(301, {"Location": stops[place + 1]}, b"")
        body = self._page.html.encode("utf-8", "replace")
        if answer.padded:
            body = body[:200] + _PADDING + body[200:]
        return _Given(answer.status, {"Content-Type": answer.media_type}, body)


class _Given:
    """An answer that is already here."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def chunks(self) -> Iterator[bytes]:
        """The body."""
        yield self._body

    def close(self) -> None:
        """Nothing is open."""


def _same(stop: str, url: str) -> bool:
    return stop.partition("#")[0].rstrip("/") == url.partition("#")[0].rstrip("/")


class PageReader:
    """Looks at generated pages with the real link check."""

    def __init__(self) -> None:
        self._web = Web()
        self._clock = 0.0
        self._at = datetime.fromtimestamp(0, UTC)
        self._verifier = HttpVerifier(
            SETTINGS,
            resolver=self._web,
            transport=self._web,
            clock=lambda: self._clock,
            now=lambda: self._at,
        )

    @property
    def fetched(self) -> int:
        """Requests so far."""
        return self._web.fetched

    def look(self, linkback: Linkback, post: Post | None, page: Page, at: datetime) -> LinkEvidence:
        """What a look at the page shows.

        Args:
            linkback: What was sent.
            post: Our post; None: not known.
            page: What stands at the source's address.
            at: When it is looked at, aware.
        """
        self._web.put(page)
        self._clock += 1_000.0  # nobody is asked twice within a minute
        self._at = at
        return self._verifier.verify(linkback, post)


def columns_of(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence as a row keeps it: what tells nothing is left out."""
    return {name: value for name, value in evidence.items() if value not in ("", None) and value != []}
