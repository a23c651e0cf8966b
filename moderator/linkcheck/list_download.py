"""Downloads a subscribed list with the guard of the link check, limited in time and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moderator.domain_lists.subscribe import MAX_BYTES, Answer
from moderator.errors import ListError
from moderator.linkcheck import http
from moderator.linkcheck.budget import Budget
from moderator.linkcheck.fetch import Fetcher
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination
from moderator.linkcheck.http import RequestsTransport, Transport
from moderator.linkcheck.resolve import Resolver, SystemResolver
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import Throttle

__all__ = ["ListDownload"]

DEADLINE = 60.0
"""Seconds for one list."""
_TYPES = frozenset(
    {
        "application/json",
        "application/jsonl",
        "application/x-ndjson",
        "application/x-jsonlines",
        "application/octet-stream",
        "text/csv",
        "text/json",
    }
)
"""Media types under which lists are served, besides plain text."""


class ListDownload:
    """Asks for lists; a `moderator.domain_lists.subscribe.Fetch`.

    Args:
        settings: The limits of the link check; those of time and size are raised to what lists need.
        resolver: From names to addresses; None: the machine's own.
        transport: Sends the requests; None: the real one.
    """

    def __init__(
        self,
        settings: LinkCheckSettings | None = None,
        *,
        resolver: Resolver | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._settings = replace(
            settings or LinkCheckSettings(), deadline=DEADLINE, wire_bytes=MAX_BYTES, page_bytes=MAX_BYTES
        )
        self._resolver = resolver or SystemResolver()
        self._transport = transport or RequestsTransport()

    def __call__(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Asks once.

        Args:
            url: The list's address.
            headers: Conditions, such as ``If-None-Match``.

        Raises:
            ListError: There is no answer, or it is too large, too slow, or no text.
        """
        asking = _Conditional(self._transport, headers)
        throttle = Throttle(self._settings)
        fetcher = Fetcher(self._settings, self._resolver, asking, throttle, types=_TYPES)
        try:
            fetched = fetcher.fetch(url)
        except FetchError as error:
            if error.http_status is None or error.detail != f"http {error.http_status}":
                raise ListError(f"it cannot be fetched ({error.detail}); correct the address or try later") from None
            return Answer(error.http_status)
        if fetched.cut:
            raise ListError(f"it came in part only ({fetched.cut}); try later")
        if fetched.media_type not in _TYPES | {"", "text/plain"}:
            raise ListError(f"its server sends {fetched.media_type or 'no type'}; state the list's raw address")
        return Answer(200, fetched.body, asking.headers.get("ETag", ""), asking.headers.get("Last-Modified", ""))


class _Conditional:
    """A transport that adds conditions to each request, and notes the last answer's header fields."""

    def __init__(self, transport: Transport, conditions: Mapping[str, str]) -> None:
        self._transport = transport
        self._conditions = conditions
        self.headers: Mapping[str, str] = {}

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> http.Answer:
        """See `Transport.get`."""
        asked = {**headers, "Accept": "*/*", **self._conditions}
        answer = self._transport.get(to, address, asked, budget, connect_timeout)
        self.headers = answer.headers
        return answer
