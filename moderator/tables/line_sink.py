"""A sink that writes one line a row, whatever a line is."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import IO, Self

from moderator.tables.base import Form, QueueRow
from moderator.tables.files import NewFile

__all__ = ["LineSink"]


class LineSink:
    """Writes the rows of any source into a file.

    Args:
        path: The file; ``.gz`` is packed.
        form: Makes a row's line, line feed included; it can be sent to other processes.
        head: What stands before the first row.
    """

    def __init__(self, path: Path, form: Form, head: bytes = b"") -> None:
        self._new = NewFile(path)
        self._form = form
        self._head = head

    def __enter__(self) -> Self:
        self._file: IO[bytes] = self._new.__enter__()
        self._file.write(self._head)
        return self

    def form(self) -> Form:
        """What makes a line; it can be sent to other processes."""
        return self._form

    def write(self, row: QueueRow, added: str) -> None:
        """Writes one row."""
        self._file.write(self._form(row, added))

    def put(self, lines: bytes) -> None:
        """Writes lines that `form` made."""
        self._file.write(lines)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._new.__exit__(kind, error, trace)
