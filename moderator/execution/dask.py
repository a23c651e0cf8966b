"""Works on pieces with Dask: a scheduler that runs already, or workers of this machine that end with the run.

A worker that dies is told of, and its pieces are begun again elsewhere. Where none is left, the run waits for others
to come, but not for ever.

Whoever reaches a scheduler can have its workers run anything, so it belongs into a network of its own, or behind TLS
(``tls://`` and Dask's own settings).
"""

from __future__ import annotations

import contextlib
import gc
import logging
from asyncio import CancelledError
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import TracebackType
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, get_worker, wait
from distributed.comm.addressing import parse_address, parse_host_port

from moderator.errors import ModeratorError, WorkersError, shown
from moderator.execution.base import Ask, Job, portable
from moderator.execution.turns import Turns

__all__ = ["LOCAL", "WAIT", "DaskExecutor"]

LOCAL = "local"
"""The address that means: workers of this machine."""
WAIT = 600.0
"""Seconds without any worker after which a run is given up, by default."""
_AHEAD = 3
"""Pieces in hand for each thread of a worker, so that none waits for this process."""
_TIMEOUT = 30
"""Seconds that a scheduler may take to answer."""
_BEAT = 1.0
"""Seconds between two looks at which workers are there."""
_FETCH = 5.0
"""Seconds that a result may take to arrive; after that it is seen who is there, and it is asked for again."""
_TRIES = 5
"""How often workers are told what to do, while some of them die."""
_log = logging.getLogger(__name__)
Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")


