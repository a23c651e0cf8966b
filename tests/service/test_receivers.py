"""The receivers' doors, each in its protocol's own words."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import quote_from_bytes, urlencode
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from moderator.config.service import Blog
from moderator.records import LinkStatus, Verdict
from moderator.service.receivers import protocols
from moderator.service.records import Filter, Origin, OwnerLabel, Status
from moderator.service.worker import WorkerPool
from tests.service.service_fakes import BLOG, POST, TOKEN, World, mention_of, seen

SOURCE = "https://garden.example/pruning"
FORM = "application/x-www-form-urlencoded"


def call(method: str, *values: str) -> bytes:
    parameters = "".join(f"<param><value><string>{value}</string></value></param>" for value in values)
    return f"<methodCall><methodName>{method}</methodName><params>{parameters}</params></methodCall>".encode()


def fault(body: bytes) -> int:
    code = ElementTree.fromstring(body).find(".//fault/value/struct/member/value/int")
    return -1 if code is None else int(code.text or "")


def ping(client: TestClient, source: str = SOURCE, target: str = POST) -> bytes:
    answer = client.post("/pingback", content=call("pingback.ping", source, target))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return answer.content


def test_a_pingback_is_kept_and_judged_by_its_page(client: TestClient, world: World) -> None:
    world.pages.evidence[SOURCE] = seen()
    assert fault(ping(client)) == -1
    assert world.container.store.queue_length() == 1
    assert world.process_all() == 1
    [mention] = world.container.store.find(Filter()).mentions
    assert mention.decision is not None
    assert mention.decision.evidence.status is LinkStatus.FOUND
    assert mention.status in (Status.APPROVED, Status.HELD)
    assert world.container.store.queue_length() == 0


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("nonsense", POST, 16),
        (SOURCE, "nonsense", 33),
        (SOURCE, "https://elsewhere.example/1", 33),
        (SOURCE, f"{BLOG}no-such-post", 32),
        (POST, POST, 0),
    ],
)
def test_pingback_faults(client: TestClient, world: World, source: str, target: str, code: int) -> None:
    assert fault(ping(client, source, target)) == code
    assert world.container.store.queue_length() == 0


def test_a_second_pingback_is_known(client: TestClient) -> None:
    assert fault(ping(client)) == -1
    assert fault(ping(client)) == 48
    assert fault(ping(client, SOURCE.replace("https", "http"))) == 48


@pytest.mark.parametrize("blog", [Blog("ours", BLOG, open=False), Blog("ours", BLOG, closed=("/2026/*",))])
def test_closed_posts_say_so(make_world: Callable[..., World], blog: Blog) -> None:
    client = TestClient(make_world(blogs=(blog,)).app)
    assert fault(ping(client)) == 33
    answer = client.post("/trackback", params={"target": POST}, data={"url": SOURCE, "title": "x"})
    assert b"<error>1</error>" in answer.content
    assert client.post("/webmention", data={"source": SOURCE, "target": POST}).status_code == 400


def test_system_calls(client: TestClient, world: World) -> None:
    listed = client.post("/pingback", content=call("system.listMethods")).content
    assert b"pingback.ping" in listed
    assert fault(client.post("/pingback", content=call("wp.getUsersBlogs", "a")).content) == -32601
    inner = "".join(
        "<value><struct><member><name>methodName</name><value>pingback.ping</value></member><member><name>params</name>"
        f"<value><array><data><value>{source}</value><value>{POST}</value></data></array></value></member></struct>"
        "</value>"
        for source in (SOURCE, "nonsense")
    )
    body = (
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>"
        f"{inner}</data></array></value></param></params></methodCall>"
    ).encode()
    answer = client.post("/pingback", content=body).content
    assert answer.count(b"faultCode") == 1
    assert world.container.store.queue_length() == 1
    many = body.replace(inner.encode(), inner.encode() * 20)
    assert fault(client.post("/pingback", content=many).content) == -32602


def test_a_trackback(client: TestClient, world: World) -> None:
    answer = client.post(
        "/trackback", params={"target": POST}, data={"url": SOURCE, "title": "Roses", "excerpt": "On roses"}
    )
    assert answer.status_code == 200
    assert b"<error>0</error>" in answer.content
    again = client.post("/trackback", params={"target": POST}, data={"url": SOURCE, "title": "Roses"})
    assert b"<error>1</error>" in again.content
    assert b"<error>1</error>" in client.post("/trackback", data={"url": SOURCE}).content
    assert world.process_all() == 1


@pytest.mark.parametrize("post", ["2026/roses", "2026/roses/", "2026/r%C3%B6ses", "archive?p=12"])
def test_a_trackback_to_an_address_of_its_post(client: TestClient, world: World, post: str) -> None:
    world.own.pages[BLOG + post] = b"<title>A post</title>"
    assert b"<error>0</error>" in client.post(f"/trackback/ours/{post}", data={"url": SOURCE}).content
    [kept] = world.container.store.find(Filter(target_url=BLOG + post)).mentions
    assert kept.blog == "ours"


@pytest.mark.parametrize("post", ["", "theirs/2026/roses", "ours/nothing", "ours/%00", "ours/..%2F..%2Fetc", "ours//"])
def test_a_trackback_to_no_post(client: TestClient, world: World, post: str) -> None:
    answer = client.post(f"/trackback/{post}", data={"url": SOURCE})
    assert answer.status_code in (200, 404)
    assert b"<error>0</error>" not in answer.content
    assert world.container.store.queue_length() == 0


def mention(client: TestClient, **form: str) -> str:
    answer = client.post("/webmention", data={"source": SOURCE, "target": POST} | form)
    assert answer.status_code == 201
    return str(answer.headers["location"])


def test_a_webmention_has_a_status_and_can_be_updated_and_deleted(client: TestClient, world: World) -> None:
    world.pages.evidence[SOURCE] = seen()
    place = mention(client)
    json = {"accept": "application/json"}
    assert client.get(place, headers=json).json() == {"status": "queued"}
    world.process_all()
    first = client.get(place, headers=json).json()["status"]
    assert first in ("accepted", "held")
    assert mention(client) == place
    assert world.process_all() == 1
    assert client.get(place, headers=json).json()["status"] == first
    world.pages.evidence[SOURCE] = seen(LinkStatus.GONE, http_status=410)
    mention(client)
    world.process_all()
    assert client.get(place, headers=json).json() == {"status": "deleted"}
    assert "deleted" in client.get(place).text
    assert client.get("/webmention/nothing").status_code == 404


@pytest.mark.parametrize(
    "form", [{}, {"source": SOURCE}, {"source": POST, "target": POST}, {"source": "x", "target": POST}]
)
def test_bad_webmentions(client: TestClient, form: dict[str, str]) -> None:
    assert client.post("/webmention", data=form).status_code == 400


def test_a_source_that_cannot_be_reached_is_looked_at_again(client: TestClient, world: World) -> None:
    ping(client)
    world.process_all()
    [held] = world.container.store.find(Filter()).mentions
    assert held.status is Status.HELD
    assert held.due_at is not None
    world.pages.evidence[SOURCE] = seen()
    world.clock.go(hours=1)
    assert world.process_all() == 1
    [now] = world.container.store.find(Filter()).mentions
    assert now.decision is not None
    assert now.decision.evidence.status is LinkStatus.FOUND
    assert now.due_at is None


def test_self_pings_as_the_blog_says(make_world: Callable[..., World]) -> None:
    for verdict, status in (
        (Verdict.APPROVE, Status.APPROVED),
        (Verdict.HOLD, Status.HELD),
        (Verdict.SPAM, Status.SPAM),
    ):
        own = f"{BLOG}tulips?{verdict.value}"
        world = make_world(blogs=(Blog("ours", BLOG, self_pings=verdict),))
        world.pages.evidence[own] = seen()
        ping(TestClient(world.app), own)
        world.process_all()
        kept = world.container.store.find_pair("ours", own, POST)
        assert kept is not None
        assert kept.status is status


def test_a_full_queue_asks_to_come_again(make_world: Callable[..., World]) -> None:
    world = make_world(queue_limit=1)
    client = TestClient(world.app)
    ping(client)
    answer = client.post("/pingback", content=call("pingback.ping", f"{SOURCE}/2", POST))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert fault(answer.content) == 0
    form = {"source": f"{SOURCE}/3", "target": POST}
    assert client.post("/webmention", data=form).status_code == 503
    world.process_all()
    assert client.post("/webmention", data=form).status_code == 201


def test_one_sender_may_ask_only_so_often(make_world: Callable[..., World]) -> None:
    client = TestClient(make_world(requests_per_minute=2).app, client=("192.0.2.7", 5000))
    answers = [client.post("/webmention", data={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert int(answers[2].headers["retry-after"]) > 0


def test_the_sender_behind_a_proxy(make_world: Callable[..., World]) -> None:
    world = make_world(trusted_proxies=(ip_network("10.0.0.0/8"),))
    forged = {"x-forwarded-for": "1.1.1.1, 198.51.100.9, 10.0.0.2"}
    client = TestClient(world.app, client=("10.0.0.1", 1))
    client.post("/pingback", content=call("pingback.ping", SOURCE, POST), headers=forged)
    stranger = TestClient(world.app, client=("203.0.113.5", 1))
    stranger.post("/pingback", content=call("pingback.ping", f"{SOURCE}/2", POST), headers=forged)
    mentions = world.container.store.find(Filter()).mentions
    assert [each.linkback.sender_ip for each in mentions] == ["203.0.113.5", "198.51.100.9"]


def test_shadow_mode_only_writes_down(make_world: Callable[..., World]) -> None:
    world = make_world(shadow=True)
    world.pages.evidence[SOURCE] = seen()
    ping(TestClient(world.app))
    world.process_all()
    [kept] = world.container.store.find(Filter()).mentions
    assert kept.shadow
    assert kept.status is Status.HELD
    assert world.container.webhooks.deliver() == 0


def test_a_vouch_keeps_spam_for_the_owner(client: TestClient, world: World) -> None:
    friend = mention_of(1, source="https://friend.example/about")
    world.container.store.accept(friend)
    world.container.decisions.label([friend.linkback.id], OwnerLabel.HAM, "me")
    vouch = "https://friend.example/links"
    world.pages.evidence[(vouch, SOURCE)] = seen()
    world.pages.evidence[SOURCE] = seen()
    mention(client, vouch=vouch)
    [taken] = world.container.store.take(1, world.clock(), timedelta(1))
    judge = world.container.workers._worker
    spam = world.container.moderator.check(taken.linkback, verify=False)
    spam = replace(spam, verdict=Verdict.SPAM)
    assert judge._vouched(taken, spam).verdict is Verdict.HOLD
    world.pages.evidence[(vouch, SOURCE)] = seen(nofollow=True)
    assert judge._vouched(taken, spam).verdict is Verdict.SPAM


def test_people_are_told_what_the_doors_are_for(client: TestClient) -> None:
    for path in ("/pingback", "/xmlrpc.php", "/trackback", "/trackback/ours/2026/roses", "/webmention"):
        assert "takes" in client.get(path).text


def test_large_bodies(client: TestClient) -> None:
    answer = client.post("/pingback", content=b"x" * 300_000)
    assert answer.status_code == 413
    assert (
        client.post(
            "/webmention", content=urlencode({"source": "x" * 300_000}), headers={"content-type": FORM}
        ).status_code
        == 413
    )


@pytest.mark.parametrize("path", ["%32026/roses", "x/../2026/roses", "/2026/roses", "2026/roses/", "2026/%72oses"])
def test_another_spelling_opens_no_closed_post(make_world: Callable[..., World], path: str) -> None:
    client = TestClient(make_world(blogs=(Blog("ours", BLOG, closed=("/2026/*",)),)).app)
    assert fault(ping(client, SOURCE, BLOG + path)) == 33


def test_targets_beside_a_blogs_folder(make_world: Callable[..., World]) -> None:
    client = TestClient(make_world(blogs=(Blog("ours", f"{BLOG}me/"),)).app)
    for path in ("me/../2026/roses", "me/%2e%2e/2026/roses", "meadow", ""):
        assert fault(ping(client, SOURCE, BLOG + path)) == 33


def test_trackbacks_with_odd_targets(client: TestClient) -> None:
    for query in ("&".join(["target=x"] * 100), "target=", "target=nonsense", "target=https://ours.example/%00"):
        answer = client.post(f"/trackback?{query}", data={"url": SOURCE})
        assert answer.status_code == 200
        assert b"<error>1</error>" in answer.content


def test_calls_among_several_are_counted_one_by_one(make_world: Callable[..., World]) -> None:
    world = make_world(requests_per_minute=3)
    client = TestClient(world.app, client=("192.0.2.7", 5000))
    inner = "".join(
        "<value><struct><member><name>methodName</name><value>pingback.ping</value></member><member><name>params</name>"
        f"<value><array><data><value>{SOURCE}/{number}</value><value>{POST}</value></data></array></value></member>"
        "</struct></value>"
        for number in range(5)
    )
    body = (
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>"
        f"{inner}</data></array></value></param></params></methodCall>"
    )
    answer = client.post("/pingback", content=body)
    assert answer.content.count(b"faultCode") == 2
    assert world.container.store.queue_length() == 3


def test_a_webmention_for_what_another_door_knows(client: TestClient, world: World) -> None:
    world.container.store.accept(replace(mention_of(1, source=SOURCE), origin=Origin.API))
    place = mention(client)
    assert client.get(place).status_code == 200
    assert not place.endswith("/m1")


@pytest.mark.parametrize(
    ("forwarded", "sender"),
    [
        ("198.51.100.9:4711", "198.51.100.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("1.1.1.1, nonsense", "10.0.0.1"),
    ],
)
def test_what_proxies_write(make_world: Callable[..., World], forwarded: str, sender: str) -> None:
    world = make_world(trusted_proxies=(ip_network("10.0.0.0/8"),))
    client = TestClient(world.app, client=("10.0.0.1", 1))
    client.post("/webmention", data={"source": SOURCE, "target": POST}, headers={"x-forwarded-for": forwarded})
    [kept] = world.container.store.find(Filter()).mentions
    assert kept.linkback.sender_ip == sender


def test_a_pingback_whose_page_does_not_link_is_refused_in_its_own_words(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerPool, "running", True)
    waits = protocols.is_refused_at_once
    monkeypatch.setattr(
        protocols,
        "is_refused_at_once",
        lambda container, kept: waits(container, kept, sleep=lambda _: world.process_all()),
    )
    world.pages.evidence[SOURCE] = seen(LinkStatus.MISSING)
    assert fault(ping(client)) == 17
    world.pages.evidence[SOURCE] = seen()
    assert fault(ping(client)) == -1  # mended, and sent again
    assert fault(ping(client)) == 48


def test_nobody_waits_for_a_look_that_may_take_long(world: World, client: TestClient) -> None:
    world.pages.evidence[SOURCE] = seen(LinkStatus.MISSING)
    assert fault(ping(client)) == -1
    [mention] = world.container.store.find(Filter()).mentions
    slept: list[float] = []
    assert not protocols.is_refused_at_once(world.container, mention, sleep=slept.append)
    assert slept == []


@pytest.mark.parametrize(
    ("content_type", "title", "kept"),
    [
        (FORM, b"Pruning", False),
        (FORM, "Gel\u00e9e".encode(), False),
        (FORM, "Gel\u00e9e tardive".encode("latin-1"), True),
        (f"{FORM}; charset=windows-1251", "\u041f\u043e\u0437\u0434\u043d\u0438\u0435".encode("cp1251"), True),
        (f"{FORM}; charset=iso-2022-jp", "\u9045\u971c".encode("iso2022_jp"), True),
    ],
)
def test_the_bytes_of_a_trackback_are_kept_where_its_words_rest_on_a_charset(
    client: TestClient, world: World, content_type: str, title: bytes, kept: bool
) -> None:
    body = b"url=" + SOURCE.encode() + b"&title=" + quote_from_bytes(title).encode()
    answer = client.post("/trackback/ours/2026/roses", content=body, headers={"Content-Type": content_type})
    assert b"<error>0</error>" in answer.content
    world.process_all()
    [mention] = world.container.store.find(Filter()).mentions
    assert mention.raw == (body if kept else b"")
    told = client.get(f"/api/v1/decisions/{mention.linkback.id}", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert b64decode(told["raw"]) == mention.raw


def test_of_a_long_trackback_only_so_many_bytes_are_kept(client: TestClient, world: World) -> None:
    body = {"url": SOURCE, "title": "\u00e9" * 60_000}
    data = urlencode(body, encoding="latin-1").encode()
    client.post("/trackback/ours/2026/roses", content=data, headers={"Content-Type": FORM})
    [mention] = world.container.store.find(Filter()).mentions
    assert mention.raw == data[: 16 * 1024]
