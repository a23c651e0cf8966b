"""Works on pieces in processes of this machine, whose results come back in order.

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
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, TypeVar

from moderator.errors import WorkersError
from moderator.execution.base import Ask, Job, portable
from moderator.execution.turns import Turns

__all__ = ["ProcessExecutor"]

_DEPTH = 3
"""Pieces that a worker may have in hand, so that it need not wait for the others or for this process."""
_LIVES = 3
"""Workers of which the last may not die before the next result is there: so many are no accident."""
_PATIENCE = 5.0
"""Seconds that a worker may take to end before it is killed."""
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Each worker has one core: libraries with threads of their own would take those of the others."""

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _OneStep(Generic[T, R]):
    """Work that asks nothing."""

    work: Callable[[T], R]

    def begin(self, piece: T) -> R:
        return self.work(piece)

    def resume(self, state: Any, answer: Any) -> R:
        raise AssertionError("it asked nothing")


@dataclass(slots=True)
class _Piece:
    """A piece in hand."""

    worker: int
    messages: list[bytes]
    """The message that begins it, and those that answered its questions: a new worker is sent them all again."""
    questions: int = 0
    """Questions that it has asked so far."""
    done: bool = False


class ProcessExecutor:
    """An `Executor` with worker processes; as a context it starts and ends them.

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

    def __enter__(self) -> ProcessExecutor:
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

    def map(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Generator[R, None, None]:
        """See `Executor.map`."""
        return self._run(_OneStep(work), pieces, None)

    def map_unordered(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Generator[R, None, None]:
        """See `Executor.map_unordered`."""
        return self._run(_OneStep(work), pieces, None, ordered=False)

    def run(self, job: Job[T, Q, A, R], pieces: Iterable[T], answer: Callable[[Q], A], /) -> Generator[R, None, None]:
        """See `Executor.run`."""
        return self._run(job, pieces, answer)

    def _run(
        self, job: Any, pieces: Iterable[Any], answer: Callable[[Any], Any] | None, *, ordered: bool = True
    ) -> Generator[Any, None, None]:
        self._job = _message("job", -1, job)
        for place in range(self.count):
            self._send(place, self._job)
        # numbers go on from run to run: what is left of a run that was given up is nobody's answer
        stream = enumerate(pieces, self._next)
        in_hand: dict[int, _Piece] = {}
        results: dict[int, Any] = {}
        turns = Turns(self._next)
        due, more = self._next, True
        while more or in_hand:
            while more and len(in_hand) < _DEPTH * self.count:
                number, piece = next(stream, (0, None))
                if piece is None:
                    more = False
                    break
                self._next = number + 1
                place = self._idlest(in_hand)
                in_hand[number] = _Piece(place, [_message("begin", number, piece)])
                self._send(place, in_hand[number].messages[0])
            if not in_hand:
                return
            for asked, number, value in self._received(in_hand):
                if asked:
                    turns.ask(number, *value)
                else:
                    turns.finish(number)
                    results[number], in_hand[number].done = value, True
            for number, question in turns.ready():
                message = _message("resume", number, None if answer is None else answer(question))
                in_hand[number].messages.append(message)
                self._send(in_hand[number].worker, message)
            while due in results if ordered else results:
                number = due if ordered else next(iter(results))
                del in_hand[number]
                due += 1
                self._lives = _LIVES
                yield results.pop(number)

    def _idlest(self, in_hand: dict[int, _Piece]) -> int:
        """The worker that has the least in hand, by size."""
        loads = [0] * self.count
        for piece in in_hand.values():
            loads[piece.worker] += 0 if piece.done else len(piece.messages[0])
        return loads.index(min(loads))

    def _send(self, place: int, message: bytes) -> None:
        # a worker that died is found and replaced where answers are received
        with contextlib.suppress(OSError):
            self._members[place].connection.send_bytes(message)

    def _received(self, in_hand: dict[int, _Piece]) -> Iterator[tuple[bool, int, Any]]:
        """Whether it is a question, the piece's number, and the question or the result; waits until there is one."""
        ready = wait([member.connection for member in self._members])
        for place, member in enumerate(self._members):
            if member.connection not in ready:
                continue
            try:
                kind, number, value = pickle.loads(member.connection.recv_bytes())  # noqa: S301  # from our own child
            except (EOFError, OSError):
                self._replace(place, in_hand)
                continue
            if kind == "log":
                # a run that was given up leaves pieces behind, whose lines are nobody's
                if number in in_hand or number < 0:
                    logging.getLogger(value.name).handle(value)
            elif kind == "failed" and (number in in_hand or number < 0):
                raise value
            elif number in in_hand and not in_hand[number].done:
                if kind == "result":
                    yield False, number, value
                elif value[0] == in_hand[number].questions:  # else a new worker asks again what the dead one had asked
                    in_hand[number].questions += 1
                    yield True, number, value[1:]

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
            if piece.worker == place and not piece.done:
                for message in piece.messages:
                    self._send(place, message)

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
    # it is started with the first process, and hears Ctrl-C again for all when it has started
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _message(kind: str, number: int, value: Any) -> bytes:
    return pickle.dumps((kind, number, value), protocol=5)


# in the worker


class _LogSender(logging.handlers.QueueHandler):
    """Sends log records to the process that leads."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(SimpleQueue())
        self._connection = connection
        self.piece = -1
        """The number of the piece in hand; -1 where there is none."""

    def enqueue(self, record: logging.LogRecord) -> None:
        self._connection.send_bytes(_message("log", self.piece, record))


def _work(connection: Connection) -> None:
    """What a worker does until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    log = _LogSender(connection)
    logging.getLogger("moderator").addHandler(log)
    logging.getLogger("moderator").propagate = False
    # pieces hold no reference cycles, and looking for some takes a sixth of the time
    gc.set_threshold(200_000, 20, 20)
    messages: SimpleQueue[bytes] = SimpleQueue()
    # the pipe is always read, so that the one that leads never waits for this process
    threading.Thread(target=_listen, args=(connection, messages), daemon=True).start()
    job: Any = None
    states: dict[int, tuple[int, Any]] = {}
    """Pieces that wait for an answer: how many questions they have asked, and what is needed to go on."""
    with contextlib.suppress(OSError):
        while True:
            number = log.piece = -1
            try:
                kind, number, value = pickle.loads(messages.get())  # noqa: S301  # from our own parent
                log.piece = number
                if kind == "job":
                    job = value
                    states.clear()
                    continue
                asked, state = states.pop(number, (0, None))
                step = job.begin(value) if kind == "begin" else job.resume(state, value)
                if isinstance(step, Ask):
                    states[number] = asked + 1, step.state
                    message = _message("question", number, (asked, step.question, step.last))
                else:
                    message = _message("result", number, step)
            except Exception as error:
                message = _message("failed", number, portable(error))
            connection.send_bytes(message)


def _listen(connection: Connection, messages: SimpleQueue[bytes]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            messages.put(connection.recv_bytes())
    # the one that leads is done, gave up or is no more: whatever is in hand is for nobody
    os._exit(0)
