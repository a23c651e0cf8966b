"""Health of the service: what is checked on request, and a heartbeat that ends a process which hangs.

A process that hangs is ended, so that its supervisor (systemd, Docker) starts it again. `moderator.service.worker_pool`
replaces a thread that is stuck. One that is stuck in C code and holds the interpreter lock stops all others; then only
`faulthandler` can act, because it works outside Python.
"""

from __future__ import annotations

import faulthandler
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic

from moderator.engine import Moderator
from moderator.errors import ModeratorError
from moderator.service.store import Store
from moderator.service.worker import WorkerPool

__all__ = ["LIMIT", "Health", "heartbeat"]

_FRESH = 5.0
"""Seconds for which an answer holds: anybody may ask, and each try writes to the disk."""
_ROOM = 16 << 20
"""Bytes that must be free on the disk; some linkbacks more, and nothing can be kept."""
LIMIT = 60.0
"""Seconds without a beat after which the process ends. Python's threads take turns every 5 ms, and a flood costs a beat
some tenths of a second, so this is far from anything that passes by itself."""
_BEATS = 12
"""Beats within the limit."""


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
            self._store.set_value("health", f"{self._clock():.0f}")
        except (ModeratorError, OSError):
            return "the database cannot be written"
        try:
            self._moderator.ping()
        except Exception:  # whatever a closed history says
            return "the history does not answer"
        return self._workers.problem()


@contextmanager
def heartbeat(limit: float = LIMIT) -> Iterator[None]:
    """Beats as long as the block lasts; without a beat for `limit` seconds the process ends at once with exit code 1.

    Before that, it says on the error stream where each thread stood. Where there is no such stream, nothing watches.
    """
    try:
        sys.stderr.fileno()
    except (AttributeError, io.UnsupportedOperation, ValueError):
        yield
        return
    ended = Event()

    def beat() -> None:
        while not ended.is_set():
            faulthandler.dump_traceback_later(limit, exit=True)
            ended.wait(limit / _BEATS)

    thread = Thread(target=beat, name="moderator-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()
