"""Who sent a request, where proxies stand in front."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from moderator.config.settings import Network
from moderator.service.limits import peer_address

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
