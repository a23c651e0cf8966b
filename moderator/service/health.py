"""How the service is, tried out: a database that takes a write, room on the disk, a history, workers that come back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from threading import Lock
from time import monotonic

from moderator.engine import Moderator
from moderator.errors import ModeratorError
from moderator.service.store import Store
from moderator.service.worker import WorkerPool

__all__ = ["Health"]

_FRESH = 5.0
"""Seconds for which an answer holds: anybody may ask, and each try writes to the disk."""
_ROOM = 16 << 20
"""Bytes that must be free on the disk; some linkbacks more, and nothing can be kept."""


class Health:
    """Finds out whether the service works; safe to share among threads.

    Args:
        store: Must take a write.
        moderator: Its history must answer.
        workers: Must come back.
        clock: Seconds that never go back.
        room: Bytes that are free where the database is; None: on its disk, if that is of this machine.
    """

    def __init__(
        self,
        store: Store,
        moderator: Moderator,
        workers: WorkerPool,
        clock: Callable[[], float] = monotonic,
        room: Callable[[], int] | None = None,
    ) -> None:
        self._store = store
        self._moderator = moderator
        self._workers = workers
        self._clock = clock
        self._room = room or (lambda: _ROOM if store.folder is None else shutil.disk_usage(store.folder).free)
        self._lock = Lock()
        self._until = 0.0
        self._known = ""

    def problem(self) -> str:
        """What is wrong, in a few words without any path; empty: nothing."""
        with self._lock:
            if self._clock() >= self._until:
                self._known = self._tried()
                self._until = self._clock() + _FRESH
            return self._known

    def _tried(self) -> str:
        try:
            if self._room() < _ROOM:
                return "the disk is full"
            self._store.remember("health", f"{self._clock():.0f}")
        except (ModeratorError, OSError):
            return "the database cannot be written"
        try:
            self._moderator.ping()
        except Exception:  # whatever a closed history says
            return "the history does not answer"
        return self._workers.problem()
