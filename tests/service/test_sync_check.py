"""Clients that wait for a verdict: only so many at once, and no clock of theirs moves ours."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from moderator.records import Decision, Linkback, LinkStatus, Verdict
from moderator.service import sync_check as asking
from moderator.service.accept import BusyError
from moderator.service.records import Filter, Origin
from tests.service.service_fakes import AKISMET_KEY, BLOG, POST, START, TOKEN, World, seen

LINKBACK = {"source_url": "https://garden.example/1", "target_url": POST}
FORM = {
    "api_key": AKISMET_KEY,
    "blog": BLOG,
    "user_ip": "203.0.113.9",
    "permalink": POST,
    "comment_type": "pingback",
    "comment_author_url": "https://garden.example/1",
}


@pytest.fixture
def api(client: TestClient) -> TestClient:
    client.headers["authorization"] = f"Bearer {TOKEN}"
    return client


def test_who_finds_every_turn_taken_is_sent_away(
    api: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_PATIENCE", 0.01)
    for _ in range(asking._AT_ONCE):
        assert world.container.sync_checker._turns.acquire()
    answer = api.post("/api/v1/check", json={"linkback": LINKBACK})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    [item] = api.post("/api/v1/check-many", json={"checks": [{"linkback": LINKBACK}]}).json()["items"]
    assert item["error"]["do"] == "come again later"
    asked = api.post("/1.1/comment-check", data=FORM)
    assert (asked.status_code, asked.text) == (503, "error")
    assert int(asked.headers["retry-after"]) > 0
    assert world.container.store.find(Filter()).mentions == ()
    for _ in range(asking._AT_ONCE):
        world.container.sync_checker._turns.release()
    assert api.post("/api/v1/check", json={"linkback": LINKBACK}).status_code == 200


def test_slow_pages_leave_threads_for_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_PATIENCE", 0.01)
    together = threading.Barrier(asking._AT_ONCE + 1)
    go_on = threading.Event()

    def look(linkback: Linkback, *_: object, **__: object) -> Decision:
        together.wait(10)
        go_on.wait(10)
        return Decision(linkback.id, Verdict.HOLD, 0.5)

    monkeypatch.setattr(world.container.sync_checker._moderator, "check", look)
    threads = [
        threading.Thread(
            target=world.container.sync_checker.check, args=(Linkback(f"https://a{number}.example/", POST), Origin.API)
        )
        for number in range(asking._AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    together.wait(10)
    with pytest.raises(BusyError):
        world.container.sync_checker.check(Linkback("https://b.example/", POST), Origin.API)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(world.container.store.find(Filter()).mentions) == asking._AT_ONCE


@pytest.mark.parametrize("days", [1, 365 * 5000])
def test_a_date_to_come_counts_as_now(world: World, days: int) -> None:
    late = Linkback("https://garden.example/1", POST, received_at=START + timedelta(days=days))
    early = Linkback("https://garden.example/2", POST, received_at=START - timedelta(days=days % 1000))
    assert world.container.sync_checker.check(late, Origin.API).linkback.received_at == START
    assert world.container.sync_checker.check(early, Origin.API).linkback.received_at == early.received_at


def test_a_trial_leaves_no_trace(world: World) -> None:
    world.pages.evidence["https://garden.example/1"] = seen()
    linkback = Linkback("https://garden.example/1", POST)
    mention = world.container.sync_checker.check(linkback, Origin.AKISMET, keep=False)
    assert mention.decision is not None
    assert mention.decision.evidence.status in (LinkStatus.FOUND, LinkStatus.NOT_CHECKED)
    assert world.container.store.find(Filter()).mentions == ()
    again = world.container.sync_checker.check(linkback, Origin.AKISMET, keep=False).decision
    assert again is not None
    assert again.spam_probability == mention.decision.spam_probability


def test_a_multicall_is_not_refused_in_shadow_mode(make_world: Callable[..., World]) -> None:
    form = FORM | {"akismet_pre_check": "1", "is_multicall": "1", "multicall_count": "50"}
    assert TestClient(make_world().app).post("/1.1/comment-check", data=form).text == "true"
    shadow = TestClient(make_world(shadow=True).app).post("/1.1/comment-check", data=form)
    assert (shadow.text, shadow.headers["x-moderator-verdict"]) == ("false", "spam")
