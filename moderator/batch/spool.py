"""What does not fit into memory, shared out to files and taken back one file at a time."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    """Numbered things in a row of temporary files, which nobody else may write: they are pickled.

    Args:
        folder: Where the files lie; the caller takes it away.
        name: What their names start with.
        parts: How many there are.

    Raises:
        QueueError: They cannot be made.
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

    def put(self, part: int, number: int, thing: Any) -> None:
        """Adds a thing that can be pickled to a part.

        Raises:
            QueueError: The disk is full.
        """
        try:
            pickle.dump((number, thing), self._files[part], protocol=5)
        except OSError as error:
            raise QueueError(f"no room to sort the queue: {error.strerror or error}") from error

    def close(self) -> None:
        """Ends the writing; must come before `take`.

        Raises:
            QueueError: The disk is full.
        """
        try:
            self._open.close()
        except OSError as error:
            raise QueueError(f"no room to sort the queue: {error.strerror or error}") from error

    def take(self, part: int) -> Iterator[tuple[int, Any]]:
        """The numbers and things of one part, in the order in which they came; its file is then deleted."""
        with self._paths[part].open("rb") as file:
            while file.peek(1):
                yield pickle.load(file)  # noqa: S301  # written by this process into a folder of its own
        self._paths[part].unlink()
