"""Who sent a request, where proxies stand in front."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from starlette.requests import Request

from moderator.service.limits import peer_address
from moderator.settings import Network

__all__ = ["is_trusted", "sender_address"]

_HOPS = 10
"""Entries of X-Forwarded-For that are looked at."""


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
    address = peer_address(request)
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops[-_HOPS:]):
        if not is_trusted(address, proxies) or not hop.strip():
            break
        address = hop.strip()[:64]
    return address
