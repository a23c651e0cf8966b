"""Reads pages in several processes: for queues, where reading costs more than fetching."""

from __future__ import annotations

import signal
from contextlib import suppress
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from types import TracebackType
from typing import NamedTuple, Self

from moderator.linkcheck.evidence import build_evidence
from moderator.linkcheck.fetch import Fetched
from moderator.records import Linkback, LinkEvidence, Post

__all__ = ["PagePool"]

_PATIENCE = 2.0
"""Seconds that a process is given to end by itself."""


class _Reader(NamedTuple):
    process: BaseProcess
    pipe: Connection


class PagePool:
    """Processes that turn fetched pages into evidence; give it to `HttpVerifier` as ``read``, and close it.

    A process starts in about a second, so it pays from some hundreds of pages. As always with processes, the program
    that uses it must be importable without side effects (``if __name__ == "__main__":``).

    Args:
        count: Processes; one more than the cores that may be used keeps these busy while pages are handed over.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        for _ in range(count):
            self._idle.put(_start())

    def __call__(self, linkback: Linkback, post: Post | None, fetched: Fetched, at: datetime) -> LinkEvidence:
        """Does `judge` in one of the processes, and waits for it.

        Raises:
            ChildProcessError: The process died, for want of memory perhaps; the next page gets a new one.
        """
        reader = self._idle.get()
        try:
            reader.pipe.send((linkback, post, fetched, at))
            answer = reader.pipe.recv()
        except (EOFError, OSError):
            _end(reader)
            reader = _start()
            raise ChildProcessError("the process that read a page has died") from None
        finally:
            self._idle.put(reader)
        if isinstance(answer, Exception):
            raise answer
        evidence: LinkEvidence = answer
        return evidence

    def close(self) -> None:
        """Ends the processes, each after the page that it is reading."""
        for _ in range(self._count):
            _end(self._idle.get())
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _start() -> _Reader:
    context = get_context("spawn")  # never fork: the parent has threads
    here, there = context.Pipe()
    process = context.Process(target=_read, args=(there,), name="moderator-read", daemon=True)
    process.start()
    there.close()
    return _Reader(process, here)


def _end(reader: _Reader) -> None:
    reader.pipe.close()
    reader.process.join(_PATIENCE)
    if reader.process.is_alive():
        reader.process.kill()
        reader.process.join()


def _read(pipe: Connection) -> None:
    """What a process does: pages in, evidence out, until its parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    with suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            try:
                answer: LinkEvidence | Exception = build_evidence(*task)
            except Exception as error:
                answer = RuntimeError(f"{type(error).__name__}: {error}")
            pipe.send(answer)
