"""What an executor is: something that works on pieces, in this process, in others, or on other machines.

What is worked on must often pass a place where order counts: the history. So a job may stop and ask. The leading
process answers the questions in the order of the pieces, and the job goes on where it stopped:

    worker 1   begin(0)            begin(2)   resume(0)   ...
    worker 2         begin(1)            begin(3)   resume(1)   ...
    leading process     answer(0)  answer(1)  ...   result 0, result 1, ...

One battery of tests (tests/execution/test_executors.py) holds for every executor.
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Ask", "Executor", "Job", "Map", "portable"]

PieceT = TypeVar("PieceT", contravariant=True)
QuestionT = TypeVar("QuestionT")
AnswerT = TypeVar("AnswerT", contravariant=True)
ResultT = TypeVar("ResultT", covariant=True)
Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ask(Generic[Q]):
    """A piece that waits for an answer of the leading process."""

    question: Q
    """What is asked; it goes to the leading process."""
    state: Any
    """What is needed to go on; it stays where the piece is."""
    last: bool = True
    """Whether the piece asks nothing more; until that is known, later pieces have no answer."""


class Job(Protocol[PieceT, QuestionT, AnswerT, ResultT]):
    """Work on a piece, with questions in between. It can be pickled, and so can all that goes to and fro."""

    def begin(self, piece: PieceT) -> Ask[QuestionT] | ResultT:
        """Begins a piece; returns the first question, or the result."""
        ...

    def resume(self, state: Any, answer: AnswerT) -> Ask[QuestionT] | ResultT:
        """Goes on with a piece, given the answer; returns the next question, or the result."""
        ...


class Map(Protocol):
    """Does the same to every piece, with the results in order: the built-in `map`, or `Executor.map`."""

    def __call__(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Iterator[R]:
        """Does so."""
        ...


class Executor(Protocol):
    """Works on pieces; as a context it ends what it started. One run at a time, and not shared among threads."""

    @property
    def count(self) -> int:
        """How many pieces are worked on at once, as far as is known."""
        ...

    def map(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Iterator[R]:
        """Does the same to every piece.

        Args:
            work: What to do; it can be pickled.
            pieces: Taken one by one, in this process, a few ahead.

        Yields:
            The results, in order.

        Raises:
            WorkersError: Workers died again and again, or none is left.
        """
        ...

    def map_unordered(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Iterator[R]:
        """The same, with each result as soon as it is there."""
        ...

    def run(self, job: Job[T, Q, A, R], pieces: Iterable[T], answer: Callable[[Q], A], /) -> Iterator[R]:
        """Does a job to every piece.

        Args:
            job: The job.
            pieces: Taken one by one, in this process, a few ahead.
            answer: Answers questions, in this process: all of a piece before any of the next one.

        Yields:
            The results, in order.

        Raises:
            WorkersError: Workers died again and again, or none is left.
        """
        ...

    def __enter__(self) -> Executor: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def portable(error: Exception) -> Exception:
    """The error itself where it can be sent, or one that tells of it."""
    with contextlib.suppress(Exception):
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301  # made a moment ago
            return error
    return RuntimeError(f"{type(error).__name__} in a worker process: {error}")
