"""A service that runs out of file descriptors: what it accepted is kept, and it comes back by itself."""

from __future__ import annotations

import http.client
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.benchmarks.serve_load import FORM, Service, Web

FEW = 64
"""File descriptors that the service may have open; idle, it has about half of them."""
PATIENCE = 60.0
"""Seconds after which a service that does not come back is given up, however busy the machine is."""


def _asked(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, FORM if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _sent(service: Service, pages: int, number: int) -> tuple[int, str]:
    source = f"http://127.0.0.{2 + number % 100}:{pages}/few/{number}"
    form = urlencode({"source": source, "target": f"http://127.0.0.1:{pages}/post"})
    return _asked(service.port, "POST", "/webmention", form.encode())[0], source


@pytest.mark.slow
@pytest.mark.loopback
@pytest.mark.skipif(sys.platform != "linux", reason="ulimit is not everywhere the same")
def test_nothing_is_lost_without_file_descriptors(tmp_path: Path) -> None:
    with closing(Web()) as web:
        service = Service(tmp_path, web.port, files=FEW)
        service.start()
        try:
            idle = [socket.create_connection(("127.0.0.1", service.port), 5) for _ in range(2 * FEW)]
            crowded = [_sent(service, web.port, number) for number in range(3)]
            for connection in idle:
                connection.close()
            began = time.monotonic()
            later, number = [], 10
            while len(later) < 3 and time.monotonic() < began + PATIENCE:
                status, source = _sent(service, web.port, number)
                number += 1
                if status in (201, 202):
                    later.append(source)
                else:
                    time.sleep(0.2)
            while "waiting" in service.kept().values() and time.monotonic() < began + PATIENCE:
                time.sleep(0.1)
            kept = service.kept()
            status, health = _asked(service.port, "GET", "/health")
        finally:
            service.stop()
    accepted = [source for status, source in crowded if status in (201, 202)] + later
    assert all(status in (201, 202, 503) for status, _ in crowded), "whoever asks is answered beside the crowd"
    assert len(later) == 3, "it comes back once the crowd has left"
    assert set(accepted) <= kept.keys()
    assert "waiting" not in kept.values()
    assert status == 200, health
