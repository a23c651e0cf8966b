"""The battery against a hostile server on loopback. Prints its table with: python -m tests.linkcheck.battery"""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.http import RequestsTransport
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.verifier import HttpVerifier
from moderator.records import Linkback, LinkEvidence, LinkStatus
from tests.linkcheck.hostile_server import TARGET, HostileServer, certificate, redirect, serving

DEADLINE = 0.8
SERVER, SECRET = "127.0.0.2", "127.0.0.1"

FOUND, MISSING, GONE = LinkStatus.FOUND, LinkStatus.MISSING, LinkStatus.GONE
UNREACHABLE, REFUSED = LinkStatus.UNREACHABLE, LinkStatus.REFUSED
TOO_LARGE, NOT_HTML = LinkStatus.TOO_LARGE, LinkStatus.NOT_HTML

CASES: list[tuple[str, LinkStatus, str]] = [
    ("http /good", FOUND, ""),
    ("http /none", MISSING, ""),
    ("http /empty-page", MISSING, ""),
    ("http /404", GONE, "http 404"),
    ("http /410", GONE, "http 410"),
    ("http /503", UNREACHABLE, "http 503"),
    ("http /403", UNREACHABLE, "http 403"),
    ("http /silent", UNREACHABLE, "timeout"),
    ("http /slow-headers", UNREACHABLE, "timeout"),
    ("http /slow-status", UNREACHABLE, "timeout"),
    ("http /slow-body", UNREACHABLE, "timeout"),
    ("http /slow-body-link", FOUND, ""),
    ("http /slow-chunks", UNREACHABLE, "timeout"),
    ("http /slow-chunk-size", UNREACHABLE, "timeout"),
    ("http /endless-body", TOO_LARGE, ""),
    ("http /endless-chunks", TOO_LARGE, ""),
    ("http /endless-gzip", UNREACHABLE, "damaged compression"),
    ("http /gzip-bomb", TOO_LARGE, ""),
    ("http /gzip-members", TOO_LARGE, ""),
    ("http /deflate-bomb", TOO_LARGE, ""),
    ("http /brotli-bomb", TOO_LARGE, ""),
    ("http /zstd-bomb", TOO_LARGE, ""),
    ("http /gzip", FOUND, ""),
    ("http /gzip-damaged", UNREACHABLE, "damaged compression"),
    ("http /unknown-encoding", UNREACHABLE, "unknown compression"),
    ("http /double-gzip", UNREACHABLE, "unknown compression"),
    ("http /loop", REFUSED, "redirect loop"),
    ("http /loop-a", REFUSED, "redirect loop"),
    ("http /hop/1", REFUSED, "too many redirects"),
    ("http /to-good", FOUND, ""),
    ("http /to-file", REFUSED, "not http or https"),
    ("http /to-user", REFUSED, "user name in address"),
    ("http /to-metadata", REFUSED, "link-local address"),
    ("http /to-private-name", REFUSED, "loopback address"),
    ("http /to-nowhere", REFUSED, ""),
    ("http /to-odd", REFUSED, "odd spelling of an address"),
    ("http /to-port", REFUSED, "port not allowed"),
    ("http /length-long", UNREACHABLE, "incomplete"),
    ("http /length-long-link", FOUND, ""),
    ("http /length-short", MISSING, ""),
    ("http /length-huge", UNREACHABLE, "incomplete"),
    ("http /length-negative", FOUND, ""),
    ("http /length-words", FOUND, ""),
    ("http /header-flood", UNREACHABLE, ""),
    ("http /header-long", UNREACHABLE, ""),
    ("http /header-spaces", UNREACHABLE, ""),
    ("http /continue-flood", UNREACHABLE, "header too large"),
    ("http /nested", FOUND, ""),
    ("http /nested-none", MISSING, ""),
    ("http /attributes", FOUND, ""),
    ("http /formats", FOUND, ""),
    ("http /million-links", TOO_LARGE, ""),
    ("http /million-links-first", FOUND, ""),
    ("http /sixty-thousand", FOUND, ""),
    ("http /wrong-charset", FOUND, ""),
    ("http /utf16", FOUND, ""),
    ("http /broken-html", FOUND, ""),
    ("http /nulls", FOUND, ""),
    ("http /chunked-good", FOUND, ""),
    ("http /chunked-nonsense", UNREACHABLE, "bad answer"),
    ("http /chunked-huge", UNREACHABLE, ""),
    ("http /chunked-cut", UNREACHABLE, ""),
    ("http /reset-first", UNREACHABLE, "connection reset"),
    ("http /reset-headers", UNREACHABLE, "connection reset"),
    ("http /reset-body", UNREACHABLE, "connection reset"),
    ("http /nothing", UNREACHABLE, ""),
    ("http /garbage", UNREACHABLE, "bad answer"),
    ("http /status-odd", UNREACHABLE, ""),
    ("http /status-words", UNREACHABLE, "bad answer"),
    ("http /old-http", UNREACHABLE, "bad answer"),
    ("http /upgrade", UNREACHABLE, "http 101"),
    ("http /pdf", NOT_HTML, "application/pdf"),
    ("http /text", NOT_HTML, "text/plain"),
    ("http /no-type", FOUND, ""),
    ("http /no-type-binary", NOT_HTML, "unknown type"),
    ("http /odd-type", FOUND, ""),
    ("https /good", FOUND, ""),
    ("https-wrong-name /good", UNREACHABLE, "tls certificate"),
    ("https-unknown-authority /good", UNREACHABLE, "tls certificate"),
    ("https-to-plain /good", UNREACHABLE, "tls"),
    ("https-silent /good", UNREACHABLE, "timeout"),
    ("https-downgrade /to-http", REFUSED, "redirect from https to http"),
    ("closed-port /good", UNREACHABLE, "connection refused"),
    ("no-such-name /good", UNREACHABLE, "dns"),
    ("private-name /good", REFUSED, "loopback address"),
    ("mixed-name /good", REFUSED, "loopback address"),
    ("rebinding /good", FOUND, ""),
    ("dead-address-first /good", FOUND, ""),
]
"""What is asked, the state that must come of it, and the detail (empty: none is demanded)."""


