"""What becomes of what waits: judged once, again after failures and restarts, never lost, never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from moderator.records import LinkEvidence, LinkStatus, Verdict
from moderator.service.records import Filter, Mention, OwnerLabel, Status
from moderator.service.worker import LEASE
from tests.service.service_fakes import BLOG, POST, World, seen

SOURCE = "https://garden.example/pruning"


def send(world: World, source: str = SOURCE, **form: str) -> None:
    answer = TestClient(world.app).post("/webmention", data={"source": source, "target": POST} | form)
    assert answer.status_code == 201


def only(world: World) -> Mention:
    [mention] = world.container.store.find(Filter()).mentions
    return mention


def failing(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    def check(linkback: Any, *_: object, **__: object) -> None:
        tried.append(linkback.id)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(world.container.moderator, "check", check)
    return tried


def test_what_makes_judging_fail_is_held_after_some_tries(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    tried = failing(world, monkeypatch)
    send(world)
    for _ in range(20):
        world.process_all()
        world.clock.go(hours=1)
    assert len(tried) == 4
    held = only(world)
    assert (held.status, held.due_at) == (Status.HELD, None)
    assert held.decision is not None
    assert held.decision.verdict is Verdict.HOLD
    assert held.decision.reasons[0].value == "judging failed"


def test_what_ends_the_process_each_time_is_held_in_the_end(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    tried = failing(world, monkeypatch)
    send(world)
    for _ in range(16):  # taken, and then the process was gone
        world.container.store.take(1, world.clock(), LEASE)
        world.container.store.release(world.clock(), LEASE)
    assert world.process_all() == 1
    assert tried == []
    assert only(world).status is Status.HELD


def test_a_restart_goes_on(make_world: Callable[..., World]) -> None:
    first = make_world()
    send(first)
    send(first, f"{SOURCE}/2")
    assert len(first.container.store.take(1, first.clock(), LEASE)) == 1
    second = make_world()  # the same file; the first one is gone without a word
    second.pages.evidence[SOURCE] = second.pages.evidence[f"{SOURCE}/2"] = seen()
    second.container.workers.start()
    try:
        for _ in range(500):
            if second.container.store.queue_length() == 0:
                break
            time.sleep(0.01)
    finally:
        second.container.workers.stop()
    assert second.container.store.queue_length() == 0
    assert all(each.decision is not None for each in second.container.store.find(Filter()).mentions)


def test_what_is_sent_again_while_it_is_judged_is_judged_again(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.pages.evidence[SOURCE] = seen()
    send(world)
    [taken] = world.container.store.take(1, world.clock(), LEASE)
    world.clock.go(seconds=1)
    send(world)
    world.pages.evidence[SOURCE] = seen(page_title="Another title")
    world.container.workers._process(taken)
    assert world.process_all() == 1
    assert (only(world).linkback.title, only(world).due_at) == ("Another title", None)


def test_threads_survive_a_store_that_fails(make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    taken = world.container.store.take
    failures = iter([True])

    def take(*arguments: Any) -> list[Mention]:
        if next(failures, False):
            raise OSError("disk")
        return taken(*arguments)

    monkeypatch.setattr(world.container.store, "take", take)
    send(world)
    world.container.workers.start()
    try:
        for _ in range(500):
            if world.container.store.queue_length() == 0:
                break
            time.sleep(0.01)
    finally:
        world.container.workers.stop()
    assert world.container.store.queue_length() == 0


def test_a_pages_words_are_told_and_follow_updates(world: World) -> None:
    world.pages.evidence[SOURCE] = seen()
    send(world)
    world.process_all()
    first = only(world)
    assert first.linkback.title == "Pruning my roses"
    assert "what they wrote on roses" in first.linkback.excerpt
    assert first.linkback.blog_name == "A garden diary"
    assert first.campaign
    world.pages.evidence[SOURCE] = seen(page_title="Pruning, once more", snippet="another thought on roses")
    send(world)
    world.process_all()
    assert only(world).linkback.title == "Pruning, once more"
    assert only(world).campaign != first.campaign


def test_what_was_approved_stays_while_its_page_cannot_be_seen(world: World) -> None:
    world.pages.evidence[SOURCE] = seen()
    send(world)
    world.process_all()
    before = only(world)
    for status, detail in ((LinkStatus.UNREACHABLE, "timeout"), (LinkStatus.NOT_CHECKED, "host busy")):
        world.pages.evidence[SOURCE] = seen(status, detail=detail)
        send(world)
        world.process_all()
        now = only(world)
        assert (now.status, now.decision) == (before.status, before.decision)
        assert now.due_at is not None, "it is looked at again later"
    world.pages.evidence[SOURCE] = seen(LinkStatus.GONE, http_status=410)
    world.clock.go(hours=1)
    world.process_all()
    assert only(world).status is Status.GONE
    world.pages.evidence[SOURCE] = seen()
    send(world)
    world.process_all()
    assert only(world).status is before.status


def test_a_busy_host_is_asked_later(world: World) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.NOT_CHECKED, detail="host busy")
    send(world)
    world.process_all()
    assert only(world).due_at is not None
    world.pages.evidence[SOURCE] = seen()
    world.clock.go(hours=1)
    world.process_all()
    decision = only(world).decision
    assert decision is not None
    assert decision.evidence.status is LinkStatus.FOUND


def test_looking_again_ends(world: World) -> None:
    send(world)
    for _ in range(20):
        world.process_all()
        world.clock.go(hours=13)
    assert len(world.pages.looked) == 4
    assert (only(world).status, only(world).due_at) == (Status.HELD, None)


def test_what_never_linked_is_judged_and_not_called_withdrawn(world: World) -> None:
    send(world)
    world.process_all()
    world.pages.evidence[SOURCE] = seen(LinkStatus.MISSING)
    world.clock.go(hours=1)
    world.process_all()
    decision = only(world).decision
    assert decision is not None
    assert decision.evidence.status is LinkStatus.MISSING
    assert only(world).status is not Status.GONE


def test_the_owners_word_outlives_judging_again(world: World) -> None:
    world.pages.evidence[SOURCE] = seen()
    send(world)
    world.process_all()
    world.container.decisions.label([only(world).linkback.id], OwnerLabel.SPAM, "me")
    send(world)
    world.process_all()
    assert only(world).status is Status.SPAM


def test_a_vouch_must_be_a_friends(world: World) -> None:
    world.pages.evidence[("https://stranger.example/links", SOURCE)] = seen()
    send(world, vouch="https://stranger.example/links")
    [taken] = world.container.store.take(1, world.clock(), timedelta(1))
    spam = replace(world.container.moderator.check(taken.linkback, verify=False), verdict=Verdict.SPAM)
    assert world.container.workers._worker._vouched(taken, spam).verdict is Verdict.SPAM


def test_a_target_without_a_page_is_judged_without_words(world: World) -> None:
    world.own.down = True
    world.pages.evidence[SOURCE] = seen()
    answer = TestClient(world.app).post("/webmention", data={"source": SOURCE, "target": f"{BLOG}unknown"})
    assert answer.status_code == 201
    world.process_all()
    assert only(world).decision is not None


def test_a_flood_from_one_host_lets_others_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "https://other.example/1"
    world.pages.evidence[SOURCE] = world.pages.evidence[other] = seen()
    busy = {SOURCE: 30.0}
    monkeypatch.setattr(world.container.workers._worker, "_turn_in", lambda source: busy.get(source, 0.0))
    send(world)
    send(world, other)
    for _ in range(100):  # many times back in the queue, which is no attempt
        world.process_all()
        world.clock.go(seconds=5)
    assert world.pages.looked == [other]
    assert world.container.store.queue_length() == 1
    world.clock.go(minutes=10)
    world.process_all()
    assert world.container.store.queue_length() == 0, "not for ever"
    busy.clear()
    send(world, f"{SOURCE}/2")
    world.process_all()
    assert world.container.store.queue_length() == 0


def test_a_page_that_never_linked_is_refused_at_receipt(world: World) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.MISSING)
    send(world)
    world.process_all()
    assert only(world).status is Status.GONE
    world.pages.evidence[SOURCE] = seen()
    send(world)
    world.process_all()
    assert only(world).status in (Status.APPROVED, Status.HELD)


@pytest.mark.parametrize("evidence", [seen(LinkStatus.MISSING, detail="meta refresh"), seen(LinkStatus.GONE)])
def test_what_may_link_yet_is_not_refused(world: World, evidence: LinkEvidence) -> None:
    world.pages.evidence[SOURCE] = evidence
    send(world)
    world.process_all()
    assert only(world).status in (Status.HELD, Status.SPAM)


def test_a_page_that_is_not_public_yet_is_looked_at_again(world: World) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.GONE, http_status=404)
    send(world)
    world.process_all()
    assert only(world).due_at is not None
    world.clock.go(hours=1)
    world.process_all()
    assert only(world).status is Status.HELD
    world.pages.evidence[SOURCE] = seen()
    world.clock.go(hours=3)
    world.process_all()
    decision = only(world).decision
    assert decision is not None
    assert decision.evidence.status is LinkStatus.FOUND


def test_each_linkback_has_a_line_in_the_log(
    make_world: Callable[..., World], caplog: pytest.LogCaptureFixture
) -> None:
    world = make_world()
    world.pages.evidence[SOURCE] = seen()
    send(world)
    with caplog.at_level("INFO", logger="moderator.service.worker"):
        world.process_all()
    [line] = [record.getMessage() for record in caplog.records if record.name == "moderator.service.worker"]
    told = dict(word.split("=", 1) for word in line.removeprefix("judged ").split(" "))
    mention = only(world)
    assert mention.decision is not None
    assert (told["id"], told["kind"], told["source"]) == (mention.linkback.id, "webmention", "garden.example")
    assert (told["verdict"], told["page"]) == (mention.decision.verdict.value, "found")
