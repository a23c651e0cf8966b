"""Two blogs that share what they decided: one publishes, the other subscribes, refreshes and doubts."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderator.batch.own_decisions import proven_spam
from moderator.config.settings import Settings
from moderator.domain_lists.feed import read_feed
from moderator.domain_lists.signature import is_signed_by
from moderator.domain_lists.subscribe import Answer, Subscription
from moderator.domain_lists.subscriptions import add_subscription, all_subscriptions, drop_subscription
from moderator.linkcheck.list_download import ListDownload
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.records import Kind, Reason, Verdict
from moderator.service.container import build_container
from moderator.service.records import Filter, OwnerLabel
from tests.service.dashboard_steps import csrf
from tests.service.running import running
from tests.service.service_fakes import PASSWORD, POST, SECRETS, START, World, mention_of, seen, settings_for

Make = Callable[..., World]


@pytest.fixture
def friend(make_world: Make, tmp_path: Path) -> World:
    """A blog that publishes."""
    return make_world(publish_lists=True, public_url="https://friend.example/", lists_key=tmp_path / "lists.key")


@pytest.fixture
def subscriber(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Another blog, with a folder of lists of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "subscriber"))
    folder = tmp_path / "other"
    folder.mkdir()
    return World(folder, settings_for(folder))


def campaign(world: World, count: int = 3, label: OwnerLabel | None = OwnerLabel.SPAM, host: str = "pills") -> None:
    """Linkbacks of one spammer that the owner has decided about."""
    for number in range(count):
        mention = mention_of(
            number,
            source=f"https://{host}.example/{number}",
            kind=Kind.WEBMENTION,
            evidence=seen(),
            title="A secret",
            received_at=START - timedelta(hours=1),
        )
        mention = replace(mention, linkback=replace(mention.linkback, id=f"{host}{number}", sender_ip="203.0.113.7"))
        world.container.store.accept(mention)
        if label is not None:
            world.container.store.label([mention.linkback.id], label, "ann", START + timedelta(minutes=1))


def fetch_from(client: TestClient) -> Callable[[str, Mapping[str, str]], Answer]:
    def fetch(url: str, headers: Mapping[str, str]) -> Answer:
        answer = client.get(url.removeprefix("https://friend.example"), headers={"accept-encoding": "", **headers})
        return Answer(answer.status_code, answer.content, answer.headers.get("etag", ""))

    return fetch


def test_the_door_is_closed_unless_it_is_opened(client: TestClient) -> None:
    for path in ("/lists/linkbacks.json", "/lists/hosts.txt"):
        assert client.get(path).status_code == 404


def test_what_is_published(friend: World) -> None:
    campaign(friend)
    campaign(friend, 1, host="once")
    campaign(friend, 2, OwnerLabel.HAM, host="honest")
    client = TestClient(friend.app)
    plain = client.get("/lists/linkbacks.json", headers={"accept-encoding": ""})
    feed = read_feed(plain.content)
    assert {entry.author: (entry.spam, entry.ham) for entry in feed.entries} == {
        "pills.example": (3, 0),
        "honest.example": (0, 2),
    }
    assert is_signed_by(feed.header.key, feed.signed, feed.signature)
    assert feed.header.publisher == "https://friend.example/"
    assert client.get("/lists/hosts.txt").text.splitlines()[1:] == ["pills.example"]
    packed = client.get("/lists/linkbacks.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert len(gzip.compress(plain.content)) < len(plain.content)
    for answer in (plain, packed):
        again = client.get("/lists/linkbacks.json", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    assert client.get("/lists/linkbacks.json?since=yesterday").status_code == 400


def test_every_field_of_a_published_list_is_free_of_texts_senders_and_posts(friend: World) -> None:
    campaign(friend)
    body = TestClient(friend.app).get("/lists/linkbacks.json").content
    allowed = {
        "publisher", "key", "made_at", "expires", "days", "format", "version", "since", "increments", "author", "spam",
        "ham", "last_seen", "sure", "wordings", "pages", "signature",
    }  # fmt: skip
    lines = [json.loads(line) for line in body.splitlines()]
    mentions = friend.container.store.find(Filter())
    private = set()
    for mention in mentions.mentions:
        assert mention.decision is not None
        linkback, evidence = mention.linkback, mention.decision.evidence
        texts = (linkback.title, linkback.excerpt, linkback.blog_name, evidence.page_title, evidence.snippet)
        private |= {linkback.sender_ip, linkback.target_url, linkback.source_url, POST, *texts, evidence.anchor_text}
    for line in lines:
        assert set(line) <= allowed, "is the new field safe to publish?"
        for value in line.values():
            for part in value if isinstance(value, list) else [value]:
                assert not any(secret and secret in str(part) for secret in private)
                assert " " not in str(part), "a text"
        assert "/" not in line.get("author", "")


def test_only_changes_are_sent_and_a_whole_list_comes_of_it(friend: World, subscriber: World) -> None:
    campaign(friend)
    client = TestClient(friend.app)
    asked: list[str] = []
    plain = fetch_from(client)

    def fetch(url: str, headers: Mapping[str, str]) -> Answer:
        asked.append(url)
        return plain(url, headers)

    lists = subscriber.container.reports
    add_subscription(lists._lists, Subscription("friend", "https://friend.example/lists/linkbacks.json", pinned=True))
    assert lists.refresh(fetch)
    friend.clock.go(days=2)
    subscriber.clock.go(days=2)
    for number in range(2):
        mention = mention_of(
            number, source=f"https://new.example/{number}", evidence=seen(), received_at=friend.clock()
        )
        mention = replace(mention, linkback=replace(mention.linkback, id=f"new{number}"))
        friend.container.store.accept(mention)
        friend.container.store.label([mention.linkback.id], OwnerLabel.SPAM, "ann", friend.clock())
    friend.clock.go(minutes=5)
    assert lists.refresh(fetch)
    assert asked[1].endswith("?since=2026-03-02")
    assert lists.publishers()[0].entries == 2
    friend.clock.go(days=2)
    assert read_feed(plain("/lists/linkbacks.json?since=2026-03-04", {}).body).entries[0].author == "new.example"


def judged(world: World, host: str = "pills") -> Verdict:
    """What a blog decides about a new linkback of a host."""
    world.pages.evidence[f"https://{host}.example/new"] = seen()
    linkback = mention_of(50, source=f"https://{host}.example/new", kind=Kind.WEBMENTION).linkback
    return world.container.moderator.check(linkback, verify=True).verdict


@pytest.mark.loopback
def test_a_campaign_marked_on_one_blog_is_doubted_on_the_other(friend: World, subscriber: World) -> None:
    campaign(friend)
    with running(friend.app) as address:
        lists = subscriber.container.reports
        url = f"{address}/lists/linkbacks.json"
        add_subscription(lists._lists, Subscription("friend", url, pinned=True))
        before = judged(subscriber, "other")
        download = ListDownload(LinkCheckSettings(allow_networks=("127.0.0.0/8",)))
        subscriber.container.list_refresher._fetch = download
        subscriber.container.list_refresher.step()
    assert lists.publishers()[0].problem == ""
    assert judged(subscriber, "other") is before
    assert judged(subscriber) in (Verdict.HOLD, Verdict.SPAM)
    answers = lists.about(("pills.example",), None, None)
    assert answers.said_by == ("friend",)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from moderator.domain_lists import subscribe
folder, body = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
def kill(handle): os.kill(os.getpid(), signal.SIGKILL)
subscribe.os.fsync = kill
one = subscribe.Subscription("friend", "https://friend.example/lists/linkbacks.json")
now = datetime(2026, 3, 3, tzinfo=UTC)
subscribe.refresh_one(one, folder, lambda url, headers: subscribe.Answer(200, body), now=now)
"""


