"""Connections whose sender dawdles over a request's head are cut off: uvicorn alone would leave them open for ever.

And they make room: so many may be idle, of one address and of all; of more, the one that has been idle longest is
closed. So a thousand connections that say nothing do not keep anybody out.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from time import monotonic
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from moderator.service.limits import network_of

__all__ = ["PatientProtocol"]


class PatientProtocol(H11Protocol):
    """HTTP/1.1 by h11, with a limit to how long the head of each request may take, and to idle connections."""

    patience = 15.0
    """Seconds from the beginning of a connection, or from the last answer, to the end of the next head."""
    most_idle = 400
    """Connections that may wait for a request at once; well below uvicorn's limit of all."""
    most_idle_of_one = 100
    """Connections of one sender that may; a proxy in front of the service keeps fewer open."""
    _idle: ClassVar[OrderedDict[PatientProtocol, str]] = OrderedDict()
    """Connections without a request, the longest idle first, with their sender."""
    _watch: asyncio.TimerHandle | None = None
    _idle_since = 0.0

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

    def _close(self, idle: PatientProtocol) -> None:
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
