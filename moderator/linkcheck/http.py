"""One HTTP exchange with one checked address, on `requests`, within the budget of time and bytes.

What `requests.get` would add is left out on purpose: no session, so neither cookies nor credentials nor proxies from
the environment; no redirects, because each hop has to be checked; no decompression, because it has no cap there.
"""

from __future__ import annotations

import io
import ssl
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Protocol, cast

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, IncompleteRead
from urllib3.exceptions import SSLError as WrappedSSLError

from moderator.linkcheck.budget import Budget
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination
from moderator.records import LinkStatus

__all__ = ["Answer", "RequestsTransport", "Transport"]

CHUNK = 64 * 1024
"""Bytes read at a time."""


class Answer(Protocol):
    """An HTTP answer whose body is still to be read."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields; names compare without regard to case."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The body as it came, still compressed.

        Raises:
            UnreadError: It breaks off, the time is up, or more came than may be read.
        """
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


class Transport(Protocol):
    """Sends one GET request: the seam behind which the network begins."""

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> Answer:
        """Asks `address`, and no other, for `to`.

        Args:
            to: What is asked for.
            address: The address to dial; it has been checked.
            headers: Header fields to send, beside Host.
            budget: Time and bytes.
            connect_timeout: Seconds for the connection, and as many for TLS.

        Raises:
            UnreadError: There is no answer.
        """
        ...


