"""How much one sender may ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from math import ceil
from threading import Lock
from time import monotonic

__all__ = ["RateLimiter", "network_of"]

_REMEMBERED = 50_000
"""Senders that are remembered; the one seen longest ago is forgotten first."""


class RateLimiter:
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

    def wait(self, address: str, *, count: bool = True, cost: float = 1.0) -> int:
        """Counts a request.

        Args:
            address: The sender's address; empty or no address: not limited.
            count: Whether it counts; otherwise this only asks whether it would be served.
            cost: For how many it counts; what is left may be overdrawn once, and is made up for by waiting.

        Returns:
            Whole seconds after which it may come again; 0: it may be served now.
        """
        key = network_of(address)
        if not key:
            return 0
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(key, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - at) * self._per_minute / 60)
            served = left >= 1
            self._buckets[key] = (left - cost if served and count else left, now)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        return 0 if served else max(1, ceil((1 - left) * 60 / self._per_minute))


def network_of(address: str) -> str:
    """The address that counts as one sender: IPv6 by its /64; empty: it is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(found) if found.version == 4 else found.packed[:8].hex()
