"""Reading pages on several cores: for queues, where reading costs more than fetching."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context
from threading import Lock
from types import TracebackType
from typing import Self

from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.judge import judge
from moderator.records import Linkback, LinkEvidence, Post

__all__ = ["ReadingProcesses"]


class ReadingProcesses:
    """Processes that turn fetched pages into evidence; give it to `HttpVerifier` as ``read``, and close it.

    A process starts in about a second, so it pays from some hundreds of pages. As always with processes, the program
    that uses it must be importable without side effects (``if __name__ == "__main__":``).

    Args:
        count: Processes; one for each core that may be used.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = Lock()
        self._pool = self._new_pool()

    def __call__(self, linkback: Linkback, post: Post | None, fetched: Fetched, at: datetime) -> LinkEvidence:
        """Does `judge` in one of the processes, and waits for it.

        Raises:
            BrokenProcessPool: The process died, for want of memory perhaps; the next page gets a new one.
        """
        pool = self._pool
        try:
            return pool.submit(judge, linkback, post, fetched, at).result()
        except BrokenProcessPool:
            with self._lock:
                if self._pool is pool:
                    self._pool = self._new_pool()
            raise

    def close(self) -> None:
        """Ends the processes."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _new_pool(self) -> ProcessPoolExecutor:
        # Never fork: the parent has threads.
        return ProcessPoolExecutor(self._count, mp_context=get_context("spawn"))
