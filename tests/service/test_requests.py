"""Bodies that are cut off, too large or too slow, at every door; spoken in ASGI, since no HTTP client sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message

from moderator.service import requests
from tests.service.service_fakes import TOKEN, World

DOORS = {
    "/api/v1/check": (413, 408),
    "/api/v1/label": (413, 408),
    "/pingback": (413, 408),
    "/trackback": (413, 408),
    "/webmention": (413, 408),
    "/1.1/comment-check": (200, 200),  # Akismet's API knows no errors but "invalid"
    "/1.1/verify-key": (200, 200),
    "/sign-in": (401, 401),  # the page takes it for an empty form
    "/decide": (401, 401),
}
"""Answers by path: to what is too large, to what is too slow."""


class Sender:
    """Sends chunks, and then goes away, or says nothing more."""

    def __init__(self, chunks: Sequence[bytes], *, stays: bool) -> None:
        self.chunks = list(chunks)
        self.stays = stays
        self.asked = 0
        self.told: list[Message] = []

    async def receive(self) -> Message:
        self.asked += 1
        if self.chunks:
            return {"type": "http.request", "body": self.chunks.pop(0), "more_body": True}
        if self.stays:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.told.append(message)

    def talk(self, world: World, path: str, token: str = TOKEN) -> int:
        """The status of the answer; whatever the application raises comes through."""
        headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"target=https://ours.example/2026/roses",
            "root_path": "",
            "headers": headers,
            "client": ("203.0.113.9", 4711),
            "server": ("testserver", 80),
        }
        asyncio.run(world.app(scope, self.receive, self.send))
        return int(self.told[0]["status"]) if self.told else 0


@pytest.mark.parametrize("path", DOORS)
def test_who_goes_away_leaves_no_trace(world: World, path: str, caplog: pytest.LogCaptureFixture) -> None:
    assert Sender([b'{"a"'], stays=False).talk(world, path) < 500
    assert not caplog.records


@pytest.mark.parametrize("path", DOORS)
def test_too_large(world: World, path: str) -> None:
    sender = Sender([b" " * 500_000] * 100, stays=True)
    assert sender.talk(world, path) == DOORS[path][0]
    assert sender.asked <= 10


@pytest.mark.parametrize("path", DOORS)
def test_too_slow(world: World, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_PATIENCE", 0.05)
    assert Sender([b"{", b" "], stays=True).talk(world, path) == DOORS[path][1]


@pytest.mark.parametrize("path", [path for path in DOORS if path.startswith("/api/")])
def test_without_the_token_no_body_is_read(world: World, path: str) -> None:
    sender = Sender([b"{"], stays=True)
    assert sender.talk(world, path, token="wrong") == 401
    assert sender.asked == 0
