"""A throw-away PostgreSQL server: own data, own port on the loopback interface, own passwords."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

OWNER = "moderator"
PASSWORD = "pg-secret"
_DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None: it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = [each for each in _DEBIAN.glob("*/bin") if (each / "initdb").exists()]
    return max(versions, key=lambda each: int(each.parent.name)) if versions else None


def missing() -> str:
    """What a test machine lacks; empty: nothing."""
    lacking = [] if programs() else ["PostgreSQL's server"]
    if os.geteuid() == 0:  # which it refuses to run as
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            lacking.append("the user postgres")
    for package in ("sqlalchemy", "psycopg"):
        try:
            __import__(package)
        except ImportError:
            lacking.append(package)
    return ", ".join(lacking)


@dataclass
class Server:
    """A server that can be stopped and started."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)

    def address(self, name: str = "postgres", *, user: str = OWNER, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg://{user}{':' if password else ''}{password}@127.0.0.1:{self.port}/{name}"

    def install(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            *("initdb", "--pgdata", str(self.folder / "data"), "--username", OWNER, f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        self.start()

    def start(self) -> None:
        given = {
            **{"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""},
            **{"max_connections": "60", "deadlock_timeout": "100ms", **self.settings},
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        self._run("pg_ctl", "start", "--wait", *self._data(), "--options", options, "--log", str(self.folder / "log"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate", *self._data())

    def run(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Runs SQL as the owner."""
        import psycopg

        with psycopg.connect(self.address(name).replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]  # a test's own words
            return cursor.fetchall() if cursor.description else []

    def _data(self) -> tuple[str, ...]:
        return ("--pgdata", str(self.folder / "data"))

    def _run(self, program: str, *words: str) -> None:
        folder = programs()
        assert folder is not None
        other = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        # pg_ctl leaves the server running with its output, so that must not be a pipe
        with (self.folder / "said").open("a+") as said:
            done = subprocess.run(
                [str(folder / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                **other,  # type: ignore[call-overload]  # the same words for both
            )
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                told = said.read() + (log.read_text() if log.exists() else "")
                raise RuntimeError(f"{program} failed: {told[-2000:]}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def running_server(**settings: str) -> Iterator[Server]:
    """A server for the time of a block."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)
    server = Server(folder, free_port(), settings)
    try:
        server.install()
        yield server
    finally:
        with contextlib.suppress(RuntimeError):
            server.stop()
        _end(folder / "data" / "postmaster.pid")
        shutil.rmtree(folder, ignore_errors=True)


def _end(note: Path) -> None:
    """Ends a server that did not stop when it was asked to."""
    with contextlib.suppress(OSError, ValueError):
        number = int(note.read_text().split()[0])
        os.kill(number, signal.SIGKILL)
        time.sleep(0.1)
