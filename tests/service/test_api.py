"""Our own JSON API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from moderator.records import ResponseKind, Verdict
from moderator.service import health
from moderator.service.records import OwnerLabel, Status
from tests.service.service_fakes import POST, TOKEN, World, mention_of, seen

LINKBACK = {"source_url": "https://garden.example/1", "target_url": POST, "kind": "trackback", "title": "Roses"}


@pytest.fixture
def api(client: TestClient) -> TestClient:
    client.headers["authorization"] = f"Bearer {TOKEN}"
    return client


def test_check_keeps_what_it_judged(api: TestClient, world: World) -> None:
    answer = api.post("/api/v1/check", json={"linkback": LINKBACK, "post": {"url": POST, "title": "Roses"}})
    assert answer.status_code == 200
    told = answer.json()
    assert told["decision"]["verdict"] in set(Verdict)
    assert 0 <= told["decision"]["spam_probability"] <= 1
    assert told["decision"]["reasons"]
    assert api.get(f"/api/v1/decisions/{told['id']}").json() == told
    again = api.post("/api/v1/check", json={"linkback": LINKBACK, "reasons": 0}).json()
    assert again["id"] == told["id"]
    assert again["decision"]["reasons"] == []
    assert world.container.store.queue_length() == 0


def test_recorded_evidence_is_taken(api: TestClient, world: World) -> None:
    first = api.post("/api/v1/check", json={"linkback": LINKBACK, "verify": False}).json()
    assert world.pages.looked == []
    world.pages.evidence[str(LINKBACK["source_url"])] = seen()
    from moderator.serialization import evidence_to_json

    told = api.post("/api/v1/check", json={"linkback": LINKBACK, "evidence": evidence_to_json(seen())}).json()
    assert told["decision"]["evidence"]["status"] == "found"
    assert told["id"] == first["id"]


def test_many_are_answered_one_by_one(api: TestClient) -> None:
    bad = {"linkback": LINKBACK, "evidence": {"status": "nonsense"}}
    answer = api.post("/api/v1/check-many", json={"checks": [{"linkback": LINKBACK}, bad]})
    items = answer.json()["items"]
    assert items[0]["mention"]["status"]
    assert "status" in items[1]["error"]["what"]


def test_labels_and_undo(api: TestClient, world: World) -> None:
    made = [mention_of(number) for number in (1, 2)]
    for mention in made:
        world.container.store.accept(mention)
    told = api.post("/api/v1/label", json={"ids": ["m1", "m2", "unknown"], "label": "spam", "by": "me"}).json()
    assert told["changed"] == 2
    assert api.get("/api/v1/decisions", params={"status": "spam"}).json()["next"] == 0
    assert api.post("/api/v1/undo", json={"batch": told["batch"]}).json()["ids"] == ["m1", "m2"]
    mention = world.container.store.get("m1")
    assert mention is not None
    assert (mention.status, mention.label) == (Status.HELD, None)


def test_lists_are_paged_and_filtered(api: TestClient, world: World) -> None:
    for number in range(7):
        verdict = Verdict.SPAM if number % 2 else Verdict.HOLD
        world.container.store.accept(
            mention_of(number, verdict, title=f"Number {number}", source=f"https://a{number}.example/")
        )
    first = api.get("/api/v1/decisions", params={"limit": 4}).json()
    assert [each["id"] for each in first["mentions"]] == ["m6", "m5", "m4", "m3"]
    second = api.get("/api/v1/decisions", params={"limit": 4, "before": first["next"]}).json()
    assert [each["id"] for each in second["mentions"]] == ["m2", "m1", "m0"]
    assert second["next"] == 0

    def ids(**wanted: Any) -> list[str]:
        answer = api.get("/api/v1/decisions", params=wanted)
        assert answer.status_code == 200
        return [each["id"] for each in answer.json()["mentions"]]

    assert ids(verdict="spam") == ["m5", "m3", "m1"]
    assert ids(domain="a3.example") == ["m3"]
    assert ids(text="number 4") == ["m4"]
    assert ids(target_url=POST.replace("https", "http") + "/") == [f"m{number}" for number in range(6, -1, -1)]
    assert ids(since="2026-03-02T12:00:05Z") == ["m6", "m5"]
    assert ids(until="2026-03-02T12:00:02Z") == ["m1", "m0"]
    assert ids(labelled="true") == []


def test_approved_mentions_of_a_post(api: TestClient, world: World) -> None:
    sent = {"title": "<b>Roses</b> & more", "excerpt": "about <script>alert(1)</script>", "blog_name": '"A"'}
    world.container.store.accept(mention_of(1, Verdict.APPROVE, **sent))
    world.container.store.accept(mention_of(2, Verdict.APPROVE, source="javascript:alert(1)", title="bad"))
    world.container.store.accept(mention_of(3, Verdict.HOLD))
    told = api.get("/api/v1/mentions", params={"target": POST}).json()
    assert [each["title"] for each in told["mentions"]] == ["bad", "Roses & more"]
    assert [each["source_url"] for each in told["mentions"]] == ["", "https://blog1.example/post"]
    assert "<script" not in told["html"]
    assert "javascript" not in told["html"]
    assert 'rel="ugc nofollow">Roses &amp; more</a>' in told["html"]


def test_who_answers_and_how_is_told(api: TestClient, world: World) -> None:
    told = {
        "page_response": ResponseKind.LIKE,
        "page_author_name": "Ann <b>",
        "page_author_photo": "https://a.example/1",
    }
    world.container.store.accept(mention_of(1, Verdict.APPROVE, evidence=seen(**told)))
    bad = {"page_author_photo": "javascript:alert(1)", "snippet": "word " * 200}
    world.container.store.accept(mention_of(2, Verdict.APPROVE, evidence=seen(**bad)))
    other, liked = api.get("/api/v1/mentions", params={"target": POST}).json()["mentions"]
    assert (liked["response"], liked["author"], liked["photo"]) == ("like", "Ann", "https://a.example/1")
    assert (other["response"], other["author"], other["photo"]) == ("mention", "", "")
    assert other["excerpt"].endswith("word\u2026")


def test_the_door_is_closed_without_the_token(make_world: Callable[..., World], client: TestClient) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}):
        answer = client.get("/api/v1/decisions", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text
    assert client.get("/metrics").status_code == 401
    assert client.get("/api/v1/mentions", params={"target": POST}).status_code == 401
    public = TestClient(make_world(public_mentions=True).app)
    answer = public.get("/api/v1/mentions", params={"target": POST})
    assert answer.json()["mentions"] == []
    assert answer.headers["access-control-allow-origin"] == "*", "a script in the blog's page may ask"
    assert "access-control-allow-origin" not in public.get("/api/v1/decisions").headers


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"linkback": {}}',
        b'{"linkback": {"source_url": "", "target_url": "x"}}',
        b'{"linkback": {"source_url": "a", "target_url": "b", "surprise": 1}}',
        b'{"linkback": {"source_url": "a", "target_url": "b"}, "reasons": NaN}',
        b'{"linkback": {"source_url": "a", "target_url": "b"}, "evidence": {"status": Infinity}}',
        b'{"linkback": {"source_url": "\\ud800", "target_url": "b"}}',
        b'{"linkback": {"source_url": "a", "target_url": "b", "received_at": "yesterday"}}',
        b'{"linkback": {"source_url": "a", "target_url": "b", "received_at": 1e300}}',
        b"[" * 100_000,
        b'{"linkback": {"source_url": "a", "target_url": "' + b"b" * 9000 + b'"}}',
    ],
)
def test_nonsense_is_told(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/check", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    told = answer.json()["error"]
    assert told["what"]
    assert told["do"]


@pytest.mark.parametrize(
    "linkback",
    [
        {"source_url": "a", "target_url": "b"},
        {"source_url": "http://a\x00b/", "target_url": "http://b/", "title": "\x00\x1b[31m\u202e"},
        {"source_url": "http://[::1", "target_url": "http://b/", "excerpt": "x" * 200_000},
        {"source_url": "http://a/", "target_url": "http://b/", "received_at": "0001-01-01T00:00:00+23:00"},
        {"source_url": "http://a/", "target_url": "http://b/", "received_at": "9999-12-31T23:59:59"},
    ],
)
def test_odd_linkbacks_are_judged_or_refused(api: TestClient, linkback: dict[str, str]) -> None:
    answer = api.post("/api/v1/check", json={"linkback": linkback})
    assert answer.status_code in (200, 422), answer.text


def test_large_bodies_are_refused(api: TestClient) -> None:
    assert api.post("/api/v1/check", content=b" " * (5 << 20)).status_code == 413


def test_health_and_metrics(api: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_FRESH", 0.0)  # an answer holds for seconds otherwise
    told = api.get("/health").json()
    assert told["ok"]
    assert told["waiting"] == 0
    api.post("/api/v1/check", json={"linkback": LINKBACK})
    text = api.get("/metrics").text
    assert 'moderator_decisions_total{kind="trackback",origin="api"' in text
    assert 'moderator_http_answers_total{door="health",status="200"} 1.0' in text
    assert "moderator_waiting 0.0" in text
    world.container.moderator.close()
    assert api.get("/health").status_code == 503


def test_a_history_that_fails_holds(api: TestClient, world: World) -> None:
    world.container.moderator.close()
    told = api.post("/api/v1/check", json={"linkback": LINKBACK}).json()
    assert told["decision"]["verdict"] == "hold"
    assert told["decision"]["rule"]


def test_a_label_outlives_a_second_check(api: TestClient, world: World) -> None:
    told = api.post("/api/v1/check", json={"linkback": LINKBACK}).json()
    world.container.decisions.label([told["id"]], OwnerLabel.SPAM, "me")
    again = api.post("/api/v1/check", json={"linkback": LINKBACK}).json()
    assert (again["label"], again["status"]) == ("spam", "spam")


def test_hold_is_neither_ham_nor_spam(api: TestClient) -> None:
    told = api.post("/api/v1/check", json={"linkback": LINKBACK}).json()
    batch = api.post("/api/v1/label", json={"ids": [told["id"]], "label": "hold"}).json()["batch"]
    held = api.get(f"/api/v1/decisions/{told['id']}").json()
    assert (held["status"], held["label"]) == ("held", None)
    assert len(api.get("/api/v1/decisions", params={"labelled": False}).json()["mentions"]) == 1
    assert api.post("/api/v1/undo", json={"batch": batch}).json() == {"ids": [told["id"]]}
