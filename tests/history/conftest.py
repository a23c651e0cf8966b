"""One PostgreSQL server for the whole session, for tests marked ``postgresql``."""

import os
from collections.abc import Iterator

import pytest

from tests.postgresql_server import Server, missing, running_server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A running server; the tests of a session share it."""
    lacking = missing()
    if lacking:
        if os.environ.get("CI") == "true" or os.environ.get("MODERATOR_REQUIRE_POSTGRESQL") == "1":
            pytest.fail(f"PostgreSQL must be there, but {lacking} is missing; run .ci/install_postgresql")
        pytest.skip(f"{lacking} is missing; .ci/install_postgresql and the extra [postgresql] bring it")
    with running_server(fsync="off") as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: Server) -> Server:
    """The server without our tables."""
    postgresql_server.run("DROP SCHEMA IF EXISTS moderator CASCADE")
    return postgresql_server
