"""The service as a process: it starts, answers, ends, and says in one line why it does not start."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

import moderator
from moderator.cli.serving import start_text
from moderator.config.passwords import check_password
from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings

ROOT = Path(moderator.__file__).parents[1]
pytestmark = pytest.mark.loopback
MISSING = "import sys; sys.modules['uvicorn'] = None; from moderator.cli import main; sys.exit(main(['serve']))"


def surroundings(folder: Path, model: Path, **more: str) -> dict[str, str]:
    (folder / "settings.toml").write_text(
        f'model = "{model}"\nhistory = "{folder / "history.sqlite3"}"\n[service]\n'
        f'database = "{folder / "service.sqlite3"}"\nverify = false\n'
        '[[service.blogs]]\nname = "ours"\nurl = "http://127.0.0.1:9/"\n'
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODERATOR_")}
    own = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "MODERATOR_CONFIG": str(folder / "settings.toml")}
    return kept | own | more


def run(environment: dict[str, str], *words: str, given: str = "", code: str = "") -> subprocess.CompletedProcess[str]:
    command = ["-c", code] if code else ["-m", "moderator", "serve", *words]
    return subprocess.run(
        [sys.executable, *command],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, "-m", "moderator", "serve", "--port", str(port), *words]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(1200):
                try:
                    if ask(port, "GET", "/health") == 200:
                        break
                except OSError:
                    assert process.poll() is None
                    time.sleep(0.05)
            yield process, port
        finally:
            process.kill()


def ask(port: int, method: str, path: str, form: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize(("number", "codes"), [(signal.SIGTERM, (143, -15)), (signal.SIGINT, (130, -2))])
def test_it_ends_politely_and_keeps_what_it_took(
    tmp_path: Path, model_folder: Path, number: signal.Signals, codes: tuple[int, ...]
) -> None:
    with serving(surroundings(tmp_path, model_folder), "--shadow") as (process, port):
        form = {"source": "https://a.example/1", "target": "http://127.0.0.1:9/post"}
        assert ask(port, "POST", "/webmention", form) == 201
        process.send_signal(number)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(30) in codes
    assert "Traceback" not in told
    assert told.startswith(f"moderator: serving at http://127.0.0.1:{port}/\n")
    with sqlite3.connect(tmp_path / "service.sqlite3") as connection:
        [(source, shadow, status)] = connection.execute("SELECT source_url, shadow, status FROM mentions")
    connection.close()
    assert source == "https://a.example/1"
    assert (bool(shadow), status) in [(True, "held"), (False, "waiting")]


def test_a_port_that_is_taken(tmp_path: Path, model_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run(surroundings(tmp_path, model_folder), "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "name another --port" in ended.stderr


@pytest.mark.parametrize(
    ("more", "words", "code", "said"),
    [
        ({"MODERATOR_SERVICE_WORKERS": "none"}, (), 2, "MODERATOR_SERVICE_WORKERS: workers"),
        ({"MODERATOR_API_TOKEN_FILE": "/no/such/file"}, (), 2, "MODERATOR_API_TOKEN_FILE"),
        ({}, ("--port", "99999"), 2, "--port"),
        ({}, ("--host", "no such host"), 2, "cannot listen"),
        ({}, ("--database", "/proc/none/x.sqlite3"), 1, "/proc/none/x.sqlite3"),
        ({}, ("--model", "/no/such/model"), 1, "/no/such/model"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, model_folder: Path, more: dict[str, str], words: tuple[str, ...], code: int, said: str
) -> None:
    words = words if "--port" in words else (*words, "--port", str(free_port()))
    ended = run(surroundings(tmp_path, model_folder, **more), *words)
    assert ended.returncode == code, ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_the_extra(tmp_path: Path, model_folder: Path) -> None:
    ended = run(surroundings(tmp_path, model_folder), code=MISSING)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "'.[serve]'" in ended.stderr


def test_a_password_is_hashed(tmp_path: Path, model_folder: Path) -> None:
    environment = surroundings(tmp_path, model_folder)
    told = run(environment, "--hash-password", given="open sesame, please\n")
    assert told.returncode == 0
    assert check_password("open sesame, please", told.stdout.strip())
    assert "sesame" not in told.stdout + told.stderr
    for short in ("", "open sesame"):
        refused = run(environment, "--hash-password", given=f"{short}\n")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "at least 12" in refused.stderr


def test_the_start_tells_what_is_open_and_what_opens_the_rest() -> None:
    blogs = (Blog("ours", "https://ours.example/"), Blog("shut", "https://shut.example/", open=False))
    text = start_text(Settings(), ServiceSettings(blogs=blogs, shadow=True), Secrets(api_token="a-secret"))
    assert "receivers: open for https://ours.example/\n" in text
    assert "JSON API: open" in text and "a-secret" not in text
    assert "moderation page: closed; MODERATOR_PASSWORD_HASH opens it" in text
    assert "shadow mode" in text and "service.sqlite3" in text
    closed = start_text(Settings(), ServiceSettings(user_header="X-User", verify=False), Secrets())
    assert "receivers: closed" in closed and "moderation page: open, the proxy" in closed
    assert "not looked at" in closed and "shadow" not in closed


def test_whoever_listens_to_all_is_warned(tmp_path: Path, model_folder: Path) -> None:
    environment = surroundings(tmp_path, model_folder)
    secured = environment | {"MODERATOR_PASSWORD_HASH": "scrypt$1$1$1$x$x"}
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it never does listen
        words = ("--host", "0.0.0.0", "--port", str(taken.getsockname()[1]))
        assert "without a password" in run(environment, *words).stderr
        assert "without a password" not in run(secured, *words).stderr
