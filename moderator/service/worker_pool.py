"""Threads that process the queue. A thread that dies or hangs is replaced."""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread, current_thread
from time import monotonic
from typing import Any, Protocol

from moderator.service.rate_limit import network_of
from moderator.service.records import Mention
from moderator.service.store import FairTurn, Store

__all__ = ["LEASE", "STUCK", "Processor", "WorkerPool"]

LEASE = timedelta(minutes=10)
"""For how long one thread keeps what it has taken; far more than judging takes."""
_TRIES = 4
"""How often judging that fails is begun."""
_MOST = 4 * _TRIES
"""How often one is taken out of the queue before it is thought to end the process each time."""
_CRASHES = 2
"""How often the process may end over one before it is held unjudged."""
STUCK = 120.0
"""Seconds after which a thread is given up; judging takes at most some looks of ten seconds each."""
_SLOW = 60.0
"""Seconds after which a thread counts as stuck, for whoever asks how the service is."""
_MOST_STUCK = 3
"""Threads that may be given up before the service says that it is unwell."""
_WATCH = 5.0
"""Seconds between two looks at the threads and the clock."""
_SILENCE = timedelta(seconds=30)
"""A process without a heartbeat for so long is dead; a living one sends one every `_WATCH` seconds."""
_CLOCK_SLACK = timedelta(seconds=30)
"""What the clock may be set back, as time servers do, before anything is moved."""
_log = logging.getLogger(__name__)


class Processor(Protocol):
    """What is done with one mention: `moderator.service.worker.Worker`."""

    def deferral(self, mention: Mention) -> timedelta | None:
        """How long a mention steps back; None: it is its turn."""
        ...

    def process(self, mention: Mention) -> Any:
        """Judges a mention and writes it down."""
        ...

    def hold_failed(self, mention: Mention) -> None:
        """Holds a mention whose judging fails again and again."""
        ...


class _Job:
    """What one thread is judging."""

    def __init__(self, mention: Mention, now: float) -> None:
        self.mention = mention
        self.began = now


