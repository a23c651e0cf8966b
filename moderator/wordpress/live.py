"""A queue that can be written back to where it is: what `moderator.wordpress.apply` needs of a site or a database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, runtime_checkable

from moderator.tables.base import Source

__all__ = ["NUMBER", "STATUS", "Change", "LiveQueue"]

NUMBER = "comment_ID"
"""The column of a live queue's rows that holds the number by which a row is changed."""
STATUS = "status"
"""The column that holds a row's present status: approved, hold, spam, or a word of the site's own."""


class Change(NamedTuple):
    """One row's change of status."""

    number: int
    """Which row."""
    before: str
    """The status that it must still have; otherwise somebody was there in the meantime, and it stays as it is."""
    after: str
    """The status that it is to have."""
    note: str
    """A JSON object about the decision, kept beside the row where the queue can; empty: the note is taken away."""


@runtime_checkable
class LiveQueue(Source, Protocol):
    """A source whose rows can be given another status. Its rows come in order of receipt."""

    name: str
    """What to call it in messages; no secret."""
    key: str
    """What tells it from every other queue, the same in every run; no secret."""
    batch: int
    """How many changes to hand over at once."""
    left_alone: list[str]
    """Grows with each row that was to change and could not without losing something, and why."""

    def total(self) -> int:
        """How many rows there are now, for telling how far a run is.

        Raises:
            QueueError: The queue is out of reach.
        """
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Keeps runs on other machines out, as far as the queue can.

        Raises:
            QueueError: Another run is at work.
        """
        ...

    def change(self, changes: Sequence[Change]) -> dict[int, str]:
        """Changes what still has the status that it should have.

        May be called again with changes that were made before.

        Returns:
            The status that each row has now; rows that are no longer there are missing.

        Raises:
            QueueError: The queue is out of reach or refuses; some of the changes may have been made.
        """
        ...

    def close(self) -> None:
        """Releases connections."""
        ...
