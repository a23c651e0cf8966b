"""The service's SQLite file: every write is one transaction that survives the death of the process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, exc

from moderator.errors import StoreError, shown
from moderator.service.store.migrations import VERSION, migrate
from moderator.service.store.tables import TABLES

__all__ = ["SqliteDatabase"]

_APPLICATION = 0x6D6F6473
"""SQLite's ``application_id`` of our files: ``mods``."""
_BUSY_SECONDS = 10
"""How long a writer waits for another one."""
_CONNECTIONS = 8
"""Connections kept open; more callers wait."""


class SqliteDatabase:
    """A `Database` in one file, for one process of the service: blocks that write exclude each other.

    Args:
        path: The file; made, readable by its owner alone, where it does not exist.

    Raises:
        StoreError: It cannot be opened, is another program's, or a newer version wrote it.
    """

    shared = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.folder: Path | None = path.parent
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except (OSError, ValueError) as error:
            cause = error.strerror if isinstance(error, OSError) else error
            raise StoreError(
                f"the service's database {shown(path)} cannot be opened: {cause}; name a file that may be written"
            ) from error
        self._engine = create_engine(
            f"sqlite:///{path}",
            pool_size=_CONNECTIONS,
            max_overflow=0,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)
        with self.writing() as connection:
            migrate(connection, self._version(connection))
            TABLES.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Database.reading`."""
        with self._store_errors(), self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See `Database.writing`."""
        with self._store_errors(), self._engine.begin() as connection:
            yield connection

    def lock(self, connection: Connection, *places: int) -> None:
        """See `Database.lock`; nobody else writes during a block that does."""

    @contextmanager
    def exclusive(self, duty: str) -> Iterator[bool]:
        """See `Database.alone`; there is one process."""
        yield True

    def close(self) -> None:
        """See `Database.close`."""
        self._engine.dispose()

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            cause = str(error.orig)
            hint = "name another file" if "not a database" in cause else "see whether the disk is well"
            raise StoreError(f"the service's database {self.name}: {cause}; {hint}") from error
        except exc.TimeoutError as error:
            raise StoreError(f"the service's database {self.name} is too busy; try again") from error

    def _version(self, connection: Connection) -> int:
        """The version of the file's tables; a new file has the newest."""
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        used = connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").first() is not None
        if used and application != _APPLICATION:
            raise StoreError(f"{self.name} is a database of another program: name another file for the service")
        if used and not 1 <= version <= VERSION:
            raise StoreError(
                f"the database {self.name} has tables of version {version}, this program knows 1 to {VERSION}: "
                "use the version of moderator that wrote it, or name another file"
            )
        return version if used else VERSION


def _set_up(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    connection.execute("PRAGMA journal_mode = WAL")
    # a receiver answers once this is on the disk itself: with NORMAL, a loss of power could take the last of it back
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    if connection.get_isolation_level() != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
