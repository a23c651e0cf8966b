"""Connections whose sender dawdles over a request's head are cut off: uvicorn alone would leave them open for ever."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["PatientProtocol"]


class PatientProtocol(H11Protocol):
    """HTTP/1.1 by h11, with a limit to how long the head of each request may take."""

    patience = 15.0
    """Seconds from the beginning of a connection, or from the last answer, to the end of the next head."""
    _watch: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begins to count."""
        super().connection_made(transport)
        self._idle_since = monotonic()
        self._look_later(self.patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends counting."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begins to count anew."""
        self._idle_since = monotonic()
        super().on_response_complete()

    def _look_later(self, seconds: float) -> None:
        self._watch = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        left = self.patience if answering else self._idle_since + self.patience - monotonic()
        if left > 0:
            self._look_later(left)
        else:
            self.transport.close()
