"""Webhooks: signed, tried again, given up; told what has changed and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from starlette.testclient import TestClient

from moderator.config.service import Blog
from moderator.records import LinkStatus, Verdict
from moderator.service.records import Filter, Mention, OwnerLabel, Status
from moderator.service.webhooks import _post
from moderator.service.worker import LEASE
from tests.service.service_fakes import BLOG, POST, START, World, mention_of, seen

SOURCE = "https://garden.example/pruning"


def tell(world: World, verdict: Verdict = Verdict.HOLD) -> None:
    world.container.store.accept(mention_of(1, verdict))


def waiting_mention() -> Mention:
    return replace(mention_of(1), decision=None, status=Status.WAITING, due_at=START)


def events(world: World) -> list[str]:
    while world.container.webhooks.deliver():
        pass
    return [json.loads(body)["event"] for _, body, _ in world.webhook.told]


def test_what_is_told_is_signed(world: World) -> None:
    tell(world)
    assert world.container.webhooks.deliver() == 1
    [(address, body, headers)] = world.webhook.told
    assert address == "http://127.0.0.1:9/hook"
    stamp, _, proof = headers["X-Moderator-Signature"].partition(",v1=")
    wanted = hmac.new(b"webhook-secret", stamp.removeprefix("t=").encode() + b"." + body, hashlib.sha256)
    assert proof == wanted.hexdigest()
    told = json.loads(body)
    assert told["event"] == "held"
    assert told["mention"]["linkback"]["source_url"] == "https://blog1.example/post"
    assert told["mention"]["decision"]["verdict"] == "hold"
    assert b"webhook-secret" not in body


def test_the_owners_words_are_told(world: World) -> None:
    tell(world, Verdict.APPROVE)
    batch = world.container.decisions.label(["m1"], OwnerLabel.SPAM, "me")
    world.container.decisions.undo(batch, "me")
    assert events(world) == ["approved", "spam", "approved"]


def test_updates_and_withdrawals_are_told(make_world: Callable[..., World]) -> None:
    world = make_world(blogs=(Blog("ours", BLOG, webhook="http://127.0.0.1:9/", self_pings=Verdict.APPROVE),))
    source = f"{BLOG}tulips"
    for evidence in (seen(), seen(page_title="Another title"), seen(page_title="Another title"), seen(LinkStatus.GONE)):
        world.pages.evidence[source] = evidence
        TestClient(world.app).post("/webmention", data={"source": source, "target": POST})
        world.process_all()
    assert events(world) == ["approved", "approved", "withdrawn"]


def test_tried_again_with_growing_pauses_and_given_up(world: World) -> None:
    tell(world)
    world.webhook.status = 500
    pauses, last = [], world.clock()
    while world.container.store.due_events(world.clock() + timedelta(days=9)):
        if world.container.webhooks.deliver():
            pauses.append((world.clock() - last).total_seconds())
            last = world.clock()
        world.clock.go(seconds=30)
    assert len(world.webhook.told) == 12
    assert pauses[1:4] == [30, 60, 120]
    assert max(pauses) == 6 * 3600


@pytest.mark.parametrize("status", [200, 204, 299])
def test_any_success_will_do(world: World, status: int) -> None:
    world.webhook.status = status
    tell(world)
    world.container.webhooks.deliver()
    world.clock.go(days=1)
    assert world.container.webhooks.deliver() == 0


def test_what_is_told_late_is_what_holds_by_then(world: World) -> None:
    tell(world, Verdict.APPROVE)
    world.webhook.status = 500
    world.container.webhooks.deliver()
    world.webhook.status = 204
    world.container.decisions.label(["m1"], OwnerLabel.SPAM, "me")
    assert events(world)[1:] == ["spam"]
    world.clock.go(hours=1)
    assert events(world)[2:] == ["spam"]


@pytest.mark.parametrize("word", [OwnerLabel.HAM, None])
def test_a_verdict_and_its_news_are_kept_together(
    world: World, monkeypatch: pytest.MonkeyPatch, word: OwnerLabel | None
) -> None:
    """As if the process were killed in the middle: nothing behind the transaction is needed for the news."""

    def killed(*_: object) -> None:
        raise SystemExit

    world.container.store.accept(waiting_mention())
    [taken] = world.container.store.take(1, world.clock(), LEASE)
    monkeypatch.setattr(world.container.workers._worker, "_wake_outbox", killed)
    monkeypatch.setattr(world.container.decisions, "_wake_outbox", killed)
    with pytest.raises(SystemExit):
        world.container.workers._worker.process(taken)
    if word is not None:
        with pytest.raises(SystemExit):
            world.container.decisions.label([taken.linkback.id], word, "me")
    judged = world.container.store.get(taken.linkback.id)
    assert judged is not None
    assert judged.decision is not None
    told = events(world)
    assert told[0] in ("approved", "held", "spam")
    assert told[1:] == ([] if word is None else ["approved"])


def test_without_its_news_a_verdict_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    world.container.store.accept(waiting_mention())
    [taken] = world.container.store.take(1, world.clock(), LEASE)
    monkeypatch.setattr(world.container.store, "_make_event", killed)
    with pytest.raises(SystemExit):
        world.container.workers._worker.process(taken)
    with pytest.raises(SystemExit):
        world.container.decisions.label([taken.linkback.id], OwnerLabel.HAM, "me")
    unchanged = world.container.store.get(taken.linkback.id)
    assert unchanged == taken


def test_redirects_are_no_success(world: World) -> None:
    world.webhook.status = 302
    tell(world)
    world.container.webhooks.deliver()
    assert world.container.store.due_events(world.clock() + timedelta(days=1)) != []


def test_one_odd_webhook_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(world)
    world.container.store.accept(mention_of(2))
    told = []

    def send(address: str, body: bytes, headers: object) -> int:
        told.append(json.loads(body)["mention"]["id"])
        if len(told) == 1:
            raise UnicodeError("label too long")
        return 200

    monkeypatch.setattr(world.container.webhooks, "_send", send)
    world.container.webhooks.deliver()
    assert told == ["m1", "m2"]
    [left] = world.container.store.due_events(world.clock() + timedelta(days=1))
    assert left.attempts == 1


def test_shadow_is_not_told_but_the_owners_words_are(world: World) -> None:
    world.container.store.accept(replace(mention_of(1), shadow=True))
    assert events(world) == []
    batch = world.container.decisions.label(["m1"], OwnerLabel.HAM, "me")
    assert events(world) == ["approved"]
    world.container.decisions.undo(batch, "me")
    assert events(world)[1:] == ["held"]


def test_without_a_webhook_nothing_is_kept(make_world: Callable[..., World]) -> None:
    world = make_world(blogs=(Blog("ours", BLOG),))
    tell(world)
    assert world.container.store.due_events(world.clock() + timedelta(days=1)) == []


def test_a_webhook_that_is_gone_from_the_settings(make_world: Callable[..., World]) -> None:
    tell(make_world())
    second = make_world(blogs=(Blog("ours", BLOG), Blog("other", f"{BLOG}o/", webhook="http://127.0.0.1:9/")))
    assert second.container.webhooks.deliver() == 1
    assert second.container.webhooks.deliver() == 0
    assert second.webhook.told == []
    assert second.container.store.ids(Filter(), 5) == ["m1"]


class _Redirecting(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.asked.append(self.headers["X-Moderator-Signature"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.loopback
def test_over_http_without_redirects_or_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    with HTTPServer(("127.0.0.1", 0), _Redirecting) as server:
        Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/hook"
        assert _post(address, b"{}", {"X-Moderator-Signature": "t=1,v1=x"}) == 307
    assert _Redirecting.asked == ["t=1,v1=x"]