class FakeResolver:
    """Answers from a table; a name may answer differently each time."""

    def __init__(self, names: dict[str, list[tuple[str, ...]]]) -> None:
        self._names = names
        self.asked: list[str] = []

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        answers = self._names.get(host)
        if not answers:
            raise FetchError(LinkStatus.UNREACHABLE, "dns")
        self.asked.append(host)
        return answers[min(self.asked.count(host), len(answers)) - 1]


@dataclass
class Arena:
    """Servers, and a verifier that may reach one of them."""

    verifier: HttpVerifier
    resolver: FakeResolver
    server: HostileServer
    secret: HostileServer
    urls: dict[str, str]

    def look(self, case: str) -> LinkEvidence:
        scheme, path = case.split()
        return self.verifier.verify(Linkback(source_url=self.urls[scheme] + path, target_url=TARGET))


@contextmanager
def arena(**changes: object) -> Iterator[Arena]:
    """Servers at 127.0.0.2, one at 127.0.0.1 that must never be reached, and a verifier."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        trusted, other = certificate(folder, "good.example"), certificate(folder, "unknown.example")
        contexts = []
        for path in (trusted, other):
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(path)
            contexts.append(context)
        plain = stack.enter_context(serving(SERVER))
        secure = stack.enter_context(serving(SERVER, contexts[0]))
        unknown = stack.enter_context(serving(SERVER, contexts[1]))
        secret = stack.enter_context(serving(SECRET))
        secure.behaviours["/to-http"] = redirect(f"http://good.example:{plain.port}/good")
        plain.behaviours["/to-private-name"] = redirect(f"http://inside.example:{secret.port}/good")
        silent = socket.create_server((SERVER, 0))
        stack.callback(silent.close)
        closed = socket.create_server((SERVER, 0))
        closed_port = closed.getsockname()[1]
        closed.close()
        resolver = FakeResolver(
            {
                "good.example": [(SERVER,)],
                "public.example": [("93.184.215.14",)],
                "wrong.example": [(SERVER,)],
                "unknown.example": [(SERVER,)],
                "inside.example": [(SECRET,)],
                "mixed.example": [(SERVER, SECRET)],
                "rebinding.example": [(SERVER,), (SECRET,)],
                "dead.example": [("127.0.0.3", SERVER)],
            }
        )
        values: dict[str, object] = {
            "deadline": DEADLINE,
            "connect_timeout": DEADLINE / 2,
            "allow_networks": ("127.0.0.2/31",),
            "pause": 0.0,
            "per_host_minute": 10_000,
            "per_address_minute": 10_000,
            "cache_seconds": 0.0,
            "failed_seconds": 0.0,
        }
        settings = LinkCheckSettings(**{**values, **changes})  # type: ignore[arg-type]  # values of many types
        context = ssl.create_default_context(cafile=str(trusted))
        verifier = HttpVerifier(settings, resolver=resolver, transport=RequestsTransport(context))
        urls = {
            "http": f"http://good.example:{plain.port}",
            "https": f"https://good.example:{secure.port}",
            "https-wrong-name": f"https://wrong.example:{secure.port}",
            "https-unknown-authority": f"https://unknown.example:{unknown.port}",
            "https-to-plain": f"https://good.example:{plain.port}",
            "https-silent": f"https://good.example:{silent.getsockname()[1]}",
            "https-downgrade": f"https://good.example:{secure.port}",
            "closed-port": f"http://good.example:{closed_port}",
            "no-such-name": f"http://nowhere.example:{plain.port}",
            "private-name": f"http://inside.example:{secret.port}",
            "mixed-name": f"http://mixed.example:{secret.port}",
            "rebinding": f"http://rebinding.example:{plain.port}",
            "dead-address-first": f"http://dead.example:{plain.port}",
        }
        yield Arena(verifier, resolver, plain, secret, urls)


class Peak:
    """The most memory that the process held while it ran, over what it held before, in megabytes."""

    def __enter__(self) -> Peak:
        self._before = self._most = _resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self._most = max(self._most, _resident())

    @property
    def megabytes(self) -> float:
        return (max(self._most, _resident()) - self._before) / 1e6


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> int:
    failures = 0
    print(f"{'case':34} {'state':12} {'detail':28} {'s':>6} {'MB':>6}")
    with arena() as place:
        for case, status, detail in CASES:
            with Peak() as peak:
                began = time.perf_counter()
                evidence = place.look(case)
                seconds = time.perf_counter() - began
            good = evidence.status is status and detail in (evidence.detail, "")
            good = good and seconds < DEADLINE + 1 and peak.megabytes < 100
            failures += not good
            mark = "" if good else f"  <- expected {status} {detail}"
            print(f"{case:34} {evidence.status:12} {evidence.detail:28} {seconds:6.2f} {peak.megabytes:6.1f}{mark}")
        reached = len(place.secret.requests)
        print(f"{len(CASES)} cases, {failures} wrong; requests that reached the refused address: {reached}")
    return failures


if __name__ == "__main__":
    raise SystemExit(main())
