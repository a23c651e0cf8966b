"""Our own API under what no client should send: refused in words, and what was kept can always be listed again."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from moderator.records import Verdict
from tests.service.service_fakes import POST, TOKEN, World, mention_of

LINKBACK = {"source_url": "https://garden.example/1", "target_url": POST}


@pytest.fixture
def api(world: World) -> TestClient:
    return TestClient(world.app, headers={"authorization": f"Bearer {TOKEN}"}, raise_server_exceptions=False)


def listed(api: TestClient) -> int:
    answer = api.get("/api/v1/decisions")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["mentions"])


@pytest.mark.parametrize(
    "evidence",
    [
        b'{"status": "found", "snippet": "\\ud800"}',
        b'{"status": "found", "listed_in": ["\\udfff"]}',
        b'{"\\ud800": 1}',
        b'{"status": "found", "link_text_share": NaN}',
        b'{"status": "found", "text_length": -1}',
        b'{"status": "found", "text_length": true}',
        b'{"status": "found", "hidden": "yes"}',
        b'{"status": "found", "nonsense": NaN}',
        b'{"status": "found", "checked_at": 5}',
        b'{"status": "found", "x": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"status": "found", "snippet": "' + b"x" * 1_000_000 + b'"}',
        b"[]",
    ],
)
def test_evidence_that_cannot_be_told_again_is_refused(api: TestClient, evidence: bytes) -> None:
    body = b'{"linkback": {"source_url": "https://a.example/", "target_url": "b"}, "evidence": ' + evidence + b"}"
    answer = api.post("/api/v1/check", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "evidence" in answer.json()["error"]["what"]
    assert listed(api) == 0


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b'{"linkback": {"kind": ', "application/json", "not JSON, from character 22"),
        (b"", "application/json", "Field required"),
        (b"[]", "application/json", "no JSON object"),
        (b'{"linkback": {}}', "application/x-www-form-urlencoded", "Content-Type: application/json"),
    ],
)
def test_bodies_that_are_no_json(api: TestClient, body: bytes, kind: str, told: str) -> None:
    answer = api.post("/api/v1/check", content=body, headers={"content-type": kind})
    assert answer.status_code == 422
    assert told in answer.json()["error"]["what"]


@pytest.mark.parametrize("value", ["a/b", "..", "a b", "a?b", "a#b", "a%2Fb", "\x00", "ä"])
def test_an_id_needs_no_quoting_in_an_address(api: TestClient, value: str) -> None:
    answer = api.post("/api/v1/check", json={"linkback": LINKBACK | {"id": value}})
    assert answer.status_code == 422
    assert "linkback.id" in answer.json()["error"]["what"]
    told = api.post("/api/v1/check", json={"linkback": LINKBACK | {"id": "wp:1,2@a-b.c~d+e=f"}}).json()
    assert api.get(f"/api/v1/decisions/{told['id']}").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("since=2026-03-02T12:00:01", 1),  # without an offset: UTC, wherever the server stands
        ("since=2026-03-02T13:00:01%2B01:00", 1),
        ("since=2026-03-02T12:00:02", 0),
        ("since=0001-01-01T00:00:00", 1),
        ("until=9999-12-31T23:59:59", 1),
        ("since=0001-01-01T00:00:00%2B23:00", None),
        ("until=9999-12-31T23:59:59-23:00", None),
        ("since=1", None),
        ("since=NaN", None),
        ("text=%00", None),
        ("text=%25", 0),
        ("blog=%ED%A0%80", 0),
        ("target_url=http://[", 0),
        ("before=9223372036854775807", None),
        ("surprise=1", None),
    ],
)
def test_filters(api: TestClient, world: World, wanted: str, count: int | None) -> None:
    world.container.store.accept(mention_of(1))
    answer = api.get(f"/api/v1/decisions?{wanted}")
    if count is None:
        assert answer.status_code == 422
        assert answer.json()["error"]["what"]
    else:
        assert answer.status_code == 200
        assert len(answer.json()["mentions"]) == count


def test_one_that_is_wrong_among_many_gets_its_own_error(api: TestClient) -> None:
    wrong: list[Any] = [
        {},
        {"linkback": []},
        {"linkback": LINKBACK, "surprise": 1},
        {"linkback": LINKBACK | {"kind": "letter"}},
        {"linkback": LINKBACK | {"received_at": "0001-01-01T00:00:00+23:00"}},
    ]
    answer = api.post("/api/v1/check-many", json={"checks": [*wrong, {"linkback": LINKBACK}]})
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [bool(item["error"]) for item in items] == [True] * len(wrong) + [False]
    assert items[2]["error"]["what"] == "'surprise': Extra inputs are not permitted"
    assert listed(api) == 1
    assert api.post("/api/v1/check-many", json={"checks": [{"linkback": LINKBACK}] * 101}).status_code == 422


def test_lone_surrogates_from_pages_do_not_reach_the_store(api: TestClient, world: World) -> None:
    source, name = "https://a.example/\ud800", "x\U0001f600"
    mention = mention_of(1, Verdict.APPROVE, source=source, title="a\ud800b", excerpt="\udfff", blog_name=name)
    world.container.store.accept(mention)
    [told] = api.get("/api/v1/decisions").json()["mentions"]
    assert told["linkback"]["title"] == "a?b"
    assert told["linkback"]["blog_name"] == "x\U0001f600"
    assert told["linkback"]["source_url"] == "https://a.example/?"
    assert api.get("/api/v1/mentions", params={"target": POST}).status_code == 200


def test_the_document_tells_of_the_token(api: TestClient, world: World) -> None:
    document = api.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for method in methods.values():
            if path.startswith("/api/v1/") and path != "/api/v1/mentions":
                assert method["security"] == [{"HTTPBearer": []}]
    assert TOKEN not in str(document)
