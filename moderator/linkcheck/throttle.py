"""The throttle: one request at a time for a host, with pauses, and limits per minute and day.

A source that fails again and again is left alone for a while.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Condition
from time import monotonic

from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.records import LinkStatus

__all__ = ["WAITING", "Throttle"]

MINUTE = 60.0
DAY = 86400.0
_HOST_BUSY, _HOST_SPENT, _ADDRESS_SPENT = "host busy", "host budget spent", "address budget spent"
WAITING = frozenset({_HOST_BUSY, _HOST_SPENT, _ADDRESS_SPENT})
"""Details of looks that were not made because it was not their turn."""
FAILURES = 3
"""Failures in a row after which a source is left alone for a while."""


@dataclass(slots=True)
class _Host:
    busy: bool = False
    free_at: float = 0.0
    """When the pause is over."""
    asked: deque[float] = field(default_factory=deque)
    """When it was asked in the last minute."""


@dataclass(slots=True)
class _Failure:
    error: FetchError
    at: datetime
    until: float
    times: int


class Throttle:
    """Remembers whom we asked and when; safe to share among threads.

    Args:
        settings: The limits.
        clock: Seconds that never go back.
    """

    def __init__(self, settings: LinkCheckSettings, clock: Callable[[], float] = monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = Condition()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._addresses: OrderedDict[str, deque[float]] = OrderedDict()
        self._failures: OrderedDict[str, _Failure] = OrderedDict()

    @contextmanager
    def turn(self, host: str, patience: float) -> Iterator[None]:
        """Waits for a turn at a host and holds it.

        Args:
            host: The host.
            patience: Seconds to wait at most.

        Raises:
            UnreadError: The turn does not come in time, or the host was asked often enough for this minute; the
                status is NOT_CHECKED, because nothing was looked at.
        """
        with self._changed:
            end = self._clock() + patience
            while True:
                now = self._clock()
                entry = self._hosts.setdefault(host, _Host())
                self._hosts.move_to_end(host)
                _forget(entry.asked, now)
                if len(entry.asked) >= self._settings.per_host_minute:
                    raise FetchError(LinkStatus.NOT_CHECKED, _HOST_SPENT)
                if not entry.busy and entry.free_at <= now:
                    break
                wake = end if entry.busy else min(end, entry.free_at)
                if now >= end or (not entry.busy and entry.free_at > end):
                    raise FetchError(LinkStatus.NOT_CHECKED, _HOST_BUSY)
                self._changed.wait(wake - now)
            entry.busy = True
            entry.asked.append(now)
            self._trim()
        try:
            yield
        finally:
            with self._changed:
                entry.busy = False
                entry.free_at = self._clock() + self._settings.pause
                self._changed.notify_all()

    def count_address(self, address: str) -> None:
        """Counts a request against an address, whatever name led to it.

        Raises:
            UnreadError: It was asked often enough for this minute; the status is NOT_CHECKED.
        """
        with self._changed:
            now = self._clock()
            asked = self._addresses.setdefault(address, deque())
            self._addresses.move_to_end(address)
            _forget(asked, now)
            if len(asked) >= self._settings.per_address_minute:
                raise FetchError(LinkStatus.NOT_CHECKED, _ADDRESS_SPENT)
            asked.append(now)
            self._trim()

    def next_turn(self, host: str) -> float:
        """Seconds until a host may be asked again; 0: now. inf: not before a request to it has ended."""
        with self._changed:
            entry = self._hosts.get(host)
            if entry is None:
                return 0.0
            if entry.busy:
                return float("inf")
            now = self._clock()
            _forget(entry.asked, now)
            full = len(entry.asked) >= self._settings.per_host_minute
            return max(entry.free_at - now, entry.asked[0] + MINUTE - now if full else 0.0, 0.0)

    def record_failure(self, source: str, error: FetchError, at: datetime) -> None:
        """Remembers that a source could not be read; each failure in a row doubles the time it is left alone.

        Args:
            source: Its address.
            error: How the look ended.
            at: When it began.
        """
        with self._changed:
            before = self._failures.pop(source, None)
            times = 1 if before is None else before.times + 1
            rest = min(self._settings.failed_seconds * 2.0 ** min(times - 1, 30), DAY)
            self._failures[source] = _Failure(error, at, self._clock() + rest, times)
            self._trim()

    def record_success(self, source: str) -> None:
        """Forgets a source's failures."""
        with self._changed:
            self._failures.pop(source, None)

    def known_failure(self, source: str, received_at: datetime | None) -> FetchError | None:
        """How a look at a source ends without another try; None: it may be tried.

        A look that failed after a linkback came is that linkback's own. An earlier one says nothing of it; only where
        the source has failed `FAILURES` times in a row the next try waits, and nothing is known meanwhile.

        Args:
            source: Its address.
            received_at: When the linkback came; None: not known.
        """
        with self._changed:
            failure = self._failures.get(source)
            if failure is None or failure.until <= self._clock():
                return None
            if received_at is None or failure.at >= received_at:
                return failure.error
            return FetchError(LinkStatus.NOT_CHECKED, "failed before") if failure.times >= FAILURES else None

    def _trim(self) -> None:
        limit = self._settings.remembered
        while len(self._addresses) > limit:
            self._addresses.popitem(last=False)
        while len(self._failures) > limit:
            self._failures.popitem(last=False)
        if len(self._hosts) > limit:
            for host in list(islice(self._hosts, len(self._hosts) - limit)):
                if not self._hosts[host].busy:
                    del self._hosts[host]


def _forget(asked: deque[float], now: float) -> None:
    while asked and asked[0] <= now - MINUTE:
        asked.popleft()