class WorkerPool:
    """Threads that judge what waits, sender after sender, each sender's longest waiting first.

    One sender gets three quarters of the threads at most, one author a quarter. A thread that does not come back is
    given up and replaced, and what it was judging is held; so is what was being judged when the process ended twice.
    Where several processes share the queue, what a dead one had taken is taken over by the others.

    Args:
        worker: Processes one mention.
        store: Keeps the queue.
        count: Threads.
        clock: The time of day.
        elapsed: Seconds that never go back.
    """

    def __init__(
        self,
        worker: Processor,
        store: Store,
        count: int,
        clock: Callable[[], datetime],
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self._worker = worker
        self._store = store
        self._count = count
        self._clock = clock
        self._elapsed = elapsed
        self._awake = Event()
        self._ended = Event()
        self._taking = Lock()
        self._jobs: dict[Thread, _Job | None] = {}
        self._last_sender = ""
        self._began = clock(), elapsed()
        self._name = secrets.token_hex(8)
        self._watch = Thread(target=self._watch_over, name="moderator-watch", daemon=True)
        self.stuck = 0
        """Threads that were given up since the start."""

    def start(self) -> None:
        """Begins, also with what an earlier process had taken and not finished."""
        self._store.join(self._name, self._clock(), LEASE)
        for _ in range(self._count):
            self._start_one()
        self._watch.start()

    @property
    def running(self) -> bool:
        """Whether what comes in is judged at once."""
        return bool(self._jobs) and not self._ended.is_set()

    def wake(self) -> None:
        """Tells that something waits."""
        self._awake.set()

    def stop(self, patience: float = 30.0) -> None:
        """Ends the threads after what they are judging; what waits stays in the queue.

        Args:
            patience: Seconds to wait for all of them.
        """
        self._ended.set()
        self._awake.set()
        until = monotonic() + patience
        for thread in list(self._jobs):
            thread.join(max(0.0, until - monotonic()))
        if self._watch.is_alive():
            self._watch.join(max(1.0, until - monotonic()))
        self._store.leave(self._name, self._clock())

    def problem(self) -> str:
        """What is wrong with the threads now; empty: nothing."""
        if self.stuck >= _MOST_STUCK:
            return f"{self.stuck} workers did not come back"
        jobs = [job for job in list(self._jobs.values()) if job is not None]
        if jobs and len(jobs) == len(self._jobs) and all(self._elapsed() - job.began > _SLOW for job in jobs):
            return "every worker is stuck"
        return ""

    def give_up_stuck(self) -> int:
        """Gives threads up that have judged one mention for too long, and holds it; returns how many."""
        now, found = self._elapsed(), 0
        for thread, job in list(self._jobs.items()):
            if job is None or now - job.began < STUCK:
                continue
            found += 1
            self.stuck += 1
            del self._jobs[thread]
            _log.error("judging linkback %s does not end; it is held", job.mention.linkback.id)
            self._start_one()
            self._worker.hold_failed(job.mention)
        return found

    def move_with_clock(self) -> None:
        """Moves what is due along when the clock was set back, so that nothing waits for the lost time to pass.

        Where other processes share the queue, their clocks were not: it is only logged.
        """
        (at, since), now, elapsed = self._began, self._clock(), self._elapsed()
        gone_back = (at + timedelta(seconds=elapsed - since)) - now
        if gone_back > _CLOCK_SLACK:
            _log.warning("the clock was set back by %d s", gone_back.total_seconds())
            if not self._store.shared:
                self._store.shift_due_times(-gone_back)
        self._began = now, elapsed

    def send_heartbeat(self) -> int:
        """Tells the other processes that this one lives, and takes over from dead ones; returns how much."""
        if not self._store.shared:
            return 0
        self._store.beat(self._name)
        taken = self._store.take_over(self._name, self._clock(), _SILENCE)
        if taken:
            _log.warning("%d linkbacks are taken over from a process that is gone", taken)
            self.wake()
        return taken

    def _start_one(self) -> None:
        thread = Thread(target=self._work, name="moderator-worker", daemon=True)
        self._jobs[thread] = None
        thread.start()

    def _watch_over(self) -> None:
        while not self._ended.wait(_WATCH):
            try:
                self.send_heartbeat()
                self.move_with_clock()
                self.give_up_stuck()
            except Exception:
                _log.exception("watching over the workers stumbled; it goes on")

    def _work(self) -> None:
        me = current_thread()
        while not self._ended.is_set() and me in self._jobs:
            try:
                mention = self._take(me)
                if mention is None:
                    self._awake.wait(1.0)
                    self._awake.clear()
                else:
                    self._process(mention)
            except Exception:
                _log.exception("judging stumbled; it goes on")
                self._ended.wait(1.0)
            finally:
                if me in self._jobs:
                    self._jobs[me] = None

    def _take(self, thread: Thread | None = None) -> Mention | None:
        with self._taking:
            jobs = [job.mention for job in list(self._jobs.values()) if job is not None]
            senders = Counter(network_of(mention.linkback.sender_ip) for mention in jobs)
            authors = Counter(mention.domain for mention in jobs)
            most, share = max(1, self._count * 3 // 4), max(1, self._count // 4)
            turn = FairTurn(
                self._last_sender,
                tuple(sender for sender, count in senders.items() if sender and count >= most),
                tuple(author for author, count in authors.items() if author and count >= share),
            )
            mention = self._store.take_next(self._clock(), LEASE, turn, self._name)
            if mention is not None:
                self._last_sender = network_of(mention.linkback.sender_ip)
                if thread is not None and thread in self._jobs:
                    self._jobs[thread] = _Job(mention, self._elapsed())
            return mention

    def _process(self, mention: Mention) -> None:
        if mention.attempts > _MOST or mention.crashes >= _CRASHES:
            _log.error("linkback %s was begun %d times and never judged", mention.linkback.id, mention.attempts)
            return self._worker.hold_failed(mention)
        if pause := self._worker.deferral(mention):
            return self._store.requeue(mention.linkback.id, self._clock() + pause)
        try:
            self._worker.process(mention)
        except Exception:
            _log.exception("linkback %s could not be judged", mention.linkback.id)
            if mention.attempts >= _TRIES:
                self._worker.hold_failed(mention)
            else:
                self._store.queue(mention.linkback.id, self._clock() + timedelta(minutes=mention.attempts))
