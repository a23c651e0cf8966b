"""Which question may be answered now: executors that work on several pieces at once need it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["Turns"]


class Turns:
    """Questions that wait until earlier pieces ask nothing any more.

    Args:
        first: The number of the first piece; the others are numbered on from there.
    """

    def __init__(self, first: int = 0) -> None:
        self._turn = first
        """The piece whose questions are answered."""
        self._waiting: dict[int, tuple[Any, bool]] = {}
        self._over: set[int] = set()
        """Pieces that finished before their turn."""

    def ask(self, number: int, question: Any, last: bool) -> None:
        """Takes the next question of a piece, and whether it is its last one."""
        self._waiting[number] = question, last

    def finish(self, number: int) -> None:
        """Takes note that a piece asks nothing any more."""
        if number >= self._turn:
            self._over.add(number)

    def ready(self) -> Iterator[tuple[int, Any]]:
        """The pieces whose question can be answered now, and the questions; each counts as answered once taken."""
        while True:
            number = self._turn
            if number in self._waiting:
                question, last = self._waiting.pop(number)
                self._turn += last
                yield number, question
            elif number in self._over:
                self._over.discard(number)
                self._turn += 1
            else:
                return
