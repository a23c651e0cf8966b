"""Works on pieces in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from types import TracebackType
from typing import TypeVar

from moderator.execution.base import Ask, Job

__all__ = ["InlineExecutor"]

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")


class InlineExecutor:
    """An `Executor` without workers; nothing is pickled."""

    count = 1

    def map(self, work: Callable[[T], R], pieces: Iterable[T], /) -> Generator[R, None, None]:
        """See `Executor.map`."""
        for piece in pieces:
            yield work(piece)

    map_unordered = map

    def run(self, job: Job[T, Q, A, R], pieces: Iterable[T], answer: Callable[[Q], A], /) -> Generator[R, None, None]:
        """See `Executor.run`."""
        for piece in pieces:
            step = job.begin(piece)
            while isinstance(step, Ask):
                step = job.resume(step.state, answer(step.question))
            yield step

    def __enter__(self) -> InlineExecutor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass
