"""A queue whose rows can be changed where they are (a blog's database or REST interface), and the rows of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, NamedTuple, Protocol, runtime_checkable

from moderator.errors import RowError
from moderator.records import Case
from moderator.tables.base import QueueRow, Source
from moderator.tables.rows import case_of
from moderator.tables.wordpress_columns import linkback_columns

__all__ = ["NUMBER", "STATUS", "Change", "LiveQueue", "comment_case", "comment_row"]

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
    skipped: list[str]
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


def comment_row(position: int, comment: Mapping[Any, Any], status: str, home: str, delay: timedelta) -> QueueRow:
    """The queue's row of a comment.

    Args:
        position: Its place in the queue, from 1.
        comment: WordPress's columns, with ``target_url`` and, where known, ``target_title`` and ``target_text``.
        status: Its present status.
        home: The blog's address.
        delay: How long after receipt an approved or spam row counts as decided.
    """
    columns = linkback_columns(comment, home, delay) | {NUMBER: comment["comment_ID"], STATUS: status}
    size = 500 + len(comment["comment_content"] or "") + len(comment.get("target_text") or "")
    return QueueRow(position, 0, columns, "", size, "")


def comment_case(row: QueueRow) -> Case:
    """The linkback of a row that `comment_row` made.

    Raises:
        RowError: The row cannot be read; the message names the comment.
    """
    if row.error:
        raise RowError(row.error, line=row.line)
    try:
        return case_of(row.values)
    except RowError as error:
        raise RowError(f"comment {row.values[NUMBER]}: {error}") from None
