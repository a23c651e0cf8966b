"""The service's tables in PostgreSQL, where several processes on several hosts work on one queue.

They lie in a schema of their own, so that the history may use the same database: then one question reads both. What is
committed survives the process, and with the server's usual ``synchronous_commit`` a loss of power, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, exc, text

from moderator.errors import StoreError, shown
from moderator.history.address import Address
from moderator.history.postgresql.connecting import CONFLICTS, LOCK_TIMEOUT, advice, make_engine, state_of
from moderator.service.store.database import DeadlockError
from moderator.service.store.migrations import VERSION, migrate
from moderator.service.store.tables import TABLES
from moderator.text import stable_hash

__all__ = ["SCHEMA", "PostgresqlDatabase"]

SCHEMA = "moderator_service"
"""Our schema in the owner's database."""
_LOCK = 0x6D6F6473
"""The advisory lock of those who make the tables: ``mods``."""
_POOL = 6
"""Connections that stay open."""
_POOL_MORE = 6
"""Further ones while many threads are at work; more callers wait."""
_TIMEOUT = 10.0
"""Seconds to wait for a connection, and for a row that another process changes."""

_PREPARED = text("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = :schema)").bindparams(
    schema=SCHEMA
)
_ENCODING = text("SELECT current_setting('server_encoding')")
_KEEP_OUT = text("SELECT pg_advisory_xact_lock(:place)")
_TRY_ALONE = text("SELECT pg_try_advisory_xact_lock(:place)")
_STAYS = text("SET LOCAL idle_in_transaction_session_timeout = 0")
"""A duty may take long, and its transaction says nothing meanwhile."""
_ABOUT = text("CREATE TABLE IF NOT EXISTS about (version integer NOT NULL)")
_VERSION = text("SELECT version FROM about")
_SET_VERSION = text("INSERT INTO about VALUES (:version)")


class PostgresqlDatabase:
    """A `Database` on a server.

    Args:
        address: Where it is. The password is best left to ``~/.pgpass`` or the environment; it is shown nowhere.
        timeout: Seconds to wait for a connection, and while another process writes.

    Raises:
        StoreError: It cannot be reached, or the tables cannot be made or were made by a newer version.
        MissingExtraError: The driver is not installed.
    """

    shared = True
    folder: Path | None = None

    def __init__(self, address: Address, timeout: float = _TIMEOUT) -> None:
        self.name = str(address)
        self._engine = make_engine(address, timeout, pool=_POOL, more=_POOL_MORE, schema=SCHEMA, check=True)
        try:
            with self.writing() as connection:
                self._make_tables(connection)
        except BaseException:
            self.close()
            raise

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
        """See `Database.lock`."""
        for place in sorted(set(places)):  # in one order, so that two do not wait for each other
            connection.execute(_KEEP_OUT, {"place": place})

    @contextmanager
    def exclusive(self, duty: str) -> Iterator[bool]:
        """See `Database.alone`; the server itself notices when a process is gone."""
        with self._store_errors():
            connection = self._engine.connect()
        try:
            with self._store_errors():
                mine = bool(connection.execute(_TRY_ALONE, {"place": stable_hash(f"duty {duty}")}).scalar_one())
                connection.execute(_STAYS)
            yield mine
        finally:
            with suppress(exc.SQLAlchemyError):
                connection.close()

    def close(self) -> None:
        """See `Database.close`."""
        with suppress(exc.SQLAlchemyError):
            self._engine.dispose()

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            state = state_of(error)
            kind = DeadlockError if state in CONFLICTS else StoreError
            cause = "another process keeps it busy" if state == LOCK_TIMEOUT else shown(_line(str(error.orig)), 300)
            raise kind(f"the service's database {self.name}: {cause}; {advice(str(error.orig), SCHEMA)}") from error
        except exc.TimeoutError as error:
            raise StoreError(f"the service's database {self.name} is too busy; try again") from error
        except exc.SQLAlchemyError as error:
            raise StoreError(f"the service's database {self.name}: {shown(_line(str(error)), 300)}") from error

    def _make_tables(self, connection: Connection) -> None:
        """Makes the tables, or upgrades older ones; safe to be raced for."""
        self.lock(connection, _LOCK)
        encoding = connection.execute(_ENCODING).scalar_one()
        if encoding != "UTF8":
            raise StoreError(f"the service's database {self.name} is in {encoding}: name one that is in UTF8")
        if not connection.execute(_PREPARED).scalar_one():  # an administrator may have made it, where we may not
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(_ABOUT)
        version = connection.execute(_VERSION).scalar()
        if version is None:
            connection.execute(_SET_VERSION, {"version": VERSION})
        elif version > VERSION:
            raise StoreError(
                f"the service's database {self.name} was written by a newer version (tables {version}, this one knows "
                f"{VERSION}): upgrade moderator, or name another database"
            )
        else:
            migrate(connection, version)
            connection.execute(text("UPDATE about SET version = :version"), {"version": VERSION})
        TABLES.create_all(connection)


def _line(cause: str) -> str:
    return " ".join(cause.split())
