"""Fetching a source: guard, resolve, dial, follow redirects, read - each step under the same budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin

from moderator.linkcheck.budget import Budget, BudgetExceededError
from moderator.linkcheck.decoding import ACCEPTED, decompress, read_content_type
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination, check_address, check_url, is_allowed, parse_nat64, parse_network
from moderator.linkcheck.http import Answer, Transport
from moderator.linkcheck.resolve import Resolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import Throttle
from moderator.records import LinkStatus

__all__ = ["Fetched", "Fetcher"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_HTML = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_FIRST_TAG = re.compile(
    rb"\s*<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|p|div|a|h1|br|table)[\s>]", re.IGNORECASE
)
_META = re.compile(rb"<meta\b[^>]{0,300}>", re.IGNORECASE)
_STATUS = re.compile(rb"http-equiv\s*+=\s*+[\"']?+\s*+status\b", re.IGNORECASE)
_STATUS_GONE = re.compile(rb"content\s*+=\s*+[\"']?+\s*+410\b", re.IGNORECASE)
_HEAD = 16 * 1024
"""Bytes in which a page that cannot send its status says that it has gone."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a source."""

    url: str
    """Where the redirects led."""
    http_status: int
    """The last answer's status."""
    redirects: int
    """How many were followed."""
    addresses: tuple[str, ...]
    """The addresses of the first host, the source's own."""
    media_type: str
    """The type without parameters, lower case; empty: none was sent."""
    charset: str
    """The charset that the header names; empty: none."""
    body: bytes
    """The page, decompressed; empty where it is not text."""
    cut: str
    """Why the body ends before its end: ``page too large``, ``timeout`` ...; empty: it is whole."""
    is_html: bool
    """Whether a link can stand in it."""


class _FetchState:
    """How far a fetch has come."""

    def __init__(self, to: Destination) -> None:
        self.to = to
        self.seen: list[str] = []
        self.addresses: tuple[str, ...] = ()
        self.status: int | None = None


