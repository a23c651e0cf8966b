"""Closes connections that send a request's head too slowly, and idle ones when there are too many.

Uvicorn alone would leave them open for ever. The number of idle connections is limited for one address and for all;
beyond that, the one that has been idle longest is closed. The limits follow from how many files the process may open:
an unopened database or page is worse than a closed connection.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from time import monotonic
from typing import Any, ClassVar, Self

from uvicorn.protocols.http.h11_impl import H11Protocol

from moderator.service.rate_limit import network_of

__all__ = ["HeadTimeoutProtocol", "max_connections"]

OWN_FILES = 40
"""Files that the service itself may have open at once: databases, pages it looks at, the log."""


def max_connections() -> int:
    """Connections that may be open at once, so that files are left for the service's own work; at least 8."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return 1000
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1000 if most == resource.RLIM_INFINITY else max(8, min(1000, most - OWN_FILES))


class HeadTimeoutProtocol(H11Protocol):
    """HTTP/1.1 by h11, with a limit to how long the head of each request may take, and to idle connections."""

    patience = 15.0
    """Seconds from the beginning of a connection, or from the last answer, to the end of the next head."""
    most_idle = 400
    """Connections that may wait for a request at once."""
    most_idle_of_one = 100
    """Connections of one sender that may; a proxy in front of the service keeps fewer open."""
    _idle: ClassVar[OrderedDict[HeadTimeoutProtocol, str]] = OrderedDict()
    """Connections without a request, the longest idle first, with their sender."""
    _watch: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    @classmethod
    def with_room_for(cls, connections: int) -> type[Self]:
        """The protocol for a service that may have so many connections at once: fewer than half of them may be idle."""
        idle = max(4, min(cls.most_idle, 2 * connections // 5))
        return type(cls.__name__, (cls,), {"most_idle": idle, "most_idle_of_one": max(2, idle // 4)})

    def connection_made(self, transport: Any) -> None:
        """Begins to count."""
        super().connection_made(transport)
        self._rest()
        self._look_later(self.patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends counting."""
        if self._watch is not None:
            self._watch.cancel()
        self._idle.pop(self, None)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Reads what came; with a whole head, the connection is idle no longer."""
        super().handle_events()
        if self._is_answering():
            self._idle.pop(self, None)

    def on_response_complete(self) -> None:
        """Begins to count anew."""
        self._rest()
        super().on_response_complete()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _rest(self) -> None:
        """Counts as idle from now on, and closes who has been idle for longer where there are too many."""
        self._idle_since = monotonic()
        sender = network_of(self.client[0]) if self.client else ""
        self._idle.pop(self, None)
        self._idle[self] = sender
        of_one = [each for each, theirs in self._idle.items() if theirs == sender] if sender else []
        if len(of_one) > self.most_idle_of_one:
            self._close(of_one[0])
        if len(self._idle) > self.most_idle:
            self._close(next(iter(self._idle)))

    def _close(self, idle: HeadTimeoutProtocol) -> None:
        self._idle.pop(idle, None)
        idle.transport.close()

    def _look_later(self, seconds: float) -> None:
        self._watch = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        left = self.patience if self._is_answering() else self._idle_since + self.patience - monotonic()
        if left > 0:
            self._look_later(left)
        else:
            self.transport.close()
