"""Pages a second of `verify_many` on loopback against the floor of plain `requests.get` plus one parse.

Run: python -m tests.benchmarks.verify_speed [pages]

The server runs in a process of its own. Both sides read the same pages with the same number of threads, in
alternating rounds; the best round of each counts, because other work on the machine only ever slows one down. The
floor fetches each page and builds its tree; "get + read" fetches it and reads all facts of it; the verifier does the
rest as well: guard, caps, the claim, and the comparison with our post. The last lines tell what one row took of the
server: fetches and bytes, as it counted them, and seconds by the clock.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

import requests
from selectolax.lexbor import LexborHTMLParser

from moderator.html.page import read_page
from moderator.linkcheck.evidence import EvidenceReader, build_evidence
from moderator.linkcheck.page_pool import PagePool
from moderator.linkcheck.pool import verify_many
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.verifier import HttpVerifier
from moderator.records import Case, Kind, Linkback, LinkStatus, Post

ROUNDS = 3
PROCESSES = 2
"""Processes that read, as `rescore --verify --workers 2` starts them."""
TARGET = "https://ours.example/2024/roses/"
WORDS = [
    "the",
    "garden",
    "of",
    "red",
    "roses",
    "and",
    "old",
    "stone",
    "walls",
    "where",
    "rain",
    "falls",
    "on",
    "quiet",
    "paths",
    "in",
    "early",
    "spring",
    "light",
]
POST = Post(TARGET, "Roses in the garden", " ".join(WORDS[(7 * n * n) % len(WORDS)] for n in range(1500)))


def page(size: int = 100_000) -> bytes:
    """A page of a blog: menu, article with our link, comments, sidebar; about 560 links in 100 KB."""
    parts = ["<!DOCTYPE html><html><head><meta charset=utf-8><title>A walk among roses</title></head><body>"]
    parts.append("<nav>" + "".join(f'<a href="/tag/{n}">tag {n}</a> ' for n in range(60)) + "</nav><article>")
    number = 0
    while sum(map(len, parts)) < size - 1500:
        text = " ".join(WORDS[(number * 5 + n * n) % len(WORDS)] for n in range(14))
        parts.append(
            f'<p class="entry-text p{number % 9}">{text} <b>{WORDS[number % len(WORDS)]}</b> '
            f'<a href="https://site{number % 90}.example/posts/{number}?ref=a" rel="nofollow">see {number}</a>.</p>\n'
        )
        number += 1
        if number == 60:
            parts.append(f'<p>As <a href="{TARGET}">they wrote</a>, roses need rain.</p>')
    parts.append('</article><aside class="sidebar"><ul><li>one</li></ul></aside><footer>end</footer></body></html>')
    return "".join(parts).encode()


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    body = b""
    wbufsize = -1
    served: Synchronized[int]
    sent: Synchronized[int]

    def do_GET(self) -> None:
        with self.served.get_lock():
            self.served.value += 1
            self.sent.value += len(self.body)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def serve(pipe: Connection, served: Synchronized[int], sent: Synchronized[int]) -> None:
    _Handler.body, _Handler.served, _Handler.sent = page(), served, sent
    server = _Server(("127.0.0.2", 0), _Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


class _EveryName:
    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        return ("127.0.0.2",)


def floor(port: int, count: int, workers: int, read: bool = False) -> float:
    def one(number: int) -> None:
        answer = requests.get(f"http://127.0.0.2:{port}/{number}", timeout=10)
        if read:
            assert read_page(answer.content, answer.url, TARGET, charset="utf-8").links
        else:
            assert LexborHTMLParser(answer.text).body is not None

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(count)))
    return count / (time.perf_counter() - began)


def ours(port: int, count: int, workers: int, post: Post | None, read: EvidenceReader = build_evidence) -> float:
    verifier = HttpVerifier(
        LinkCheckSettings(
            ports=frozenset({port}),
            allow_networks=("127.0.0.2/32",),
            per_address_minute=1_000_000,
            cache_seconds=0,
        ),
        resolver=_EveryName(),
        read=read,
    )
    cases = [
        Case(
            Linkback(
                kind=Kind.TRACKBACK,
                source_url=f"http://blog{number}.example:{port}/{number}",
                target_url=TARGET,
                title="A walk among roses",
                excerpt="the garden of red roses and old stone walls where rain falls on quiet paths " * 4,
                sender_ip="127.0.0.2",
            ),
            post,
        )
        for number in range(count)
    ]
    began = time.perf_counter()
    found = verify_many(verifier, cases, workers=workers)
    seconds = time.perf_counter() - began
    assert all(evidence.status is LinkStatus.FOUND for evidence in found)
    return count / seconds


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    served, sent = spawn.Value("q", 0), spawn.Value("q", 0)
    process = spawn.Process(target=serve, args=(there, served, sent), daemon=True)
    process.start()
    there.close()
    port = here.recv()
    ratio = 0.0
    try:
        with PagePool(PROCESSES) as read:
            floor(port, 20, 4)
            ours(port, 20, 4, POST)
            ours(port, 20, 4, POST, read)
            print(f"{count} pages of {len(page()):,} bytes from 127.0.0.2, pages a second, best of {ROUNDS} rounds")
            print("threads   floor   get + read      verify_many    with our post   by processes    ... with our post")
            plain = 0.0
            for workers in (1, 4, 16):
                rounds = [
                    (
                        floor(port, count, workers),
                        floor(port, count, workers, read=True),
                        ours(port, count, workers, None),
                        ours(port, count, workers, POST),
                        ours(port, count, workers, None, read),
                        ours(port, count, workers, POST, read),
                    )
                    for _ in range(ROUNDS)
                ]
                bare, *speeds = (max(column) for column in zip(*rounds, strict=True))
                plain = plain or bare
                print(f"{workers:7} {bare:7.0f}" + "".join(f"   {speed:6.0f} ({speed / bare:.2f})" for speed in speeds))
                ratio = max(ratio, max(speeds[1:]) / plain)
                print(f"        {PROCESSES} processes / one, with our post: {speeds[4] / speeds[2]:.2f}, wanted 1.6")
            before = served.value, sent.value
            speed = ours(port, count, 4, POST, read)
            fetches, size = (after - earlier for after, earlier in zip((served.value, sent.value), before, strict=True))
            print(f"a row: {fetches / count:.2f} fetches, {size / count:,.0f} bytes, {1 / speed:.4f} s")
    finally:
        process.terminate()
    print(f"best of verify_many against the plain loop (floor, 1 thread): {ratio:.2f}, wanted 0.70")
    return 0 if ratio >= 0.7 else 1


if __name__ == "__main__":
    raise SystemExit(main())
