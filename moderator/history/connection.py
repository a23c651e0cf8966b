"""One SQLite file: opening it, grouping writes, and telling its errors in plain words.

A connection is shared by the threads of a process behind one lock. It is never used across a fork: a child process
opens the file anew at its first call and leaves its parent's connection alone, as SQLite demands.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Literal, TypeVar

from moderator.errors import HistoryBusyError, HistoryError, shown
from moderator.history.schema import VERSION, create_or_upgrade, steps_taken

__all__ = ["Connection", "Synchronous"]

Synchronous = Literal["normal", "full"]

_CACHE_KIB = 16_384
"""Pages kept in memory by each connection."""
_CHECKPOINT_PAGES = 4_000
"""Pages of 4 KiB in the write-ahead log before it is folded into the file: about every 300 decisions."""
_RETRY_SECONDS = 0.02
"""Pause before a busy file is tried again where SQLite itself does not wait."""
_abandoned: list[sqlite3.Connection] = []
"""Connections of a parent process; a child must neither use nor close them."""
_Answer = TypeVar("_Answer")

_WAYS_OUT = (
    ("locked", "another process keeps it busy; stop that one, or try again"),
    ("not a database", "the file is no history; name another one, or move it away to start anew"),
    ("malformed", "the file is damaged; put a copy back, or move it away to start anew"),
    ("unable to open", "name a file that may be written, in a folder that may be written"),
    ("readonly", "make the file and its folder writable"),
    ("full", "make room on the disk"),
)


class Connection:
    """A file with our tables.

    Args:
        path: The file; made, with its folder, where it does not exist.
        timeout: Seconds to wait while another process writes.
        synchronous: How hard a commit is pressed to the disk.

    Raises:
        HistoryError: It cannot be opened, is no history, or a newer version wrote it.
    """

    def __init__(self, path: Path, timeout: float, synchronous: Synchronous) -> None:
        self.path = path
        self._timeout = timeout
        self._synchronous = synchronous
        self._lock = RLock()
        self._depth = 0
        self.broken = False
        """Whether a step within the transaction has failed."""
        self._process = os.getpid()
        self._telling = _Telling(self)
        self._connection: sqlite3.Connection | None = self._connect()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A block for one question; its answer, fetched whole, shows the file as it is at one moment."""
        if self._process != os.getpid():
            self._leave_parent()
        with self._lock, self._telling:
            connection = self._connection
            if connection is None:
                raise HistoryError(f"history {self.path} is closed: open it anew")
            if not self._depth and connection.in_transaction:
                _roll_back(connection)  # left behind by an interrupt
            if self._depth and (self.broken or not connection.in_transaction):
                raise HistoryError(
                    f"history {self.path}: the transaction has failed, nothing of it is kept; begin anew"
                )
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A block whose writes are all kept, or none; nested blocks join the outermost."""
        with self.reading() as connection:
            if self._depth:
                yield connection
                return
            self._begin(connection)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Joins all reading and writing until its end; other threads wait."""
        with self._lock:
            if self._depth:
                yield
                return
            with self.reading() as connection:
                self._begin(connection)
            self._depth, self.broken = 1, False
            try:
                yield
            except BaseException:
                self._depth = 0
                _roll_back(connection)
                raise
            try:
                with self.reading() as connection:
                    connection.execute("COMMIT")
            finally:
                self._depth = 0
                _roll_back(connection)

    @property
    def in_transaction(self) -> bool:
        """Whether the calling thread is inside `transaction`; other threads wait for the answer."""
        with self._lock:
            return self._depth > 0

    def close(self) -> None:
        """Closes the file; a second call does nothing."""
        with self._lock, self._telling:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            if self._process == os.getpid():
                connection.close()
            else:
                _abandoned.append(connection)

    def _leave_parent(self) -> None:
        self._lock = RLock()  # the parent's may be held by a thread that does not exist here
        self._depth, self.broken, self._process = 0, False, os.getpid()
        if self._connection is not None:
            _abandoned.append(self._connection)
            self._connection = self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made by ourselves, so that nobody else may read it; SQLite gives its side files the same mode. A file
            # that exists is not opened here: closing it would end the locks of this process's other connections.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass
        except (OSError, ValueError) as error:
            cause = error.strerror if isinstance(error, OSError) else error
            raise HistoryError(
                f"history {shown(self.path)} cannot be opened: {cause}; name a file that may be written"
            ) from error
        with self._telling:
            connection = sqlite3.connect(
                self.path, timeout=self._timeout, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        path = str(self.path)
        taken = self._patiently(lambda: steps_taken(connection, path))
        if not taken:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # says something of a new file alone
        # SQLite does not wait by itself when several processes turn a new file to WAL at once.
        self._patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
        if taken == VERSION:
            return
        self._begin(connection)
        try:
            create_or_upgrade(connection, path)
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise

    def _begin(self, connection: sqlite3.Connection) -> None:
        self._patiently(lambda: connection.execute("BEGIN IMMEDIATE"))

    def _patiently(self, work: Callable[[], _Answer]) -> _Answer:
        """Tries again while the file is busy, until the time-out."""
        until = time.monotonic() + self._timeout
        while True:
            try:
                return work()
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= until:
                    raise
            time.sleep(_RETRY_SECONDS)


class _Telling:
    """A block in which SQLite's errors become ours; no generator, since every step of a history passes it."""

    def __init__(self, file: Connection) -> None:
        self._file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            self._file.broken = True  # half of a step may be written: an outer transaction must not keep it
            busy = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            raise (HistoryBusyError if busy else HistoryError)(_message(self._file.path, str(error))) from error
        if isinstance(error, UnicodeError | OverflowError):
            # Values are bound by the first statement of a step, so nothing of it is written.
            raise HistoryError(
                f"history {self._file.path}: a value cannot be stored: {shown(error)}; clean it"
            ) from error


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _message(path: Path, cause: str) -> str:
    advice = next((way for sign, way in _WAYS_OUT if sign in cause), "see whether the disk is well")
    return f"history {path}: {cause}; {advice}"