class Fetcher:
    """Fetches sources.

    Args:
        settings: The limits.
        resolver: From names to addresses.
        transport: Sends the requests.
        throttle: Whom we asked and when.
        clock: Seconds that never go back.
        types: Media types that are read besides HTML and plain text, such as a feed's.
    """

    def __init__(
        self,
        settings: LinkCheckSettings,
        resolver: Resolver,
        transport: Transport,
        throttle: Throttle,
        clock: Callable[[], float] = monotonic,
        *,
        types: frozenset[str] = frozenset(),
    ) -> None:
        self._types = _HTML | types | {"", "text/plain"}
        self._settings = settings
        self._resolver = resolver
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._allowed = tuple(parse_network(network) for network in settings.allow_networks)
        self._nat64 = tuple(parse_nat64(prefix) for prefix in settings.nat64_prefixes)
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
        }

    def fetch(self, source_url: str) -> Fetched:
        """Fetches one source.

        Args:
            source_url: Its address, a stranger's choice.

        Returns:
            What came of it.

        Raises:
            UnreadError: It could not or must not be read; status and detail say why.
        """
        settings = self._settings
        budget = Budget(settings.deadline, settings.wire_bytes, settings.header_bytes, self._clock)
        trip = _FetchState(self._check(source_url))
        try:
            while True:
                with self._throttle.turn(trip.to.host, budget.left()):
                    found = self._visit(trip, budget)
                if found is not None:
                    return found
        except FetchError as error:
            raise FetchError(
                error.status,
                error.detail,
                http_status=trip.status,
                final_url=trip.to.url,
                redirects=len(trip.seen),
            ) from None

    def _visit(self, trip: _FetchState, budget: Budget) -> Fetched | None:
        """Follows redirects as long as they stay at one host; None: they led to another."""
        host = trip.to.host
        while trip.to.host == host:
            addresses = self._resolve(trip.to, budget)
            trip.addresses = trip.addresses or addresses
            answer = self._dial(trip.to, addresses, budget)
            try:
                trip.status = answer.status
                location = answer.headers.get("Location", "") if answer.status in _REDIRECTS else ""
                if not location:
                    return self._read(trip, answer)
            finally:
                answer.close()
            trip.seen.append(trip.to.url)
            trip.to = self._onward(trip.to, location, trip.seen)
        return None

    def _check(self, url: str) -> Destination:
        return check_url(url, ports=self._settings.ports, allowed=self._allowed, nat64=self._nat64)

    def _resolve(self, to: Destination, budget: Budget) -> tuple[str, ...]:
        literal = ":" in to.host or to.host.replace(".", "").isdigit()
        addresses = (to.host,) if literal else self._resolver.resolve(to.host, budget.left())
        if not addresses:
            raise FetchError(LinkStatus.UNREACHABLE, "dns")
        for address in addresses:
            reason = check_address(address, self._allowed, self._nat64)
            if reason:
                raise FetchError(LinkStatus.REFUSED, reason)
            if to.port not in self._settings.ports and not is_allowed(address, self._allowed):
                raise FetchError(LinkStatus.REFUSED, "port not allowed")
        return addresses

    def _dial(self, to: Destination, addresses: tuple[str, ...], budget: Budget) -> Answer:
        tries = addresses[: self._settings.addresses]
        for place, address in enumerate(tries):
            self._throttle.count_address(address)
            try:
                return self._transport.get(to, address, self._headers, budget, self._settings.connect_timeout)
            except FetchError:
                if place == len(tries) - 1:
                    raise
            budget.left()
        raise AssertionError("unreachable: there is at least one address")

    def _onward(self, to: Destination, location: str, seen: list[str]) -> Destination:
        if len(seen) > self._settings.redirects:
            raise FetchError(LinkStatus.REFUSED, "too many redirects")
        try:
            onward = self._check(urljoin(to.url, _normalize_location(location).strip()))
        except ValueError:
            raise FetchError(LinkStatus.REFUSED, "bad redirect") from None
        if to.scheme == "https" and onward.scheme == "http" and not self._settings.allow_downgrade:
            raise FetchError(LinkStatus.REFUSED, "redirect from https to http")
        if onward.url in seen:
            raise FetchError(LinkStatus.REFUSED, "redirect loop")
        return onward

    def _read(self, trip: _FetchState, answer: Answer) -> Fetched:
        status = answer.status
        if status in _GONE:
            raise FetchError(LinkStatus.GONE, f"http {status}")
        if not 200 <= status < 300:
            raise FetchError(LinkStatus.UNREACHABLE, f"http {status}")
        media_type, charset = read_content_type(answer.headers.get("Content-Type", ""))
        body, cut = b"", ""
        if media_type in self._types:
            try:
                body, cut = decompress(
                    answer.chunks(), answer.headers.get("Content-Encoding", ""), self._settings.page_bytes
                )
            except BudgetExceededError:
                cut = "page too large"
        if _is_gone_page(body[:_HEAD]):
            raise FetchError(LinkStatus.GONE, "410 in its markup")
        return Fetched(
            url=trip.to.url,
            http_status=status,
            redirects=len(trip.seen),
            addresses=trip.addresses,
            media_type=media_type,
            charset=charset,
            body=body,
            cut=cut,
            is_html=media_type in _HTML or (not media_type and _looks_like_html(body)),
        )


def _normalize_location(location: str) -> str:
    """A Location header, which comes byte by byte as Latin-1: UTF-8 where it is, or else its bytes, percent-encoded."""
    try:
        data = location.encode("latin-1")
    except UnicodeEncodeError:
        return location
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in data)


def _is_gone_page(head: bytes) -> bool:
    """Whether a page says by ``<meta http-equiv="Status" content="410 Gone">`` that it was deleted (Webmention)."""
    while b"<!--" in head:  # in a comment it is not said
        before, _, rest = head.partition(b"<!--")
        head = before + rest.partition(b"-->")[2]
    return any(_STATUS.search(tag) and _STATUS_GONE.search(tag) for tag in _META.findall(head))


def _looks_like_html(body: bytes) -> bool:
    head = body[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    while head.startswith(b"<!--"):
        head = head.partition(b"-->")[2].lstrip()
    return _FIRST_TAG.match(head) is not None
