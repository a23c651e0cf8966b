"""Resolves a host's name to its addresses, within a time limit."""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Protocol

from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus

__all__ = ["Resolver", "SystemResolver"]


class Resolver(Protocol):
    """Finds a host's addresses."""

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        """The addresses of `host` as text, the best first; each is checked before it is dialled.

        Args:
            host: A lower-case IDNA name.
            timeout: Seconds it may take.

        Raises:
            UnreadError: There are none, or it took too long; the status is UNREACHABLE.
        """
        ...


class SystemResolver:
    """The machine's own resolver.

    ``getaddrinfo`` knows no time limit, so each look-up runs in a thread of its own that is left behind when it takes
    too long; `at_once` bounds how many there can be.
    """

    def __init__(self, at_once: int = 64) -> None:
        self._slots = BoundedSemaphore(at_once)

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        """See `Resolver.resolve`."""
        if not self._slots.acquire(timeout=max(timeout, 0.0)):
            raise FetchError(LinkStatus.UNREACHABLE, "dns timeout")
        answers: SimpleQueue[tuple[str, ...] | None] = SimpleQueue()
        Thread(target=self._ask, args=(host, answers), name="moderator-dns", daemon=True).start()
        try:
            found = answers.get(timeout=max(timeout, 0.0))
        except Empty:
            raise FetchError(LinkStatus.UNREACHABLE, "dns timeout") from None
        if not found:
            raise FetchError(LinkStatus.UNREACHABLE, "dns")
        return found

    def _ask(self, host: str, answers: SimpleQueue[tuple[str, ...] | None]) -> None:
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put(tuple(dict.fromkeys(str(entry[4][0]) for entry in entries)))
        except (OSError, UnicodeError):
            answers.put(None)
        finally:
            self._slots.release()
