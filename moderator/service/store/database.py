"""The database seam: read blocks, write transactions, locks, and retries."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from moderator.errors import StoreError
from moderator.history.address import Address

__all__ = ["Database", "DeadlockError", "open_database", "retry_on_deadlock"]

_TRIES = 5
"""How often a step is tried that others are in the way of."""
_PAUSE = 0.01
"""Seconds before it is tried again, twice as many each time."""

_Self = TypeVar("_Self")
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class Database(Protocol):
    """A database with the service's tables; safe to share among threads. Every method raises `StoreError`."""

    name: str
    """What messages call it; it holds no password."""
    folder: Path | None
    """Where it lies on this machine; None: on a server."""
    shared: bool
    """Whether several processes of the service may use it at once."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A block that reads and never waits for writers; each question sees the tables as they are then."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A block whose writes are all kept, or none. Rows that it changes are read `with_for_update`."""
        ...

    def lock(self, connection: Connection, *places: int) -> None:
        """Within a block that writes: whoever names one of these places, too, waits until the block ends."""
        ...

    def exclusive(self, duty: str) -> AbstractContextManager[bool]:
        """A block that one process at a time is in; gives False, at once, where another one is in it.

        A process that dies leaves it.
        """
        ...

    def close(self) -> None:
        """Closes all connections."""
        ...


class DeadlockError(StoreError):
    """Others were in the way (a deadlock); nothing was written, and it may be tried again at once."""


def open_database(place: Path | Address) -> Database:
    """Opens, and makes or upgrades the tables.

    Args:
        place: A SQLite file, or the address of a PostgreSQL database.

    Raises:
        StoreError: It cannot be opened, is another program's, or a newer version wrote it.
        MissingExtraError: The driver for PostgreSQL is not installed.
    """
    if isinstance(place, Address):
        from moderator.service.store.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(place)
    from moderator.service.store.sqlite import SqliteDatabase

    return SqliteDatabase(place)


def retry_on_deadlock(
    step: Callable[Concatenate[_Self, _Given], _Answer],
) -> Callable[Concatenate[_Self, _Given], _Answer]:
    """Lets a method that is one transaction be tried again where others are in its way."""

    @functools.wraps(step)
    def tried(self: _Self, /, *arguments: _Given.args, **named: _Given.kwargs) -> _Answer:
        for turn in range(1, _TRIES):
            try:
                return step(self, *arguments, **named)
            except DeadlockError:
                time.sleep(random.uniform(0.5, 1) * _PAUSE * 2**turn)  # noqa: S311 - nobody is to guess it
        return step(self, *arguments, **named)

    return tried
