import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from moderator.history.postgresql.store import PostgresqlHistory
from moderator.history.sqlite import SqliteHistory
from tests.batteries.history_processes import ProcessesBattery, Shared
from tests.postgresql_server import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


class TestSqliteProcesses(ProcessesBattery):
    @pytest.fixture
    def shared(self, tmp_path: Path) -> Shared:
        path = tmp_path / "history.sqlite3"

        def ids() -> set[str]:
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    return set()  # killed before the tables were made
                return _ids(connection, "")

        return Shared(lambda: SqliteHistory(path), ids)


@pytest.mark.postgresql
@pytest.mark.loopback
class TestPostgresqlProcesses(ProcessesBattery):
    @pytest.fixture
    def shared(self, postgresql: Server) -> Iterator[Shared]:
        def ids() -> set[str]:
            with psycopg.connect(postgresql.address().replace("+psycopg", "")) as connection:
                if not connection.execute("SELECT to_regclass('moderator.about')").fetchone()[0]:  # type: ignore[index]
                    return set()
                # what a dead process had open is rolled back when the server notices
                connection.execute("LOCK TABLE moderator.linkbacks, moderator.sightings")
                return _ids(connection, "moderator.")

        yield Shared(lambda: PostgresqlHistory(postgresql.address()), ids)


def _ids(connection: sqlite3.Connection | psycopg.Connection, schema: str) -> set[str]:
    def told(query: str) -> list[tuple[object, ...]]:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]

    [(sightings,)] = told(f"SELECT count(*) FROM {schema}sightings")
    [(linkbacks,)] = told(f"SELECT count(*) FROM {schema}linkbacks")
    assert sightings == 6 * linkbacks  # type: ignore[operator]
    return {str(id) for (id,) in told(f"SELECT id FROM {schema}linkbacks WHERE verdict = 'hold'")}
