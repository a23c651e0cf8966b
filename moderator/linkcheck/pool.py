"""Checks many sources at once, but never two at one host; hosts take turns."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from math import isinf
from threading import Condition, Lock, Thread
from time import monotonic

from moderator.linkcheck.base import LinkVerifier
from moderator.linkcheck.throttle import WAITING
from moderator.records import Case, LinkEvidence, LinkStatus
from moderator.urls import parse_url

__all__ = ["verify_many"]

RETRY_SECONDS = 5.0
"""Seconds after which a look that had to wait is tried again: a twelfth of the minute in which requests are counted."""


def verify_many(
    verifier: LinkVerifier,
    cases: Sequence[Case],
    *,
    workers: int = 16,
    patience: float = 3600.0,
    again: float = RETRY_SECONDS,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], float] = monotonic,
) -> list[LinkEvidence]:
    """Looks at the sources of many linkbacks.

    One host is asked by one worker at a time, and each host gets its turn before any gets a second one, so that one
    slow or busy host does not keep the others waiting. A look that was not made because a host or address had been
    asked often enough is tried again later.

    Args:
        verifier: Looks at one source; it is shared among threads.
        cases: Linkbacks with their posts.
        workers: Sources looked at at once.
        patience: Seconds after which no further look is begun: a host with hundreds of linkbacks may be asked only so
            often a minute.
        again: Seconds after which a look that had to wait is tried again, at the earliest.
        progress: Called now and then, in the caller's thread, with the number done and the number of all.
        clock: Seconds that only rise.

    Returns:
        The evidence of each case, in the same order; the empty record (not checked) where patience ended first.

    Raises:
        ValueError: `workers` is below 1.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    turns = _HostQueues(verifier, cases, clock() + patience, again, clock)
    threads = [
        Thread(target=turns.work, name=f"moderator-verify-{number}", daemon=True)
        for number in range(min(workers, len(cases)))
    ]
    for thread in threads:
        thread.start()
    try:
        turns.watch(progress)
    finally:
        turns.stop()
        for thread in threads:
            thread.join()
    return turns.evidence


class _HostQueues:
    """Which host is next."""

    def __init__(
        self, verifier: LinkVerifier, cases: Sequence[Case], end: float, again: float, clock: Callable[[], float]
    ) -> None:
        self._again = again
        self._clock = clock
        self._verifier = verifier
        self._wait = getattr(verifier, "wait", None)
        self._cases = cases
        self._end = end
        lock = Lock()
        self._changed = Condition(lock)
        """Tells the workers that a host is free."""
        self._news = Condition(lock)
        """Tells the caller's thread what it waits for. Waking it after each look costs time."""
        self._telling = False
        """Whether it waits for each look, and not for the last one only."""
        self._done = 0
        self._reported = 0
        self._failure: BaseException | None = None
        self._stopped = False
        self._queues: dict[str, deque[int]] = {}
        for place, case in enumerate(cases):
            self._queues.setdefault(parse_url(case.linkback.source_url).host, deque()).append(place)
        self._round = 0
        self._ready: list[tuple[float, int, str]] = []
        """When a host is free, a number that keeps the turns in order, and the host."""
        for host in self._queues:
            self._enter(host, 0.0)
        self._running = 0
        self.evidence: list[LinkEvidence] = [LinkEvidence()] * len(cases)

    def work(self) -> None:
        """Takes turns until none is left."""
        while (taken := self._take()) is not None:
            host, place = taken
            case = self._cases[place]
            later = False
            try:
                found = self._verifier.verify(case.linkback, case.post)
                self.evidence[place] = found
                later = found.status is LinkStatus.NOT_CHECKED and found.detail in WAITING
            except BaseException as error:
                # A verifier does not raise; one that does must not leave the caller waiting.
                self._fail(error)
            self._give_back(host, place if later else None)

    def watch(self, progress: Callable[[int, int], None] | None) -> None:
        """Waits until all is done and tells how far it is."""
        total = len(self._cases)
        while True:
            with self._news:
                self._telling = progress is not None
                while not self._over() and (progress is None or self._done == self._reported):
                    self._news.wait(1.0)
                self._reported, over, failure = self._done, self._over(), self._failure
            if failure is not None:
                raise failure
            if progress is not None:
                progress(self._reported, total)
            if over:
                return

    def stop(self) -> None:
        """Begins no further look."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _over(self) -> bool:
        idle = self._running == 0 and (not self._ready or self._stopped or self._clock() >= self._end)
        return idle or self._failure is not None

    def _take(self) -> tuple[str, int] | None:
        with self._changed:
            while True:
                now = self._clock()
                if self._stopped or self._failure is not None or now >= self._end:
                    return None
                if self._ready:
                    free_at, _, host = self._ready[0]
                    if free_at <= now:
                        heappop(self._ready)
                        self._running += 1
                        return host, self._queues[host].popleft()
                    self._changed.wait(min(free_at, self._end) - now)
                elif self._running:
                    self._changed.wait(1.0)
                else:
                    return None

    def _give_back(self, host: str, later: int | None) -> None:
        queue = self._queues[host]
        if later is not None:
            queue.appendleft(later)
        seconds = 0.0
        if queue and self._wait is not None:
            seconds = self._wait(self._cases[queue[0]].linkback.source_url)
        with self._changed:
            self._running -= 1
            self._done += later is None
            if queue:
                pause = 1.0 if isinf(seconds) else seconds
                # its own host may be free, and another one on the way was not
                self._enter(host, self._clock() + (pause if later is None else max(pause, self._again)))
            self._changed.notify_all()
            if self._telling or self._over():
                self._news.notify()

    def _enter(self, host: str, free_at: float) -> None:
        self._round += 1
        heappush(self._ready, (free_at, self._round, host))

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._failure = self._failure or error
