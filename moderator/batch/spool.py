"""What does not fit into memory, dealt out to files and taken back one file at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from moderator.errors import QueueError

__all__ = ["Spool", "parts_for"]

_PART = 24 << 20
"""Bytes that a part should have, so that one fits into memory many times over."""
_MOST = 200
"""Parts at most: each is an open file."""


def parts_for(size: int) -> int:
    """How many parts `size` bytes take.

    >>> parts_for(0), parts_for(100 << 20)
    (1, 5)
    """
    return min(_MOST, 1 + size // _PART)


class Spool:
    """Numbered texts in a row of temporary files.

    Args:
        folder: Where the files lie; the caller takes it away.
        name: What their names start with.
        parts: How many there are.
    """

    def __init__(self, folder: Path, name: str, parts: int) -> None:
        self._paths = [folder / f"{name}{part}" for part in range(parts)]
        self._open = contextlib.ExitStack()
        try:
            self._files = [self._open.enter_context(path.open("wb", buffering=1 << 16)) for path in self._paths]
        except OSError as error:
            self._open.close()
            raise QueueError(f"no room to sort the queue in {folder}: {error.strerror or error}") from error

    def __len__(self) -> int:
        return len(self._paths)

    def put(self, part: int, number: int, text: str) -> None:
        """Adds a text without line feeds to a part.

        Raises:
            QueueError: The disk is full.
        """
        try:
            self._files[part].write(b"%d\t%s\n" % (number, text.encode()))
        except OSError as error:
            raise QueueError(f"no room to sort the queue: {error.strerror or error}") from error

    def close(self) -> None:
        """Ends the writing; must come before `take`."""
        try:
            self._open.close()
        except OSError as error:
            raise QueueError(f"no room to sort the queue: {error.strerror or error}") from error

    def take(self, part: int) -> Iterator[tuple[int, str]]:
        """The numbers and texts of one part, whose file is then deleted."""
        with self._paths[part].open("rb") as file:
            for line in file:
                number, _, text = line.partition(b"\t")
                yield int(number), text[:-1].decode()
        self._paths[part].unlink()
