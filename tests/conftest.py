"""Sockets are blocked everywhere; tests marked ``loopback`` may use the loopback interface, and nothing else."""

import gc
import logging
import os
import signal
from collections.abc import Iterator

import pytest
import pytest_socket

from tests.postgresql_server import Server, missing, running_server

# boosting waits for its own threads by spinning, which is slow where cores are few and shared
os.environ.setdefault("OMP_NUM_THREADS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts what runs in its background deaf to Ctrl-C, and the processes that tests end would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("loopback"):
        pytest_socket.enable_socket()
        pytest_socket.socket_allow_hosts(
            ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "::1"], allow_unix_socket=True
        )
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    pytest_socket.enable_socket()


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """Commands send the log to stderr and collect garbage seldom; the next test gets both back as they were."""
    logger = logging.getLogger("moderator")
    handlers, propagate, thresholds = logger.handlers[:], logger.propagate, gc.get_threshold()
    yield
    logger.handlers[:], logger.propagate = handlers, propagate
    if gc.get_threshold() != thresholds:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


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
    """The server without our tables, those of the history and those of the service."""
    postgresql_server.run("DROP SCHEMA IF EXISTS moderator, moderator_service CASCADE")
    return postgresql_server
