"""A work budget for one page: steps are counted, not timed, so that a page ends the same way everywhere."""

from __future__ import annotations

__all__ = ["PAGE_STEPS", "TooComplicatedError", "Work"]

PAGE_STEPS = 300_000
"""Steps that reading one page may take besides parsing it. A step is about a microsecond of a plain comparison, and
what takes longer is charged more; an honest page of 100 kB takes a few thousand (measured)."""


class TooComplicatedError(Exception):
    """The page asks for more work than it is worth. It never leaves the reading of pages."""


class Work:
    """Counts the steps that a page takes.

    Args:
        limit: Steps that may be taken.

    >>> work = Work(limit=10)
    >>> work.spend(4)
    >>> work.spent
    4
    """

    def __init__(self, limit: int = PAGE_STEPS) -> None:
        self.limit = limit
        """Steps that may be taken."""
        self.spent = 0
        """Steps taken so far."""

    def spend(self, steps: int = 1) -> None:
        """Takes account of steps.

        Raises:
            TooComplicatedError: They are more than may be taken.
        """
        self.spent += steps
        if self.spent > self.limit:
            raise TooComplicatedError
