"""The budget of one link check: time, and bytes from the network."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus

__all__ = ["Budget", "BudgetExceededError"]


class BudgetExceededError(FetchError):
    """More bytes came than may be read."""

    def __init__(self, detail: str) -> None:
        super().__init__(LinkStatus.TOO_LARGE, detail)


class Budget:
    """Time and bytes of one look, shared by all its redirects.

    Args:
        seconds: Until the deadline.
        wire_bytes: Bytes that may be read from the network.
        header_bytes: Bytes that one answer's head may take.
        clock: Seconds that never go back.
    """

    def __init__(
        self, seconds: float, wire_bytes: int, header_bytes: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._bytes = wire_bytes
        self._header_bytes = header_bytes
        self._head: int | None = None

    def left(self) -> float:
        """Seconds left, above 0.

        Raises:
            UnreadError: None are; the status is UNREACHABLE.
        """
        seconds = self._end - self._clock()
        if seconds <= 0:
            raise FetchError(LinkStatus.UNREACHABLE, "timeout")
        return seconds

    def begin_head(self) -> None:
        """From now on an answer's head is read."""
        self._head = self._header_bytes

    def end_head(self) -> None:
        """The head is over; what follows is the body."""
        self._head = None

    def room(self, wanted: int) -> int:
        """How many of `wanted` bytes may be read at once, at least 1.

        Raises:
            TooMuchError: None may.
        """
        if self._head is not None and self._head <= 0:
            raise FetchError(LinkStatus.UNREACHABLE, "header too large")
        if self._bytes <= 0:
            raise BudgetExceededError("page too large")
        return min(wanted, self._bytes)

    def spend(self, count: int) -> None:
        """Takes account of bytes that were read."""
        self._bytes -= count
        if self._head is not None:
            self._head -= count
