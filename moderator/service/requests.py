"""Reads requests: the sender's address behind proxies, and the body within limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from starlette.requests import ClientDisconnect, Request

from moderator.config.values import Network

__all__ = ["MAX_BODY", "BodyError", "is_trusted", "peer_address", "read_body", "sender_address"]

MAX_BODY = 256 * 1024
"""Bytes of a request's body, unless a door says otherwise."""
_PATIENCE = 15.0
"""Seconds in which a body must have come."""
_HOPS = 10
"""Entries of X-Forwarded-For that are looked at."""


class BodyError(Exception):
    """A body is too large, too slow or was cut off; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def is_trusted(address: str, proxies: Sequence[Network]) -> bool:
    """Whether an address is one of the owner's proxies."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in proxies)


def sender_address(request: Request, proxies: Sequence[Network]) -> str:
    """The address that a request came from.

    ``X-Forwarded-For`` is read from the right, and only as far as the owner's own proxies wrote it: everything left
    of that is the sender's invention.

    Args:
        request: The request.
        proxies: Networks of the owner's proxies.

    Returns:
        The address as text; empty: not known.
    """
    peer = peer_address(request)
    address = _plain(peer) or peer
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops[-_HOPS:]):
        before = _plain(hop)
        if not before or not is_trusted(address, proxies):
            break
        address = before
    return address


def _plain(hop: str) -> str:
    """An address without the port that some proxies add; IPv4 as such; empty: it is none."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


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
