"""Random and mutated inputs at every door, and pages: `python -m tests.hostile.fuzz --inputs 100000 --pages 20000`.

It prints a table: how many inputs each door took, how they were answered, and the most processor time that one took.
It ends with exit code 1 where an answer was 500, an input raised, or one took more than a second of processor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import process_time
from typing import Any
from urllib.parse import urlencode

from moderator.html.page import read_page
from tests.service.service_fakes import AKISMET_KEY, POST, TOKEN, World, settings_for

__all__ = ["DOORS", "Tally", "fuzz_door", "fuzz_pages"]

SLOWEST = 1.0
"""Seconds of processor that one input may take."""
_PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"&amp;",
    b"%00",
    b"%",
    b"<",
    b">",
    b"</",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;",
    b"'",
    b'"',
    b"\\ud800",
    "\u202e".encode(),
    "é".encode("latin-1"),
    b" :: : :: :",
    b"::" * 40,
    b"1e999",
    b"{" * 50,
    b"[" * 50,
    b"null",
    b"-1",
    b"99999999999999999999",
    b"http://",
    b"https://a.example/",
    b"//",
    b"@",
    b"javascript:",
    b"\r\n",
    b"=" * 20,
    b"&" * 20,
    b"\xf0\x9f\x8c\xb9",
    b"a" * 3000,
)
_TAGS = (
    "a",
    "b",
    "i",
    "div",
    "p",
    "table",
    "td",
    "svg",
    "noscript",
    "title",
    "style",
    "script",
    "font",
    "template",
    "li",
)


@dataclass
class Tally:
    """What became of the inputs of one door."""

    name: str
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0
    """Of processor, in all."""
    worst: bytes = b""

    @property
    def bad(self) -> int:
        """Answers that must not be."""
        return sum(count for answer, count in self.answers.items() if answer == "500" or not answer.isdigit())

    def count(self, answer: str, seconds: float, given: bytes) -> None:
        """Counts one input."""
        self.answers[answer] += 1
        self.seconds += seconds
        if seconds > self.slowest:
            self.slowest, self.worst = seconds, given[:200]


def _mutated(body: bytes, random: Random) -> bytes:
    given = bytearray(body)
    for _ in range(random.choice((0, 1, 1, 2, 4, 16))):
        place = random.randrange(len(given) + 1)
        kind = random.randrange(5)
        if kind == 0:
            given[place:place] = random.choice(_PIECES)
        elif kind == 1:
            del given[place : place + random.randrange(1, 20)]
        elif kind == 2 and place < len(given):
            given[place] = random.randrange(256)
        elif kind == 3:
            part = given[place : place + random.randrange(1, 40)]
            given[place:place] = part * random.choice((2, 10, 200))
        else:
            given[place:place] = random.randbytes(random.randrange(1, 12))
    return bytes(given[:200_000])


def _xmlrpc(random: Random) -> bytes:
    return (
        "<?xml version='1.0'?><methodCall><methodName>pingback.ping</methodName><params><param><value><string>"
        f"https://s{random.randrange(10**6)}.example/</string></value></param><param><value>{POST}</value></param>"
        "</params></methodCall>"
    ).encode()


def _form(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def _texts(random: Random) -> dict[str, str]:
    said = [random.choice(_PIECES).decode("utf-8", "replace") * random.choice((1, 3, 30)) for _ in range(3)]
    return {"title": said[0], "excerpt": said[1], "blog_name": said[2]}


def _source(random: Random) -> str:
    return f"https://s{random.randrange(10**6)}.example/{random.randrange(100)}"


_FORM = "application/x-www-form-urlencoded"
DOORS: dict[str, tuple[str, str, Callable[[Random], bytes]]] = {
    "xml-rpc": ("/pingback", "text/xml", _xmlrpc),
    "trackback": ("/trackback/ours/2026/roses", _FORM, lambda r: _form({"url": _source(r), **_texts(r)})),
    "webmention": ("/webmention", _FORM, lambda r: _form({"source": _source(r), "target": POST})),
    "akismet": (
        "/1.1/comment-check",
        _FORM,
        lambda r: _form(
            {
                "api_key": AKISMET_KEY,
                "blog": "https://ours.example/",
                "user_ip": "203.0.113.9",
                "comment_type": "trackback",
                "comment_author_url": _source(r),
                "comment_author": _texts(r)["title"],
                "comment_content": _texts(r)["excerpt"],
                "permalink": POST,
            }
        ),
    ),
    "api": (
        "/api/v1/check",
        "application/json",
        lambda r: json.dumps(
            {
                "linkback": {"kind": "trackback", "source_url": _source(r), "target_url": POST, **_texts(r)},
                "verify": False,
            }
        ).encode(),
    ),
}
"""Path, content type and a well-formed input of each door."""


async def _ask(app: Any, path: str, content_type: str, body: bytes, sender: str) -> int:
    status = 0
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    headers = [
        (b"host", b"moderator.example"),
        (b"content-type", content_type.encode()),
        (b"authorization", f"Bearer {TOKEN}".encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": headers,
        "client": (sender, 1),
        "server": ("moderator.example", 80),
    }
    await asyncio.wait_for(app(scope, receive, send), 60)
    return status


def fuzz_door(world: World, name: str, count: int, seed: int = 1) -> Tally:
    """Hands a door many inputs."""
    path, content_type, make = DOORS[name]
    random, tally = Random(f"{name}:{seed}"), Tally(name)

    async def all_of_them() -> None:
        for _ in range(count):
            body = _mutated(make(random), random)
            sender = f"198.18.{random.randrange(256)}.{random.randrange(1, 255)}"
            before = process_time()
            try:
                answer = str(await _ask(world.app, path, content_type, body, sender))
            except Exception as error:
                answer = type(error).__name__
            tally.count(answer, process_time() - before, body)

    asyncio.run(all_of_them())
    return tally


def _page(random: Random) -> bytes:
    parts = [b"<html><head><title>A page</title></head><body>"]
    for _ in range(random.randrange(1, 40)):
        tag = random.choice(_TAGS)
        style = random.choice(("", " class='a b'", " style='display:none'", " hidden", " style='color:rgb(" + " " * 99))
        opened = f"<{tag}{style}>".encode() * random.choice((1, 1, 2, 40))
        parts.append(random.choice((opened, f"</{tag}>".encode() * random.choice((1, 40)), random.choice(_PIECES))))
        if random.random() < 0.3:
            parts.append(f"<a href='{POST}'>roses</a>".encode())
    return b"".join(parts)


def fuzz_pages(count: int, seed: int = 1) -> Tally:
    """Reads many pages."""
    random, tally = Random(f"pages:{seed}"), Tally("pages")
    for _ in range(count):
        page = _mutated(_page(random), random)
        before = process_time()
        try:
            read_page(page, "https://a.example/post", POST, charset="")
            answer = "200"
        except Exception as error:
            answer = type(error).__name__
        tally.count(answer, process_time() - before, page)
    return tally


def main() -> int:
    """Fuzzes everything and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1000, help="for each door")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--doors", nargs="*", choices=list(DOORS), default=list(DOORS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        limits = {"queue_limit": 10_000_000, "requests_per_minute": 1_000_000}
        world = World(Path(folder), settings_for(Path(folder), **limits))
        print(f"{'door':12} {'inputs':>8} {'bad':>5} {'slowest s':>10} {'all s':>8}  answers", flush=True)
        tallies = [_shown(fuzz_door(world, name, options.inputs, options.seed)) for name in options.doors]
        world.close()
    tallies.append(_shown(fuzz_pages(options.pages, options.seed)))
    return int(any(each.bad or each.slowest > SLOWEST for each in tallies))


def _shown(tally: Tally) -> Tally:
    """Prints a line as soon as its door is done: all of them take a while."""
    told = ", ".join(f"{answer}: {count}" for answer, count in sorted(tally.answers.items()))
    line = f"{tally.name:12} {tally.answers.total():8} {tally.bad:5} {tally.slowest:10.3f} {tally.seconds:8.0f}  {told}"
    print(line, flush=True)
    if tally.bad or tally.slowest > SLOWEST:
        print(f"    worst: {tally.worst!r}", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
