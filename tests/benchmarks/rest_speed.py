"""REST at the size of an old blog: ``python -m tests.benchmarks.rest_speed [--rows 1000,10000,100000] [--real 5000]``.

A stand-in for WordPress's REST interface on loopback, in a process of its own, makes pings up as they are asked for.
For each size it prints how long reading takes (each ping made a case, its post's text with it), how long a dry run of
``moderator rescore`` takes, and the peak memory of both. Reading is to be flat; a dry run remembers what it judged, so
its memory grows with the history. ``--apply N`` changes and takes back what is wanted of N pings; ``--real N`` asks a
real WordPress, where Debian's packages are installed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.queue_sources import ping, post_text, tell
from tests.benchmarks.rescore_speed import child

_WORDS = {"0": "hold", "1": "approved"}
_ENGINE = (sys.executable, "-m", "moderator")
_CHANGED = re.compile(r"run ([^;\s]+)")


class _FakeSite(BaseHTTPRequestHandler):
    """WordPress's REST interface, as far as pings need it; nothing is kept but statuses that were changed."""

    protocol_version = "HTTP/1.1"
    count = 0
    statuses: dict[int, str] = {}  # noqa: RUF012 - one site a process

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        told: object = []
        if parts.path == "/wp-json/":
            home = f"http://{self.headers['Host']}"
            told = {"namespaces": ["wp/v2"], "home": home, "timezone_string": "", "gmt_offset": "0"}
        elif parts.path.endswith("/comments"):
            start, size = int(query.get("offset", 0)), int(query["per_page"])
            numbers = range(start + 1, min(self.count, start + size) + 1)
            told = [self._comment(n) for n in map(int, query["include"].split(",") if "include" in query else numbers)]
        elif parts.path.endswith("/posts"):
            told = [self._post(int(number)) for number in query["include"].split(",")]
        self._answer(told)

    def do_POST(self) -> None:
        number = int(self.path.rpartition("/")[2])
        word = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["status"]
        self.statuses[number] = "hold" if word == "unspam" else word
        self._answer(self._comment(number))

    def _comment(self, number: int) -> dict[str, Any]:
        row = ping(number - 1)
        date = row["comment_date_gmt"].replace(" ", "T")
        return {
            "id": number,
            "post": row["comment_post_ID"],
            "author_name": row["comment_author"],
            "author_url": row["comment_author_url"],
            "author_ip": row["comment_author_IP"],
            "author_user_agent": "",
            "date": date,
            "date_gmt": date,
            "content": {"raw": row["comment_content"], "rendered": ""},
            "status": self.statuses.get(number) or _WORDS.get(row["comment_approved"], row["comment_approved"]),
            "type": "pingback",
            "link": f"http://{self.headers['Host']}/{row['comment_post_ID']}/#comment-{number}",
        }

    def _post(self, number: int) -> dict[str, Any]:
        link = f"http://{self.headers['Host']}/{number}/"
        return {"id": number, "link": link, "title": {"raw": f"Post {number}"}, "content": {"raw": post_text(number)}}

    def _answer(self, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-WP-Total", str(self.count))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve_fake(count: str) -> None:
    """Serves a site with so many pings until it is ended; its port is the first thing that it prints."""
    _FakeSite.count = int(count)
    with ThreadingHTTPServer(("127.0.0.1", 0), _FakeSite) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


def dry_run(address: str, login: tuple[str, str], folder: str, *words: str) -> str:
    """One ``moderator rescore`` with a data folder of its own; prints what it took, gives what it printed."""
    environment = {
        "MODERATOR_WORDPRESS_USER": login[0],
        "MODERATOR_WORDPRESS_PASSWORD": login[1],
        "XDG_DATA_HOME": folder,
    }
    out, seconds, busy, peak = child(*_ENGINE, "rescore", address, *words, **environment)
    told = " ".join(words) or "dry run"
    print(f"    {told:36} {seconds:7.1f} s  {busy:7.1f} s of processor  peak {peak:6.0f} MB", flush=True)
    return out


def apply_and_undo(address: str, login: tuple[str, str], folder: str) -> None:
    """Changes what the model would, and takes it back."""
    out = dry_run(address, login, folder, "--apply")
    if found := _CHANGED.search(out):
        dry_run(address, login, folder, "--undo", found[1])


def fake(count: int, *, judge: bool, change: bool) -> None:
    """Measures the stand-in with so many pings."""
    code = "import sys; from tests.benchmarks.rest_speed import serve_fake; serve_fake(sys.argv[1])"
    server = subprocess.Popen([sys.executable, "-c", code, str(count)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address, login = f"http://127.0.0.1:{int(server.stdout.readline())}", ("owner", "secret")
        tell("rest, stand-in", address, judging=False, BLOG_USER=login[0], BLOG_PASSWORD=login[1])
        with tempfile.TemporaryDirectory() as folder:
            if judge:
                dry_run(address, login, folder)
            if change:
                apply_and_undo(address, login, folder)
    finally:
        server.kill()
        server.wait()


def real(count: int) -> None:
    """Measures a real WordPress with so many pings."""
    from tests.benchmarks.queue_sources import fill_database
    from tests.wordpress.site import missing, running_site

    if lacking := missing():
        print(f"a real WordPress is left out: {lacking} is missing")
        return
    with running_site() as site, tempfile.TemporaryDirectory() as folder:
        site.sql("DELETE FROM wp_comments")
        fill_database(site.database, count)
        login = (site.user, site.password)
        tell("rest, WordPress", site.url, judging=False, BLOG_USER=login[0], BLOG_PASSWORD=login[1])
        dry_run(site.url, login, folder)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", default="1000,10000,100000", help="sizes of the stand-in, with commas between")
    parser.add_argument("--apply", type=int, default=2000, help="pings of which what is wanted is changed; 0: none")
    parser.add_argument("--real", type=int, default=0, help="pings in a real WordPress; 0: none")
    parser.add_argument("--read-only", action="store_true", help="no dry runs")
    wanted = parser.parse_args()
    started = time.perf_counter()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
    for count in filter(None, map(int, wanted.rows.split(","))):
        fake(count, judge=not wanted.read_only, change=False)
    if wanted.apply:
        fake(wanted.apply, judge=False, change=True)
    if wanted.real:
        real(wanted.real)
    print(f"all of it took {timedelta(seconds=round(time.perf_counter() - started))}")


if __name__ == "__main__":
    main()
