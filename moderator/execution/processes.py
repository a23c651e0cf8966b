"""Processes of this machine that work on pieces, whose results come back in order.

What is worked on must often pass a place where order counts: the history. So a job has two steps. The first runs in a
worker, then this process does what lies `between`, piece by piece in order, and the second step runs in the same
worker, which still has what the first one made:

    worker 1   first(0)          first(2)   second(0)   ...
    worker 2        first(1)          first(3)   second(1)   ...
    here            between(0)  between(1)  ...  result 0, result 1, ...

A worker that dies is replaced, and its pieces are begun again: nothing of them was written yet. Workers are spawned,
never forked, so they hold nothing of this process but what they were sent; they end when this process ends, however
it ends.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import logging.handlers
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from moderator.errors import WorkersError

__all__ = ["Each", "Job", "Workers", "portable"]

_DEPTH = 3
"""Pieces that a worker may have in hand, so that it need not wait for the others or for this process."""
_LIVES = 3
"""Workers of which the last may not die before the next result is there: so many are no accident."""
_PATIENCE = 5.0
"""Seconds that a worker may take to end before it is killed."""
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Each worker has one core: libraries with threads of their own would take those of the others."""

PieceT = TypeVar("PieceT", contravariant=True)
ToldT = TypeVar("ToldT", covariant=True)
KeptT = TypeVar("KeptT")
AnswerT = TypeVar("AnswerT", contravariant=True)
ResultT = TypeVar("ResultT", covariant=True)
T = TypeVar("T")
R = TypeVar("R")


class Job(Protocol[PieceT, ToldT, KeptT, AnswerT, ResultT]):
    """Work in two steps; it is pickled and sent to every worker, and so is what goes to and fro."""

    def first(self, piece: PieceT) -> tuple[ToldT, KeptT]:
        """Begins a piece: what is told to the process that leads, and what stays here for the second step."""
        ...

    def second(self, kept: KeptT, answer: AnswerT) -> ResultT:
        """Ends a piece, given what the process that leads made of what it was told."""
        ...