def test_a_refresh_that_is_killed_leaves_the_last_good_list(friend: World, subscriber: World, tmp_path: Path) -> None:
    campaign(friend)
    client, lists = TestClient(friend.app), subscriber.container.reports
    add_subscription(lists._lists, Subscription("friend", "https://friend.example/lists/linkbacks.json", pinned=True))
    lists.refresh(fetch_from(client))
    campaign(friend, host="second")
    friend.clock.go(minutes=10)
    body = tmp_path / "body"
    body.write_bytes(client.get("/lists/linkbacks.json", headers={"accept-encoding": ""}).content)
    process = subprocess.run([sys.executable, "-c", KILLED, lists._folder, body], env=dict(os.environ), check=False)
    assert process.returncode == -signal.SIGKILL
    lists.reload()
    assert lists.about(("pills.example",), None, None).spam
    assert not lists.about(("second.example",), None, None).spam
    lists.refresh(fetch_from(client))
    lists.reload()
    assert lists.about(("second.example",), None, None).spam


def test_a_failing_publisher_is_told_and_its_last_list_stays(
    friend: World, subscriber: World, caplog: pytest.LogCaptureFixture
) -> None:
    campaign(friend)
    lists, refresher = subscriber.container.reports, subscriber.container.list_refresher
    add_subscription(lists._lists, Subscription("friend", "https://friend.example/lists/linkbacks.json", pinned=True))
    good = fetch_from(TestClient(friend.app))
    refresher._fetch = good
    refresher.step()

    def forged(url: str, headers: Mapping[str, str]) -> Answer:
        answer = good(url, {})
        return answer._replace(body=answer.body.replace(b"pills", b"bills"))

    refresher._fetch = forged
    refresher.step()
    assert "signature" in lists.publishers()[0].problem
    assert "the last good one stays" in caplog.text
    assert lists.about(("pills.example",), None, None).spam


