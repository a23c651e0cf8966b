"""What strangers can do to the doors: load without a key, idle connections, stolen sessions, a mail server between."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from moderator.config.service import Mail
from moderator.errors import HistoryError, StoreError
from moderator.history.sqlite import SqliteHistory
from moderator.records import Kind, Linkback
from moderator.service import digest
from moderator.service.akismet import routes as akismet_routes
from moderator.service.connections import HeadTimeoutProtocol
from moderator.service.dashboard import sign_in
from moderator.service.dashboard.sessions import COOKIE
from moderator.service.health import Health
from tests.service.service_fakes import AKISMET_KEY, PASSWORD, POST, World


def signed_in(world: World) -> TestClient:
    page = TestClient(world.app, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.post("/sign-in", data={"password": PASSWORD}, follow_redirects=False).status_code == 303
    return page


# --- finding 5: bytes of one sender


def test_one_sender_may_send_only_so_many_bytes(world: World) -> None:
    client = TestClient(world.app, client=("203.0.113.9", 1))
    body = {"source": "https://a.example/" + "x" * 200_000, "target": POST}
    answers = [client.post("/webmention", data=body).status_code for _ in range(12)]
    assert answers[-1] == 429
    assert answers.count(429) >= 5
    other = TestClient(world.app, client=("198.51.100.9", 1))
    assert other.post("/webmention", data={"source": "https://a.example/1", "target": POST}).status_code == 201


# --- finding 7: load without a key


def test_a_body_is_not_parsed_before_the_key_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []
    read_fields = akismet_routes.read_fields

    def counted(body: bytes, query: str = "") -> dict[str, str]:
        parsed.append(len(body))
        return read_fields(body, query)

    monkeypatch.setattr(akismet_routes, "read_fields", counted)
    client = TestClient(world.app)
    form = {"api_key": "wrong", "blog": "https://ours.example/"} | {f"f{n}": "v" * 100 for n in range(500)}
    assert client.post("/1.1/comment-check", data=form).text == "invalid"
    assert parsed == []
    assert client.post("/1.1/verify-key", data={"blog": "x", "key": AKISMET_KEY}).text == "valid"
    assert len(parsed) == 1


def test_passwords_are_hashed_in_threads_that_serve_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def check(password: str, kept: str) -> bool:
        seen.append(threading.current_thread().name)
        return False

    monkeypatch.setattr(sign_in, "check_password", check)
    page = TestClient(world.app, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.post("/sign-in", data={"password": "guess"}).status_code == 401
    assert seen[0].startswith("moderator-password")


def test_a_crowd_of_guesses_is_sent_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    free, pool = threading.Event(), ThreadPoolExecutor(1)
    monkeypatch.setattr(sign_in, "_HASHING", pool)
    for _ in range(sign_in._MOST_WAITING + 1):
        pool.submit(free.wait, 10)
    page = TestClient(world.app, headers={"Sec-Fetch-Site": "same-origin"})
    try:
        assert page.post("/sign-in", data={"password": "guess"}).status_code == 503
    finally:
        free.set()
        pool.shutdown()


class Narrow(HeadTimeoutProtocol):
    most_idle = 20
    most_idle_of_one = 10


@pytest.mark.loopback
def test_idle_connections_make_room(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            world.app, http=Narrow, lifespan="off", log_level="error", limit_concurrency=15, timeout_keep_alive=60
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        address = listener.getsockname()
        idle = [socket.create_connection(address, timeout=5) for _ in range(40)]
        try:
            with socket.create_connection(address, timeout=5) as honest:
                honest.sendall(b"GET /pingback HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert b"200 OK" in honest.recv(4096)
        finally:
            for each in idle:
                each.close()
            server.should_exit = True
            thread.join(10)


# --- finding 8: what must not be trusted


def test_the_mail_servers_certificate_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    contexts: list[ssl.SSLContext | None] = []

    class Server:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...
        def starttls(self, *, context: ssl.SSLContext | None = None) -> None:
            contexts.append(context)

        def send_message(self, message: EmailMessage) -> None: ...

    monkeypatch.setattr(smtplib, "SMTP", Server)
    digest._by_smtp(Mail("me@ours.example", "moderator@ours.example", tls=True), "", EmailMessage())
    [context] = contexts
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_session_ends_when_one_signs_out(world: World) -> None:
    page = signed_in(world)
    stolen = page.cookies[COOKIE]
    thief = TestClient(world.app, cookies={COOKIE: stolen})
    assert thief.get("/reach", follow_redirects=False).status_code == 200
    token = page.get("/").text.partition('name="csrf" value="')[2].partition('"')[0]
    page.post("/sign-out", data={"csrf": token})
    assert thief.get("/reach", follow_redirects=False).status_code != 200
    again = signed_in(world)
    assert again.get("/reach", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("cookie", ["", ".", "a.b", "W10.x", "x" * 100_000, "\u00e9"])
def test_cookies_that_nobody_signed(world: World, cookie: str) -> None:
    page = TestClient(world.app, headers={"Cookie": f"{COOKIE}={cookie}".encode("latin-1")})  # type: ignore[dict-item]
    assert page.get("/reach", follow_redirects=False).status_code in (302, 303, 401)


# --- finding 12: durability


def test_what_was_accepted_is_flushed_to_the_disk_before_the_answer(world: World) -> None:
    with world.container.store._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL


# --- finding 16: /health tells the truth


def unwell(world: World, **parts: object) -> Health:
    container = world.container
    return Health(container.store, container.moderator, container.workers, **parts)  # type: ignore[arg-type]


def test_health_of_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unwell(world).problem() == ""
    assert unwell(world, room=lambda: 1000).problem() == "the disk is full"

    def full(*_: object) -> None:
        raise StoreError("database or disk is full")

    monkeypatch.setattr(world.container.store, "set_value", full)
    assert unwell(world).problem() == "the database cannot be written"


def test_health_of_stuck_workers(make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    world, now = make_world(workers=1), [0.0]
    pool = world.container.workers
    monkeypatch.setattr(pool, "_elapsed", lambda: now[0])
    world.container.acceptor.accept(Linkback("https://a.example/", POST, kind=Kind.TRACKBACK, sender_ip="203.0.113.1"))
    thread = threading.Thread()
    pool._jobs[thread] = None
    assert pool._take(thread) is not None
    assert unwell(world).problem() == ""
    now[0] = 90.0
    assert unwell(world).problem() == "every worker is stuck"


def test_health_of_a_closed_history(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = SqliteHistory(tmp_path / "history.sqlite3")
    monkeypatch.setattr(world.container.moderator, "_history", history)
    assert unwell(world).problem() == ""
    history.close()
    assert unwell(world).problem() == "the history does not answer"


def test_health_is_told_at_the_door(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise HistoryError("away")

    monkeypatch.setattr(world.container.moderator, "ping", away)
    answer = TestClient(world.app).get("/health")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
