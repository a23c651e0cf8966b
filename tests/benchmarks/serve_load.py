"""The service under twice the load that it can take, killed in the middle: what is accepted is never lost.

Run: python -m tests.benchmarks.serve_load [seconds]

Client processes send pingbacks, trackbacks and webmentions over loopback without a pause, so more is offered than can
be taken, and the queue is kept short, so that it fills. Half-way the service is killed with SIGKILL and started
again. Then every linkback that was accepted is looked for in the database. Before that, the same clients send to a
bare handler of the same framework, which reads a body and answers. The pages that senders name and the blog they
point to are served on loopback, too.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import selectors
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from starlette.requests import Request

CLIENTS = 2
"""Processes that send."""
THREADS = 6
"""Connections of each."""
HOSTS = 200
"""Hosts of the pages that link: one alone may only be asked now and then."""
QUEUE = 400
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Tally:
    """What became of requests."""

    accepted: list[str] = field(default_factory=list)
    """Source URLs of those that were taken."""
    statuses: Counter[int] = field(default_factory=Counter)
    taken_seconds: list[float] = field(default_factory=list)
    refused_seconds: list[float] = field(default_factory=list)
    """Of answers that say: come again later."""
    wrong: list[str] = field(default_factory=list)
    """Answers that no protocol allows."""
    broken: int = 0
    """Connections that broke: the service was down."""

    def add(self, other: Tally) -> None:
        self.accepted += other.accepted
        self.statuses += other.statuses
        self.taken_seconds += other.taken_seconds
        self.refused_seconds += other.refused_seconds
        self.wrong += other.wrong
        self.broken += other.broken


class PageServer(BaseHTTPRequestHandler):
    """Both the blog and the pages that link to it."""

    def do_GET(self) -> None:
        port = self.headers["Host"].rpartition(":")[2]
        body = (
            f"<title>On roses</title><article>Labels on old roses. <a href='http://127.0.0.1:{port}/post'>more</a></article>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Unnamed(ThreadingHTTPServer):
    """A server that asks nobody for its own name."""

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "unnamed", int(self.server_address[1])


def _on_one_port(handler: type[PageServer]) -> list[Unnamed]:
    """Servers at one port of many loopback addresses; a port that anybody else has at one of them will not do."""
    while True:
        servers = [Unnamed(("127.0.0.1", 0), handler)]
        try:
            for host in range(HOSTS):
                servers.append(Unnamed((f"127.0.0.{2 + host}", servers[0].server_address[1]), handler))
            return servers
        except OSError:
            for server in servers:
                server.server_close()


class Web:
    """Serves pages at one port of many loopback addresses."""

    def __init__(self, handler: type[PageServer] = PageServer) -> None:
        self.servers = _on_one_port(handler)
        self.port = int(self.servers[0].server_address[1])
        self._selector = selectors.DefaultSelector()
        for server in self.servers:
            self._selector.register(server, selectors.EVENT_READ)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._selector.close()
        for server in self.servers:
            server.server_close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            for key, _ in self._selector.select(0.2):
                key.fileobj.handle_request()  # type: ignore[union-attr]  # one of the servers


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def request_of(number: int, pages: int) -> tuple[str, bytes, dict[str, str], str]:
    """The path, body, headers and source URL of one linkback; the kinds take turns."""
    host = f"127.0.0.{2 + number % HOSTS}"
    source, target = f"http://{host}:{pages}/source/{number}", f"http://127.0.0.1:{pages}/post"
    kind = number % 3
    if kind == 0:
        call = "".join(f"<param><value><string>{value}</string></value></param>" for value in (source, target))
        body = f"<methodCall><methodName>pingback.ping</methodName><params>{call}</params></methodCall>"
        return "/pingback", body.encode(), {"Content-Type": "text/xml"}, source
    if kind == 1:
        form = urlencode({"url": source, "title": f"Roses {number}", "excerpt": "Labels on roses", "blog_name": "A"})
        return f"/trackback?target={quote(target, safe='')}", form.encode(), FORM, source
    return "/webmention", urlencode({"source": source, "target": target}).encode(), FORM, source


def send(port: int, pages: int, first: int, step: int, ends: float, bare: bool) -> Tally:
    """Sends without a pause until a moment (`time.monotonic`)."""
    tally, number = Tally(), first
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    while time.monotonic() < ends:
        path, body, headers, source = request_of(number, pages)
        number += step
        began = time.monotonic()
        try:
            connection.request("POST", "/bare" if bare else path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            tally.broken += 1
            time.sleep(0.05)
            continue
        seconds = time.monotonic() - began
        tally.statuses[answer.status] += 1
        fault = b"<fault>" in text or b"<error>1" in text
        if answer.status in (429, 503):
            tally.refused_seconds.append(seconds)
            if not answer.getheader("Retry-After") or (path != "/webmention" and not fault):
                tally.wrong.append(f"{answer.status} {path}: {text[:80]!r}")
        elif answer.status in (200, 201, 202) and not fault:
            tally.accepted.append(source)
            tally.taken_seconds.append(seconds)
        elif b"registered before" not in text:  # accepted, and the answer was lost with the service
            tally.wrong.append(f"{answer.status} {path}: {text[:80]!r}")
    connection.close()
    return tally


def client(port: int, pages: int, number: int, seconds: float, bare: bool, results: object) -> None:
    """One client process."""
    ends = time.monotonic() + seconds
    tallies: list[Tally] = []
    threads = [
        threading.Thread(
            target=lambda place=place: tallies.append(
                send(port, pages, 1_000_000 * bare + number * THREADS + place, CLIENTS * THREADS, ends, bare)
            )
        )
        for place in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    results.put(whole)  # type: ignore[attr-defined]  # a queue


def flood(port: int, pages: int, seconds: float, *, bare: bool = False) -> Tally:
    """Sends from several processes at once."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [
        context.Process(target=client, args=(port, pages, number, seconds, bare, results)) for number in range(CLIENTS)
    ]
    for process in processes:
        process.start()
    whole = Tally()
    for _ in processes:
        whole.add(results.get(timeout=seconds + 60))
    for process in processes:
        process.join()
    return whole