class DaskExecutor:
    """An `Executor` on a Dask scheduler and its workers; as a context it lets go of them.

    Args:
        address: Where the scheduler listens, as ``tcp://10.0.0.5:8786``; `LOCAL`: one of this machine's own.
        workers: Worker processes of `LOCAL`.
        wait: Seconds without any worker after which a run is given up.

    Raises:
        WorkersError: Nothing answers there, or something that is no scheduler of a fitting version.
    """

    def __init__(self, address: str, workers: int = 1, wait: float = WAIT) -> None:
        self.patience = wait
        """Seconds without any worker after which a run is given up."""
        self._local: Any = None
        try:
            if address == LOCAL:
                self._local = LocalCluster(
                    n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
                )
            else:
                # a client that was made for nonsense complains when it is thrown away
                parse_host_port(parse_address(address)[1])
            self._client = Client(self._local or address, timeout=_TIMEOUT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise WorkersError(
                f"no Dask scheduler answers at {shown(address)} ({error}); start one with `dask scheduler`, and "
                "workers with `dask worker ADDRESS`, or take --cluster local"
            ) from error

    @property
    def count(self) -> int:
        """How many pieces are worked on at once: the threads of all workers."""
        return max(1, sum(self._threads().values()))

    def map(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Generator[R, None, None]:
        """See `Executor.map`."""
        return self._guarded(work, pieces, None, ordered=True)

    def map_unordered(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Generator[R, None, None]:
        """See `Executor.map_unordered`."""
        return self._guarded(work, pieces, None, ordered=False)

    def run(self, job: Job[T, Q, A, R], pieces: Iterable[T], answer: Callable[[Q], A], /) -> Generator[R, None, None]:
        """See `Executor.run`."""
        return self._guarded(job, pieces, answer, ordered=True)

    def _guarded(
        self, work: Any, pieces: Iterable[Any], answer: Callable[[Any], Any] | None, *, ordered: bool
    ) -> Generator[Any, None, None]:
        name = f"moderator-{uuid4()}"
        try:
            self._register(_Work(name, work))
            try:
                yield from self._run(name, pieces, answer, ordered)
            finally:
                with contextlib.suppress(Exception):  # workers that are gone need not be told
                    self._client.unregister_worker_plugin(name)
        except ModeratorError:
            raise
        except KilledWorker as error:
            raise WorkersError(
                f"workers died over the same piece again and again ({error}); most likely their memory ran out: "
                "take smaller partitions"
            ) from error
        except (Exception, CancelledError) as error:
            raise WorkersError(
                f"the cluster gave up ({type(error).__name__}: {error}); the same command goes on where it stood"
            ) from error

    def _register(self, work: _Work) -> None:
        """Tells all workers what to do; one that dies at this moment makes the call fail, and then it is made again."""
        for _ in range(_TRIES - 1):
            with contextlib.suppress(OSError):
                self._client.register_plugin(work)
                return
            sleep(_BEAT)
        self._client.register_plugin(work)

    def _run(
        self, name: str, pieces: Iterable[Any], answer: Callable[[Any], Any] | None, ordered: bool
    ) -> Generator[Any, None, None]:
        stream = enumerate(pieces)
        in_hand: dict[int, _Piece] = {}
        results: dict[int, Any] = {}
        turns, attendance = Turns(), _Attendance()
        due, more = 0, True
        while more or in_hand:
            attendance.look(self._threads, self.patience)
            while more and len(in_hand) < max(1, _AHEAD * attendance.threads):
                number, piece = next(stream, (0, None))
                if piece is None:
                    more = False
                    break
                in_hand[number] = self._begun(name, piece, asks=answer is not None)
            if not in_hand:
                return
            for number, (asked, value) in self._answers(in_hand):
                in_hand[number].answer = None
                if asked:
                    turns.ask(number, *value)
                else:
                    turns.finish(number)
                    results[number] = value
            for number, question in turns.ready():
                self._resume(name, in_hand[number], None if answer is None else answer(question))
            while due in results if ordered else results:
                number = due if ordered else next(iter(results))
                del in_hand[number]
                due += 1
                yield results.pop(number)

    def _begun(self, name: str, piece: Any, *, asks: bool) -> _Piece:
        if not asks:
            return _Piece(self._client.submit(_do, name, piece, pure=False))
        step = self._client.submit(_begin, name, piece, pure=False)
        return _Piece(self._client.submit(_question_or_result, step, pure=False), [step])

    def _resume(self, name: str, piece: _Piece, answer: Any) -> None:
        step = self._client.submit(_resume, name, piece.steps[-1], answer, pure=False)
        piece.steps.append(step)
        piece.answer = self._client.submit(_question_or_result, step, pure=False)

    def _answers(self, in_hand: dict[int, _Piece]) -> Iterator[tuple[int, tuple[bool, Any]]]:
        """What pieces have to say, by their numbers; nothing after a beat of waiting."""
        pending = {number: piece.answer for number, piece in in_hand.items() if piece.answer is not None}
        if not pending:
            return
        try:
            with self._client.as_current():
                wait(list(pending.values()), timeout=_BEAT, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return
        for number, future in pending.items():
            if future.done():
                try:
                    yield number, future.result(timeout=_FETCH)
                except TimeoutError:
                    if future.status == "error":
                        raise
                    return  # whoever had the result died, and it is made again: see first who is there

    def _threads(self) -> dict[str, int]:
        """The threads of each worker; empty: there is none, or the scheduler does not answer."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, TimeoutError):
            return {}
        return found

    def __enter__(self) -> DaskExecutor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._local is not None:
            self._local.close()


@dataclass(slots=True)
class _Piece:
    """A piece in hand."""

    answer: Any
    """The task that gives the next question or the result; None: it was given, and the piece waits."""
    steps: list[Any] = field(default_factory=list)
    """The tasks before: they are held, so that Dask can do them again where a worker dies."""


class _Attendance:
    """Which workers are there: tells when some are gone, and gives up where none comes for too long."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._looked = -_BEAT
        self._alone_since: float | None = None
        self.threads = 0
        """Threads of all workers at the last look."""

    def look(self, threads: Callable[[], dict[str, int]], patience: float) -> None:
        """Asks who is there, unless that was done a moment ago.

        Args:
            threads: Tells the threads of each worker.
            patience: Seconds without any worker that are borne.

        Raises:
            WorkersError: Nobody is there for longer.
        """
        now = monotonic()
        if now - self._looked < _BEAT:
            return
        self._looked = now
        found = threads()
        self.threads = sum(found.values())
        present = frozenset(found)
        gone = len(self._known - present)
        if gone and present:
            _log.warning("%d of %d workers of the cluster are gone; the others go on", gone, len(self._known))
        self._known = present
        if present:
            if self._alone_since is not None:
                _log.warning("the cluster has workers again; the run goes on")
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
            _log.warning("the cluster has no worker; waiting for one, for %.0f seconds at most", patience)
        elif now - self._alone_since >= patience:
            raise WorkersError(
                f"the cluster had no worker for {patience:.0f} seconds; start some with `dask worker ADDRESS`, "
                "then the same command goes on where it stood"
            )


# in a worker


class _Work(WorkerPlugin):
    """What is done to every piece. Sent once to each worker, and to those that come later."""

    def __init__(self, name: str, work: Any) -> None:
        self.name = name
        self.work = work

    def setup(self, worker: Any) -> None:
        """Lets Python look for reference cycles seldom: pieces hold none."""
        gc.set_threshold(200_000, 20, 20)


def _job(name: str) -> Any:
    plugin: Any = get_worker().plugins[name]
    return plugin.work


def _do(name: str, piece: Any) -> tuple[bool, Any]:
    """Does work that asks nothing."""
    try:
        return False, _job(name)(piece)
    except Exception as error:
        raise portable(error) from None


def _begin(name: str, piece: Any) -> Any:
    try:
        return _job(name).begin(piece)
    except Exception as error:
        raise portable(error) from None


def _resume(name: str, step: Any, answer: Any) -> Any:
    try:
        return _job(name).resume(step.state, answer)
    except Exception as error:
        raise portable(error) from None


def _question_or_result(step: Any) -> tuple[bool, Any]:
    """What of a step goes to the leading process: a question, or the result."""
    return (True, (step.question, step.last)) if isinstance(step, Ask) else (False, step)
