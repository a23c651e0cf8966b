"""How much one sender may ask, and how large and slow a request may be."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from math import ceil
from threading import Lock
from time import monotonic

from starlette.requests import ClientDisconnect, Request

__all__ = ["MAX_BODY", "BodyError", "Limiter", "peer_address", "read_body"]

MAX_BODY = 256 * 1024
"""Bytes of a request's body, unless a door says otherwise."""
_PATIENCE = 15.0
"""Seconds in which a body must have come."""
_REMEMBERED = 50_000
"""Senders that are remembered; the one seen longest ago is forgotten first."""


class BodyError(Exception):
    """A body is too large, too slow or was cut off; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Limiter:
    """A bucket of requests for each sender that fills up again with time; IPv6 senders share it by /64.

    Args:
        per_minute: Requests in a minute; as many may come at once.
        clock: Seconds that never go back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str, *, count: bool = True) -> int:
        """Counts a request.

        Args:
            address: The sender's address; empty or no address: not limited.
            count: Whether it counts; otherwise this only asks whether it would be served.

        Returns:
            Whole seconds after which it may come again; 0: it may be served now.
        """
        key = _network(address)
        if not key:
            return 0
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(key, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - at) * self._per_minute / 60)
            served = left >= 1
            self._buckets[key] = (left - 1 if served and count else left, now)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        return 0 if served else max(1, ceil((1 - left) * 60 / self._per_minute))


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(found) if found.version == 4 else found.packed[:8].hex()


def peer_address(request: Request) -> str:
    """The address that a request came from, as the server saw it; empty: not known."""
    return request.client.host if request.client else ""


async def read_body(request: Request, most: int = MAX_BODY) -> bytes:
    """A request's body.

    Args:
        request: The request.
        most: Bytes that it may have.

    Raises:
        BodyError: 413: it is larger; 408: it did not come in time; 400: its sender went away.
    """
    try:
        length = int(request.headers.get("content-length", "0"))
    except ValueError:
        raise BodyError("the Content-Length is no number", 400) from None
    if length > most:
        raise BodyError(f"the body is larger than {most} bytes", 413)
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise BodyError(f"the body is larger than {most} bytes", 413)
    except TimeoutError:
        raise BodyError("the body did not come in time", 408) from None
    except ClientDisconnect:
        raise BodyError("the body was cut off", 400) from None
    return bytes(body)
