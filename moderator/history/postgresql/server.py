"""One PostgreSQL database: its pool of connections, grouping writes, trying again, and its errors in plain words."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from moderator.errors import HistoryBusyError, HistoryError, shown
from moderator.history.address import Address
from moderator.history.postgresql.connecting import CONFLICTS, LOCK_TIMEOUT, advice, is_unsent, make_engine, state_of
from moderator.history.postgresql.tables import LOCK, SCHEMA, make_tables

__all__ = ["Server"]

_POOL = 4
"""Connections that stay open; each thread at work needs one."""
_POOL_MORE = 12
"""Further ones while many threads are at work."""
_TRIES = 4
"""How often a step is tried that others were in the way of, or whose connection was lost."""
_PAUSE = 0.02
"""Seconds before a step is tried again, twice as many each time."""
_GROUP = text(f"SELECT pg_advisory_xact_lock({LOCK})")
_SINGLE = text(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
_Answer = TypeVar("_Answer")


class Server:
    """A database with our tables; safe to share among threads, also across a fork.

    Args:
        address: Where it is.
        timeout: Seconds to wait for a connection, and while another process writes.

    Raises:
        HistoryError: It cannot be reached, or the tables cannot be made or were made by a newer version.
    """

    def __init__(self, address: Address, timeout: float) -> None:
        self.name = str(address)
        self._mine = _Mine()
        self._process = os.getpid()
        self._open = True
        with self._telling():
            self._engine = make_engine(address, timeout, pool=_POOL, more=_POOL_MORE)
            self._direct = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            self.write(lambda connection: make_tables(connection, self.name))
        except BaseException:
            self.close()
            raise

    def direct(self, step: Callable[[Connection], _Answer]) -> _Answer:
        """Takes a step of one statement, which needs no transaction of its own; it may be taken twice."""
        with self._telling():
            return self._take(step, direct=True)

    def write(self, step: Callable[[Connection], _Answer]) -> _Answer:
        """Takes a step whose writes are all kept, or none. Where others are in the way, it is taken again."""
        with self._telling():
            return self._take(step, direct=False)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Joins all steps of this thread until its end; other groups of writes wait."""
        self._check_open()
        mine = self._mine
        if mine.connection is not None:
            yield
            return
        with self._telling():
            connection = self._begin_group()
        mine.connection, mine.failed = connection, False
        try:
            yield
            mine.connection = None
            if mine.failed:
                raise HistoryError(
                    f"history {self.name}: the transaction has failed, nothing of it is kept; begin anew"
                )
            with self._telling():
                connection.commit()
        finally:
            mine.connection = None
            with suppress(SQLAlchemyError):
                connection.close()  # rolls back what is not committed

    @property
    def in_transaction(self) -> bool:
        """Whether the calling thread is inside `transaction`."""
        return self._mine.connection is not None

    def close(self) -> None:
        """Closes all connections; a second call does nothing."""
        self._open = False
        if hasattr(self, "_engine"):
            with suppress(SQLAlchemyError):
                self._engine.dispose(close=self._process == os.getpid())

    def wait_for_groups(self, connection: Connection) -> None:
        """Within a step that locks several rows: keeps groups of writes out until its end, and so deadlocks.

        Others who do the same are not kept out: they lock rows in one order.
        """
        if not self.in_transaction:
            connection.execute(_SINGLE)

    def _take(self, step: Callable[[Connection], _Answer], *, direct: bool) -> _Answer:
        self._check_open()
        mine = self._mine
        if mine.connection is not None:
            if mine.failed:
                raise HistoryError(
                    f"history {self.name}: the transaction has failed, nothing of it is kept; begin anew"
                )
            try:
                return step(mine.connection)
            except BaseException as error:
                mine.failed = not (direct and is_unsent(error))
                raise
        for tried in range(1, _TRIES + 1):
            ending = False
            try:
                with (self._direct if direct else self._engine).connect() as connection:
                    answer = step(connection)
                    ending = True
                    if not direct:
                        connection.commit()
                    return answer
            except DBAPIError as error:
                # A commit that was not answered may have been kept, so it is not tried again.
                if tried == _TRIES or not (_in_the_way(error) or (error.connection_invalidated and not ending)):
                    raise
            time.sleep(random.uniform(0.5, 1) * _PAUSE * 2**tried)  # noqa: S311 - nobody is to guess it, nobody can
        raise AssertionError("unreachable")

    def _begin_group(self) -> Connection:
        for tried in range(1, _TRIES + 1):
            connection = self._engine.connect()
            try:
                connection.execute(_GROUP)
                return connection
            except BaseException as error:
                with suppress(SQLAlchemyError):
                    connection.close()
                if not (isinstance(error, DBAPIError) and error.connection_invalidated) or tried == _TRIES:
                    raise
        raise AssertionError("unreachable")

    def _check_open(self) -> None:
        if not self._open:
            raise HistoryError(f"history {self.name} is closed: open it anew")
        if self._process != os.getpid():
            # The parent's connections are left alone: closing them here would end them there.
            self._engine.dispose(close=False)
            self._mine, self._process = _Mine(), os.getpid()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            busy = state_of(error) in (*CONFLICTS, LOCK_TIMEOUT)
            raise (HistoryBusyError if busy else HistoryError)(_message(self.name, str(error.orig))) from error
        except SQLAlchemyError as error:
            raise HistoryError(_message(self.name, str(error))) from error
        except (UnicodeError, OverflowError) as error:
            raise HistoryError(f"history {self.name}: a value cannot be stored: {shown(error)}; clean it") from error


class _Mine(threading.local):
    """What one thread has begun."""

    connection: Connection | None = None
    failed = False


def _in_the_way(error: DBAPIError) -> bool:
    return state_of(error) in CONFLICTS


def _message(name: str, cause: str) -> str:
    return f"history {name}: {shown(' '.join(cause.split()), 300)}; {advice(cause, SCHEMA)}"