class Each(Protocol):
    """Does the same to every piece, with the results in order: the built-in `map`, or `Workers.each`."""

    def __call__(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Iterator[R]:
        """Does so."""
        ...


@dataclass(frozen=True, slots=True)
class _OneStep(Generic[T, R]):
    """Work that needs nothing of what lies between."""

    work: Callable[[T], R]

    def first(self, piece: T) -> tuple[R, None]:
        return self.work(piece), None

    def second(self, kept: None, answer: None) -> None:
        raise AssertionError("there is no second step")


@dataclass(slots=True)
class _Piece:
    """A piece in hand."""

    worker: int
    first: bytes
    """The message that begins it."""
    second: bytes | None = None
    """The message that ends it; None: not sent yet."""


class Workers:
    """A number of worker processes; as a context it ends them.

    Not to be shared among threads, and one run at a time.

    Args:
        count: How many; at least one.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"there must be at least one worker, not {count}")
        self.count = count
        self._context = get_context("spawn")
        self._lives = _LIVES
        self._job = b""
        self._next = 0
        self._members: list[_Member] = []

    def __enter__(self) -> Workers:
        with contextlib.ExitStack() as stack:
            stack.callback(self._stop, 0.0)
            for _ in range(self.count):
                self._members.append(_Member(self._context.Process))
            stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(_PATIENCE if kind is None else 0.0)

    @property
    def ids(self) -> list[int]:
        """The process ids."""
        return [member.process.pid or 0 for member in self._members]

    def each(self, work: Callable[[T], R], pieces: Iterable[T]) -> Generator[R, None, None]:
        """Does the same to every piece.

        Args:
            work: What to do; it can be pickled.
            pieces: Taken one by one, in this process, a few ahead.

        Yields:
            The results, in order.

        Raises:
            WorkersError: Workers died again and again.
        """
        return self._run(_OneStep(work), pieces, None)

    def in_turn(
        self,
        job: Job[T, ToldT, Any, AnswerT, R],
        pieces: Iterable[T],
        between: Callable[[ToldT], AnswerT],
    ) -> Generator[R, None, None]:
        """Leads every piece through both steps of a job.

        Args:
            job: The job; it can be pickled.
            pieces: Taken one by one, in this process, a few ahead.
            between: Makes of what the first step told what the second one needs; called once for each piece, in this
                process, in the order of the pieces.

        Yields:
            What the second step gave, in order.

        Raises:
            WorkersError: Workers died again and again.
        """
        return self._run(job, pieces, between)

    def _run(self, job: Any, pieces: Iterable[Any], between: Callable[[Any], Any] | None) -> Generator[Any, None, None]:
        self._job = _packed("job", 0, job)
        for place in range(self.count):
            self._send(place, self._job)
        # numbers go on from run to run: what is left of a run that was given up is nobody's answer
        stream = enumerate(pieces, self._next)
        in_hand: dict[int, _Piece] = {}
        told: dict[int, Any] = {}
        results: dict[int, Any] = {}
        turn = due = self._next
        more = True
        while more or in_hand:
            while more and len(in_hand) < _DEPTH * self.count:
                number, piece = next(stream, (0, None))
                if piece is None:
                    more = False
                    break
                self._next = number + 1
                place = self._idlest(in_hand)
                in_hand[number] = _Piece(place, _packed("first", number, piece))
                self._send(place, in_hand[number].first)
            if not in_hand:
                return
            for step, number, value in self._received(in_hand):
                if step == "second":
                    results[number] = value
                elif number >= turn:
                    told[number] = value
            while turn in told:
                value = told.pop(turn)
                if between is None:
                    results[turn] = value
                else:
                    message = in_hand[turn].second = _packed("second", turn, between(value))
                    self._send(in_hand[turn].worker, message)
                turn += 1
            while due in results:
                del in_hand[due]
                due += 1
                self._lives = _LIVES
                yield results.pop(due - 1)

    def _idlest(self, in_hand: dict[int, _Piece]) -> int:
        """The worker that has the least in hand, by size."""
        loads = [0] * self.count
        for piece in in_hand.values():
            loads[piece.worker] += len(piece.first)
        return loads.index(min(loads))

    def _send(self, place: int, message: bytes) -> None:
        # a worker that died is found and replaced where answers are received
        with contextlib.suppress(OSError):
            self._members[place].connection.send_bytes(message)

    def _received(self, in_hand: dict[int, _Piece]) -> Iterator[tuple[str, int, Any]]:
        """What some workers have to say; waits until there is something."""
        ready = wait([member.connection for member in self._members])
        for place, member in enumerate(self._members):
            if member.connection not in ready:
                continue
            try:
                step, number, value = pickle.loads(member.connection.recv_bytes())  # noqa: S301  # from our own child
            except (EOFError, OSError):
                self._replace(place, in_hand)
                continue
            if step == "log":
                logging.getLogger(value.name).handle(value)
            elif number in in_hand or number < 0:
                if step == "failed":
                    raise value
                yield step, number, value

    def _replace(self, place: int, in_hand: dict[int, _Piece]) -> None:
        """Puts a new worker in the place of a dead one, and lets it begin again what that had in hand."""
        how = self._members[place].end(0.0)
        self._lives -= 1
        if self._lives <= 0:
            why = (
                "most likely the memory ran out; take fewer workers"
                if how.startswith("signal")
                else 'what they said stands above; a script must do its work under `if __name__ == "__main__":`'
            )
            raise WorkersError(f"{_LIVES} worker processes ended before their work, the last one by {how}: {why}")
        self._members[place] = _Member(self._context.Process)
        self._send(place, self._job)
        for piece in in_hand.values():
            if piece.worker == place:
                self._send(place, piece.first)
                if piece.second is not None:
                    self._send(place, piece.second)

    def _stop(self, patience: float) -> None:
        for member in self._members:
            member.connection.close()
        for member in self._members:
            member.end(patience)
        self._members = []


class _Member:
    """One worker process and the pipe to it."""

    def __init__(self, make: Callable[..., SpawnProcess]) -> None:
        self.connection, other = get_context("spawn").Pipe()
        # a daemon: it is ended, too, where this process ends without leaving the context
        self.process = make(target=_work, args=(other,), name="moderator-worker", daemon=True)
        try:
            with _deaf():
                self.process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            other.close()

    def end(self, patience: float) -> str:
        """Ends it, at once or after some patience; returns what it ended by."""
        self.connection.close()
        if patience:
            self.process.join(patience)
        for end in (self.process.terminate, self.process.kill):
            if self.process.is_alive():
                end()
                self.process.join(_PATIENCE)
        code = self.process.exitcode or 0
        return f"signal {-code}" if code < 0 else f"exit code {code}"


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Lets a process that is started here inherit deafness to Ctrl-C: the one that leads says when to end."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _packed(step: str, number: int, value: Any) -> bytes:
    return pickle.dumps((step, number, value), protocol=5)


def portable(error: Exception) -> Exception:
    """The error itself where it can be sent, or one that tells of it."""
    with contextlib.suppress(Exception):
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301  # made a moment ago
            return error
    return RuntimeError(f"{type(error).__name__} in a worker process: {error}")


# in the worker


class _Telling(logging.handlers.QueueHandler):
    """Sends log records to the process that leads."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(SimpleQueue())
        self._connection = connection

    def enqueue(self, record: logging.LogRecord) -> None:
        self._connection.send_bytes(_packed("log", 0, record))


def _work(connection: Connection) -> None:
    """What a worker does until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    logging.getLogger("moderator").addHandler(_Telling(connection))
    logging.getLogger("moderator").propagate = False
    # pieces hold no reference cycles, and looking for some takes a sixth of the time
    gc.set_threshold(200_000, 20, 20)
    messages: SimpleQueue[bytes] = SimpleQueue()
    # the pipe is always read, so that the one that leads never waits for this process
    threading.Thread(target=_listen, args=(connection, messages), daemon=True).start()
    job: Any = None
    kept: dict[int, Any] = {}
    with contextlib.suppress(OSError):
        while True:
            number = -1
            try:
                step, number, value = pickle.loads(messages.get())  # noqa: S301  # from our own parent
                if step == "job":
                    job = value
                    kept.clear()
                    continue
                if step == "first":
                    value, kept[number] = job.first(value)
                    if kept[number] is None:
                        del kept[number]
                else:
                    value = job.second(kept.pop(number, None), value)
                answer = _packed(step, number, value)
            except Exception as error:
                answer = _packed("failed", number, portable(error))
            connection.send_bytes(answer)


def _listen(connection: Connection, messages: SimpleQueue[bytes]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            messages.put(connection.recv_bytes())
    # the one that leads is done, gave up or is no more: whatever is in hand is for nobody
    os._exit(0)
