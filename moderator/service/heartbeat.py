"""Ends a process that does not move any more, so that whoever watches over it (systemd, Docker) starts it again.

A thread that is stuck is replaced by `moderator.service.worker_pool`. One that is stuck in C code and holds Python's
lock stops every other thread with it: health, signals, the watch over the workers. What can still act is a thread
outside Python, which `faulthandler` has. What was being judged then is held at the third start.
"""

from __future__ import annotations

import faulthandler
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

__all__ = ["LIMIT", "heartbeat"]

LIMIT = 60.0
"""Seconds without a beat after which the process ends. Python's threads take turns every 5 ms, and a flood costs a beat
some tenths of a second, so this is far from anything that passes by itself."""
_BEATS = 12
"""Beats within the limit."""


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
