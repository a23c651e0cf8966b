"""Connections that dawdle."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from moderator.service.connections import HeadTimeoutProtocol
from tests.service.service_fakes import World

pytestmark = pytest.mark.loopback


class Hasty(HeadTimeoutProtocol):
    patience = 0.6


@pytest.fixture
def port(world: World) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(world.app, http=Hasty, lifespan="off", log_level="error", timeout_keep_alive=60)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)


WHOLE = b"GET /pingback HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("said", [b"", b"POST /pingback HTTP/1.1\r\nHost: x\r\nA:", WHOLE, WHOLE + b"GET / HTTP"])
def test_whoever_dawdles_is_cut_off(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(said)
        heard = b""
        while part := connection.recv(65536):
            heard += part
    assert (b"200 OK" in heard) == said.startswith(b"GET")


def test_whoever_drips_is_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection, pytest.raises(OSError):
        connection.sendall(WHOLE)
        for _ in range(50):
            connection.sendall(b"G")
            time.sleep(0.05)


def test_whoever_is_quick_is_served_on(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.connect()
    used = connection.sock
    for _ in range(6):
        connection.request("GET", "/pingback")
        assert connection.getresponse().read().startswith(b"This")
        time.sleep(0.15)
    assert connection.sock is used, "one connection, longer than the patience"
    connection.close()
