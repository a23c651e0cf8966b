"""What a queue is: rows that are read in its own order, and verdicts that are written back to it.

A source is a table, an export, a database or a site; a sink is the file or the site that takes the verdicts. One
battery of tests holds for every pair of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NamedTuple, Protocol, runtime_checkable

from moderator.records import Case
from moderator.serialization import from_text

__all__ = ["ADDED", "RAW", "Form", "FormedSink", "QueueRow", "Sink", "Source", "merged"]

ADDED = ("verdict", "spam_probability", "reasons", "evidence", "error")
"""Columns that a rescored queue has more than before; ``error`` only says something where a row is not readable."""
RAW = "raw"
"""The column that keeps the text of a row which could not be taken apart."""


class QueueRow(NamedTuple):
    """One row as its source holds it."""

    position: int
    """Where it stands, from 1 and growing; a source can be read on from there."""
    line: int
    """Its (first) line in the file, from 1; 0: the source has no lines."""
    values: dict[str, Any]
    """Its columns as read, in order; empty: it could not be taken apart."""
    text: str
    """Its text, where that is a JSON object or could not be taken apart; empty: the columns say it all."""
    size: int
    """Roughly how many bytes it takes."""
    error: str
    """Why it could not be taken apart; empty: it could."""


def merged(row: QueueRow, added: str) -> dict[str, Any]:
    """A row's columns with what is added, and its text where it could not be taken apart.

    >>> merged(QueueRow(1, 1, {"a": 1, "verdict": "hold", "error": "before"}, "", 9, ""), '{"verdict": "spam"}')
    {'a': 1, 'verdict': 'spam'}
    """
    news: dict[str, Any] = from_text(added)
    values = row.values | news
    if row.error and row.text:
        values[RAW] = row.text
    if "verdict" in row.values and "error" not in news:
        values.pop("error", None)  # what was wrong when the row was judged before
    return values


class Source(Protocol):
    """Something that holds linkbacks."""

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The rows behind the position `after`, in the source's own order, which is the same each time.

        A row that cannot be taken apart is a row with an error; it does not end the reading.

        Raises:
            QueueError: The source cannot be read as a whole.
        """
        ...

    def case(self, row: QueueRow) -> Case:
        """What a row says.

        Raises:
            RowError: It says nothing that could be judged; the message starts with its line.
        """
        ...


class Sink(Protocol):
    """Something that takes verdicts; as a context it keeps all of them when it is left well, and none otherwise."""

    def __enter__(self) -> Sink: ...

    def write(self, row: QueueRow, added: str) -> None:
        """Writes a row's verdict.

        Args:
            row: The row, as its source gave it.
            added: A JSON object with the columns of `ADDED`.

        Raises:
            QueueError: It cannot be written.
        """
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Form = Callable[[QueueRow, str], bytes]
"""Makes of a row and what is added to it what stands in the file."""


@runtime_checkable
class FormedSink(Sink, Protocol):
    """A sink whose rows can be formed elsewhere: ``put(form(row, added))`` does what ``write(row, added)`` does."""

    def form(self) -> Form:
        """Forms a row; it can be sent to other processes."""
        ...

    def put(self, lines: bytes) -> None:
        """Writes formed rows, one behind the other.

        Raises:
            QueueError: They cannot be written.
        """
        ...