class RequestsTransport:
    """The real transport: one connection for each request, on requests and urllib3.

    Args:
        context: TLS settings; None: certificates are verified against the authorities that requests brings.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> Answer:
        """See `Transport.get`."""
        if self._context is None and to.scheme == "https":
            # Reading the authorities takes some 20 ms: once is enough.
            self._context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
        adapter = _PinnedAdapter(to, address, self._context, budget)
        # TCP and TLS each may take this long, and both together not longer than what is left.
        seconds = min(connect_timeout, budget.left() / 2)
        budget.begin_head()
        try:
            # Not by `Request.prepare`, which would spell the address anew: what was checked is what is sent.
            request = requests.PreparedRequest()
            request.method, request.url = "GET", to.url
            request.headers = CaseInsensitiveDict({**headers, "Host": to.host_header})
            response: Any = adapter.send(request, stream=True, timeout=(seconds, budget.left()), verify=True)
        except FetchError:
            adapter.close()
            raise
        except Exception as error:
            adapter.close()
            raise _unreachable(error, budget) from None
        budget.end_head()
        return _Response(response, adapter, budget)


class _Response:
    """An answer of urllib3."""

    def __init__(self, response: BaseHTTPResponse, adapter: HTTPAdapter, budget: Budget) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._adapter = adapter
        self._budget = budget

    def chunks(self) -> Iterator[bytes]:
        try:
            # What has come is handed on at once, so that a page that breaks off is read as far as it came.
            while piece := self._response.read1(CHUNK, decode_content=False):
                yield piece
        except FetchError:
            raise
        except Exception as error:
            raise _unreachable(error, self._budget) from None

    def close(self) -> None:
        self._response.close()
        self._adapter.close()


def _unreachable(error: Exception, budget: Budget) -> FetchError:
    """Sorts what requests, urllib3, ssl and http.client raise; whatever it is, it is the stranger's fault."""
    budget.left()  # a time-out shows in many ways
    seen: set[int] = set()
    at: object = error
    while isinstance(at, BaseException) and id(at) not in seen:
        seen.add(id(at))
        if isinstance(at, FetchError):
            return at
        if isinstance(at, ssl.SSLCertVerificationError):
            return FetchError(LinkStatus.UNREACHABLE, "tls certificate")
        if isinstance(at, ssl.SSLError | WrappedSSLError | requests.exceptions.SSLError):
            inner = next((part for part in at.args if isinstance(part, BaseException)), at.__cause__ or at.__context__)
            if isinstance(inner, BaseException) and id(inner) not in seen:
                at = inner
                continue
            return FetchError(LinkStatus.UNREACHABLE, "tls")
        if isinstance(at, IncompleteRead):
            return FetchError(LinkStatus.UNREACHABLE, "incomplete")
        if isinstance(at, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
            return FetchError(LinkStatus.UNREACHABLE, "connection reset")
        if isinstance(at, ConnectionRefusedError):
            return FetchError(LinkStatus.UNREACHABLE, "connection refused")
        if isinstance(at, TimeoutError):
            return FetchError(LinkStatus.UNREACHABLE, "timeout")
        reason = getattr(at, "reason", None)
        parts = [part for part in at.args if isinstance(part, BaseException)]
        at = reason if isinstance(reason, BaseException) else next(iter(parts), at.__cause__ or at.__context__)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return FetchError(LinkStatus.UNREACHABLE, "timeout")
    if isinstance(error, HTTPError | requests.RequestException):
        return FetchError(LinkStatus.UNREACHABLE, "bad answer")
    return FetchError(LinkStatus.UNREACHABLE, "connection")


class _PinnedAdapter(HTTPAdapter):
    """Dials one address whatever the URL says, and verifies the certificate against the URL's host.

    It makes its one connection itself: the steps that requests takes to share connections, find proxies and keep
    cookies cost half of a request's time, and here nothing is shared.
    """

    def __init__(self, to: Destination, address: str, context: ssl.SSLContext | None, budget: Budget) -> None:
        self._target = to.target
        self._pool: HTTPConnectionPool
        made: Any
        if to.scheme == "https":
            # With a context of its own and a server name, OpenSSL sends the name and compares the certificate with it.
            self._pool = HTTPSConnectionPool(address, to.port, ssl_context=context, server_hostname=to.host)
            made = partial(_SecureConnection, budget=budget)
        else:
            self._pool = HTTPConnectionPool(address, to.port)
            made = partial(_Connection, budget=budget)
        self._pool.ConnectionCls = made
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        """Makes none: there is one pool, for one connection."""

    def get_connection_with_tls_context(self, *args: Any, **keywords: Any) -> HTTPConnectionPool:
        return self._pool

    def request_url(self, *args: Any) -> str:
        return self._target

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> Any:
        return resp

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Does nothing: the context brings the authorities, and they are not to be read anew for each request."""

    def close(self) -> None:
        self._pool.close()


class _Connection(HTTPConnection):
    """A connection whose reading is bounded."""

    def __init__(self, *args: Any, budget: Budget, **keywords: Any) -> None:
        self._budget = budget
        super().__init__(*args, **keywords)

    def connect(self) -> None:
        super().connect()
        self.sock = cast(Any, _BoundedSocket(self.sock, self._budget))


class _SecureConnection(HTTPSConnection):
    """The same over TLS."""

    def __init__(self, *args: Any, budget: Budget, **keywords: Any) -> None:
        self._budget = budget
        super().__init__(*args, **keywords)

    def connect(self) -> None:
        super().connect()
        self.sock = cast(Any, _BoundedSocket(self.sock, self._budget))


class _BoundedSocket:
    """A socket whose every read ends at the deadline and is counted, however slowly the bytes drip."""

    def __init__(self, sock: Any, budget: Budget) -> None:
        self._sock = sock
        self._budget = budget

    def makefile(self, mode: str, *args: Any, **keywords: Any) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._budget), 16 * 1024)

    def sendall(self, data: Any, *args: Any) -> None:
        self._sock.settimeout(self._budget.left())
        self._sock.sendall(data, *args)

    def settimeout(self, seconds: float | None) -> None:
        """The budget sets the time."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _BoundedReader(io.RawIOBase):
    """The reading side of `_BoundedSocket`."""

    def __init__(self, sock: Any, budget: Budget) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        room = self._budget.room(len(view))
        self._sock.settimeout(self._budget.left())
        count = cast(int, self._raw.readinto(view[:room]) or 0)
        self._budget.spend(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
