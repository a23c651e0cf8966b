"""Sockets are blocked everywhere; tests marked ``loopback`` may use the loopback interface, and nothing else."""

import pytest
import pytest_socket


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
