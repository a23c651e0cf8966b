"""Two processes of the service on one PostgreSQL: each linkback is judged once, and kill -9 of one loses nothing."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Lock
from typing import ClassVar
from urllib.parse import urlencode

import pytest

from tests.benchmarks.serve_load import FORM, HOSTS, PageServer, Service, Web
from tests.postgresql_server import PASSWORD, Server

pytestmark = [pytest.mark.postgresql, pytest.mark.slow, pytest.mark.loopback]

_FIRST, _SECOND, _THIRD = range(30), range(30, 54), range(54, 60)
"""Linkbacks before, during and after the death of one process."""


class Pages(PageServer):
    """Counts how often each page was asked for, and keeps who asks waiting while the gate is closed."""

    asked: ClassVar[Counter[str]] = Counter()
    gate = Event()
    lock = Lock()

    def do_GET(self) -> None:
        with self.lock:
            self.asked[self.path] += 1
        if self.path.startswith("/source/"):
            self.gate.wait(60)
        with suppress(OSError):  # who asked may have been killed
            super().do_GET()


@pytest.fixture
def pages() -> Iterator[int]:
    Pages.asked.clear()
    Pages.gate.set()
    with closing(Web(Pages)) as web:
        yield web.port
        Pages.gate.set()


@pytest.fixture
def start(postgresql: Server, pages: int, tmp_path: Path) -> Iterator[Callable[[str], Service]]:
    """Starts a process of the service with a folder of its own and the common database."""
    started: list[Service] = []

    def make(name: str) -> Service:
        (tmp_path / name).mkdir()
        address = postgresql.address()
        started.append(Service(tmp_path / name, pages, database=address, history=address))
        started[-1].start()
        return started[-1]

    yield make
    for service in started:
        service.end()


def send(service: Service, number: int, pages: int) -> str:
    """Sends a webmention; returns its source."""
    source = f"http://127.0.0.{2 + number % HOSTS}:{pages}/source/{number}"
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)) as connection:
        body = urlencode({"source": source, "target": f"http://127.0.0.1:{pages}/post"})
        connection.request("POST", "/webmention", body, FORM)
        assert connection.getresponse().status == 201
    return source


def until(holds: Callable[[], bool]) -> None:
    """Waits, long enough for a busy machine."""
    ends = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < ends, "it does not come to pass"
        time.sleep(0.1)


def test_each_is_judged_once_and_a_kill_loses_nothing(
    start: Callable[[str], Service], postgresql: Server, pages: int, tmp_path: Path
) -> None:
    def count(condition: str) -> int:
        [(found,)] = postgresql.run(f"SELECT count(*) FROM moderator_service.mentions WHERE {condition}")
        return int(str(found))

    one = start("one")
    [(dead,)] = postgresql.run("SELECT name FROM moderator_service.processes")
    other = start("other")
    sent = [send((one, other)[number % 2], number, pages) for number in _FIRST]
    until(lambda: count("verdict IS NULL") == 0)

    Pages.gate.clear()
    sent += [send((one, other)[number % 2], number, pages) for number in _SECOND]
    until(lambda: count(f"taken_by = '{dead}' AND due_at IS NOT NULL AND verdict IS NULL") > 0)
    one.kill()
    sent += [send(other, number, pages) for number in _THIRD]
    had = count(f"taken_by = '{dead}' AND due_at IS NOT NULL AND verdict IS NULL")
    # as if the half minute had passed in which a living process tells that it lives; the living one does so at once
    postgresql.run("UPDATE moderator_service.processes SET seen_at = seen_at - 60")
    Pages.gate.set()
    until(lambda: count("verdict IS NULL") == 0)

    kept = postgresql.run("SELECT source_url, attempts, crashes FROM moderator_service.mentions")
    assert sorted(str(row[0]) for row in kept) == sorted(sent), "what was accepted is there, once"
    again = {str(row[0]) for row in kept if row[2]}
    assert len(again) == had > 0
    for source, attempts, crashes in kept:
        looked = Pages.asked["/" + str(source).split("/", 3)[3]]
        assert (attempts, crashes) == ((2, 1) if source in again else (1, 0))
        assert looked == 1 or (source in again and looked == 2), "each page is looked at once by who judges it"
    [(remembered,)] = postgresql.run("SELECT count(*) FROM moderator.linkbacks")
    assert remembered == len(sent)
    other.stop()
    assert postgresql.run("SELECT name FROM moderator_service.processes") == []
    for name in ("one", "other"):
        log = (tmp_path / name / "log").read_text()
        assert "Traceback" not in log
        assert PASSWORD not in log
