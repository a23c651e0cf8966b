"""How long honest senders wait beside hostile ones: `python -m tests.benchmarks.fair_turns [seconds]`.

All at once, over loopback, each sender at an address of its own: one floods with trackbacks, ten name pages of hosts
that send a byte a second, one sends a trackback of the words that once kept an expression busy for hours. Meanwhile an
honest webmention comes every second from yet another address. Half-way the service is killed with SIGKILL and started
again. Printed are what each sort was answered, how long the honest ones waited until they were judged, and whether
anything that was accepted is lost. Ends with 1 where an honest one waited more than `LONGEST` seconds or one is lost.
"""

from __future__ import annotations

import http.client
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.benchmarks.serve_load import FORM, Service, Web

LONGEST = 10.0
"""Seconds that an honest sender may wait for its verdict."""
DRIPPING = 10
"""Hosts that send a byte a second."""
RATE = 60
"""Requests a minute from one address that the service takes, its default."""
_FLOOD, _POISON = "127.0.9.9", "127.0.9.8"
_POISON_TITLE = " :: : ::" * 30 + "x"


class Dripping:
    """Accepts connections at one port of some loopback addresses, and sends a byte a second."""

    def __init__(self) -> None:
        first = socket.create_server(("127.0.3.1", 0))
        self.port = int(first.getsockname()[1])
        rest = [socket.create_server((f"127.0.3.{2 + host}", self.port)) for host in range(DRIPPING - 1)]
        self._servers = [first, *rest]
        self._ended = threading.Event()
        for server in self._servers:
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        for server in self._servers:
            server.close()

    def _accept(self, server: socket.socket) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>x")
            while not self._ended.wait(1.0):
                connection.sendall(b" ")
        except OSError:
            pass
        finally:
            connection.close()


class Senders:
    """Sends linkbacks from addresses of choice, and keeps what was answered."""

    def __init__(self, service: Service, pages: int) -> None:
        self._service = service
        self._target = f"http://127.0.0.1:{pages}/post"
        self.answers: dict[str, Counter[int]] = {}
        self.accepted: list[str] = []
        self.sent_at: dict[str, float] = {}

    def trackback(self, sort: str, source: str, sender: str, title: str) -> None:
        form = urlencode({"url": source, "title": title, "excerpt": "Labels on roses", "blog_name": "A"})
        self._post(sort, source, sender, f"/trackback?target={quote(self._target, safe='')}", form)

    def webmention(self, sort: str, source: str, sender: str) -> None:
        self._post(sort, source, sender, "/webmention", urlencode({"source": source, "target": self._target}))

    def _post(self, sort: str, source: str, sender: str, path: str, form: str) -> None:
        counts = self.answers.setdefault(sort, Counter())
        connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=20, source_address=(sender, 0))
        try:
            connection.request("POST", path, form.encode(), FORM)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            counts[0] += 1  # the service was down
            time.sleep(0.05)
            return
        finally:
            connection.close()
        counts[answer.status] += 1
        if answer.status in (200, 201, 202) and b"<error>1" not in text:
            self.accepted.append(source)
            self.sent_at.setdefault(source, time.monotonic())


def mix(seconds: float, folder: Path, pages: int, dripping: int) -> tuple[Senders, dict[str, float], set[str]]:
    """Sends all sorts at once, and watches the honest ones.

    Returns:
        The senders; by source URL, how many seconds each honest one waited; what was accepted and is lost.
    """
    service = Service(folder, pages, requests_per_minute=RATE)
    service.start()
    senders, ends = Senders(service, pages), time.monotonic() + seconds
    honest: list[str] = []
    waited: dict[str, float] = {}
    all_sent = threading.Event()

    def flood() -> None:
        number = 0
        while time.monotonic() < ends:
            number += 1
            senders.trackback("flood", f"http://127.0.0.2:{pages}/flood/{number}", _FLOOD, f"Roses {number}")

    def drip() -> None:
        for number in range(3 * DRIPPING):
            host = number % DRIPPING
            senders.webmention("dripping", f"http://127.0.3.{1 + host}:{dripping}/{number}", f"127.0.8.{1 + host}")

    def watch() -> None:
        last = float("inf")
        while time.monotonic() < last and not (all_sent.is_set() and len(waited) == len(honest)):
            if all_sent.is_set():
                last = min(last, time.monotonic() + LONGEST)
            kept = service.kept()
            for source in honest:
                if source in senders.sent_at and kept.get(source, "waiting") != "waiting":
                    waited.setdefault(source, time.monotonic() - senders.sent_at[source])
            time.sleep(0.05)

    threads = [threading.Thread(target=target) for target in (flood, drip, watch)]
    senders.trackback("poison", f"http://127.0.0.3:{pages}/poison", _POISON, _POISON_TITLE)
    for thread in threads:
        thread.start()
    killed = False
    for number in range(int(seconds)):
        if not killed and number >= seconds / 2:
            service.kill()
            service.start()
            killed = True
        source = f"http://127.0.0.{20 + number % 100}:{pages}/honest/{number}"
        honest.append(source)
        senders.webmention("honest", source, f"127.0.7.{1 + number % 200}")
        time.sleep(1.0)
    all_sent.set()
    for thread in threads:
        thread.join()
    lost = set(senders.accepted) - service.kept().keys()
    service.stop()
    for source in honest:
        if source in senders.sent_at:
            waited.setdefault(source, float("inf"))
    return senders, waited, lost


def main() -> int:
    """Runs the command."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    with closing(Web()) as web, closing(Dripping()) as dripping, tempfile.TemporaryDirectory() as made:
        senders, waited, lost = mix(seconds, Path(made), web.port, dripping.port)
    print(f"{'sort':10} answers (0: the service was down)")
    for sort, counts in senders.answers.items():
        print(f"{sort:10} {dict(counts)}")
    times = sorted(waited.values())
    middle, last = times[len(times) // 2], times[-1]
    print(f"honest: {len(times)} accepted; seconds until judged: p50 {middle:.2f}, longest {last:.2f}")
    print(f"accepted {len(senders.accepted)}, lost {len(lost)}")
    return 1 if lost or last > LONGEST else 0


if __name__ == "__main__":
    raise SystemExit(main())