class Service:
    """A service in a process of its own, that can be killed and started again."""

    def __init__(
        self,
        folder: Path,
        pages: int,
        queue: int = QUEUE,
        database: str = "",
        history: str = "",
        requests_per_minute: int = 1_000_000,
        files: int = 1024,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.database = folder / "service.sqlite3"
        config = folder / "settings.toml"
        config.write_text(
            f'history = "{history or folder / "history.sqlite3"}"\nallow_networks = ["127.0.0.0/8"]\n'
            f'[service]\ndatabase = "{database or self.database}"\n'
            f"queue_limit = {queue}\nrequests_per_minute = {requests_per_minute}\n"
            f'[[service.blogs]]\nname = "ours"\nurl = "http://127.0.0.1:{pages}/"\n'
        )
        self.environment = os.environ | {"MODERATOR_CONFIG": str(config), "OMP_NUM_THREADS": "1"}
        self.command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", sys.executable, "-m", "moderator", "serve"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*self.command, "--port", str(self.port)], env=self.environment, stderr=log)
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                ready = connection.getresponse().status == 200
                connection.close()
                if ready:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the service does not answer: {(self.folder / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Kills it if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def megabytes(self) -> float:
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/status").read_text().split("VmRSS:")[1].split()
        return int(fields[0]) / 1024

    def kept(self) -> dict[str, str]:
        """The source URL and status of every linkback in the database."""
        with closing(sqlite3.connect(self.database)) as store:
            return dict(store.execute("SELECT source_url, status FROM mentions"))


def bare_server(port: int) -> None:
    """A handler of the same framework that reads a body and answers."""
    import uvicorn
    from fastapi import FastAPI
    from starlette.responses import Response

    app = FastAPI()

    async def bare(request: Request) -> Response:
        await request.body()
        return Response("ok")

    app.add_route("/bare", bare, methods=["POST"])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def at(values: list[float], share: float) -> float:
    """A quantile in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1000 if values else float("nan")


def measure_bare(pages: int, seconds: float) -> float:
    """Requests a second that the bare handler answers."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=bare_server, args=(port,), daemon=True)
    process.start()
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        return len(flood(port, pages, seconds, bare=True).taken_seconds) / seconds
    finally:
        process.terminate()
        process.join()


def run(seconds: float, folder: Path, pages: int, queue: int = QUEUE) -> tuple[Tally, Service, list[float]]:
    """Floods a service, kills it half-way and starts it again."""
    service = Service(folder, pages, queue)
    service.start()
    memory: list[float] = []

    def disturb() -> None:
        ends = time.monotonic() + seconds
        killed = False
        while time.monotonic() < ends:
            time.sleep(seconds / 20)
            if not killed and time.monotonic() > ends - seconds / 2:
                service.kill()
                service.start()
                killed = True
            memory.append(service.megabytes())

    watcher = threading.Thread(target=disturb)
    watcher.start()
    tally = flood(service.port, pages, seconds)
    watcher.join()
    return tally, service, memory


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    with closing(Web()) as web, tempfile.TemporaryDirectory() as made:
        pages = web.port
        bare = measure_bare(pages, min(seconds, 5.0))
        tally, service, memory = run(seconds, Path(made), pages)
        lost = set(tally.accepted) - service.kept().keys()
        drained = time.monotonic()
        while "waiting" in service.kept().values() and time.monotonic() < drained + 120:
            time.sleep(0.5)
        after = Counter(service.kept().values())
        code = service.stop()
    offered = sum(tally.statuses.values()) / seconds
    print(f"{CLIENTS * THREADS} connections for {seconds:.0f} s, killed once; answers: {dict(tally.statuses)}")
    print(f"offered {offered:.0f}/s, accepted {len(tally.accepted) / seconds:.0f}/s, lost {len(lost)}")
    print(f"taken: p50 {at(tally.taken_seconds, 0.5):.1f} ms, p99 {at(tally.taken_seconds, 0.99):.1f} ms")
    print(f"refused: p50 {at(tally.refused_seconds, 0.5):.1f} ms, p99 {at(tally.refused_seconds, 0.99):.1f} ms")
    print(f"wrong answers {len(tally.wrong)} {tally.wrong[:3]}; connections broken while it was down {tally.broken}")
    half = len(memory) // 2
    all_along = json.dumps([round(each) for each in memory])
    print(f"memory MB: {memory[half]:.0f} after the restart, {memory[-1]:.0f} at the end; all: {all_along}")
    print(f"judged afterwards: {dict(after)}; ended with {code}")
    print(f"answers a second against a bare handler ({bare:.0f}/s): {offered / bare:.2f}")
    return 1 if lost or tally.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