def test_trust_is_learned_from_what_the_owner_says_later(friend: World, subscriber: World) -> None:
    campaign(friend)
    lists, refresher = subscriber.container.reports, subscriber.container.list_refresher
    add_subscription(lists._lists, Subscription("friend", "https://friend.example/lists/linkbacks.json"))
    refresher._fetch = fetch_from(TestClient(friend.app))
    refresher.step()
    before = lists.publishers()[0].weight
    subscriber.clock.go(hours=1)
    mention = mention_of(7, source="https://pills.example/7", evidence=seen())
    subscriber.container.store.accept(mention)
    subscriber.container.store.label([mention.linkback.id], OwnerLabel.SPAM, "bob", subscriber.clock())
    refresher.step()
    [after] = lists.publishers()
    assert after.agreement.agreed == 1
    assert after.weight > before


def test_what_reports_decided_is_not_published_as_ones_own() -> None:
    decision = mention_of(1, Verdict.SPAM, probability=0.99, evidence=seen()).decision
    assert decision is not None
    assert proven_spam(decision)
    echoed = replace(decision, reasons=(*decision.reasons, Reason("reports.spam", 1.0, 3.0, "")))
    assert not proven_spam(echoed)


def test_a_service_is_built_without_lists(tmp_path: Path) -> None:
    container = build_container(Settings(lists=tmp_path / "nowhere"), settings_for(tmp_path), SECRETS)
    assert container.publisher is None
    assert container.reports.publishers() == []
    container.list_refresher.step()
    container.moderator.close()
    container.store.close()


def test_the_page_tells_of_lists_and_drops_one(friend: World, subscriber: World) -> None:
    campaign(friend)
    lists, refresher = subscriber.container.reports, subscriber.container.list_refresher
    client = TestClient(subscriber.app)
    client.post("/sign-in", data={"password": PASSWORD, "to": "/"})
    assert "You subscribe to no list" in client.get("/publishers").text
    add_subscription(lists._lists, Subscription("friend", "https://friend.example/lists/linkbacks.json", pinned=True))
    refresher._fetch = fetch_from(TestClient(friend.app))
    refresher.step()
    subscriber.container.store.accept(mention_of(7, source="https://pills.example/7", evidence=seen()))
    page = client.get("/mention/m7").text
    assert "What other blogs say" in page
    assert "friend (trusted 80 %) on its author: 3 spam, 0 ham" in page
    shown = client.get("/publishers").text
    assert "friend" in shown
    assert "(pinned)" in shown
    assert client.post("/publishers/drop", data={"csrf": "wrong", "name": "friend"}).status_code == 403
    assert len(lists.subscriptions()) == 1
    token = csrf(client)
    assert client.post("/publishers/drop", data={"csrf": token, "name": "nobody"}).status_code == 404
    dropped = client.post("/publishers/drop", data={"csrf": token, "name": "friend"})
    assert "You subscribe to no list" in dropped.text
    assert lists.subscriptions() == ()
    assert not lists.about(("pills.example",), None, None).spam
    assert "What other blogs say" not in client.get("/mention/m7").text


def test_a_list_of_the_settings_can_be_dropped_and_added_again(tmp_path: Path) -> None:
    configured = Subscription("friend", "https://friend.example/lists/linkbacks.json")
    assert all_subscriptions(tmp_path, [configured]) == (configured,)
    drop_subscription(tmp_path, "friend", [configured])
    assert all_subscriptions(tmp_path, [configured]) == ()
    add_subscription(tmp_path, configured)
    assert all_subscriptions(tmp_path, [configured]) == (configured,)
