"""The requests that docs/static-site.md and docs/service.md show are understood by the service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from moderator.records import Verdict
from tests.service.service_fakes import POST, TOKEN, World, mention_of

DOCS = Path(__file__).parents[2] / "docs"
STATIC_SITE = (DOCS / "static-site.md").read_text(encoding="utf-8")
SERVICE = (DOCS / "service.md").read_text(encoding="utf-8")


def test_the_script_of_a_static_site_gets_what_it_shows(make_world: Callable[..., World]) -> None:
    world = make_world(public_mentions=True)
    world.container.store.accept(mention_of(1, Verdict.APPROVE, title="<b>Roses</b>"))
    [asked] = re.findall(r'fetch\("https://moderator\.example(/\S+?)" \+ encodeURIComponent\(post\)', STATIC_SITE)
    [shown] = re.findall(r"innerHTML = found\.(\w+);", STATIC_SITE)
    answer = TestClient(world.app).get(asked + POST)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Roses" in answer.json()[shown] and "<b>" not in answer.json()[shown]


def test_the_receivers_that_pages_name_are_there(client: TestClient) -> None:
    named = dict(re.findall(r'<link rel="(\w+)" href="https://moderator\.example(/\w+)">', STATIC_SITE))
    assert named.keys() == {"webmention", "pingback"}
    form = {"source": "https://garden.example/pruning", "target": POST}
    assert client.post(named["webmention"], data=form).status_code in (201, 202)
    assert client.post(named["pingback"], content=b"<nonsense", headers={"content-type": "text/xml"}).status_code == 200


def test_the_check_that_is_shown_is_answered(client: TestClient) -> None:
    [body] = re.findall(r"-d '(\{.*?\})'", SERVICE)
    [path] = re.findall(r"http://127\.0\.0\.1:8750(/api/\S+)\n", SERVICE)
    answer = client.post(path, json=json.loads(body), headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.json()["decision"]["verdict"] in set(Verdict)


def test_every_request_of_the_table_is_a_route(client: TestClient) -> None:
    known = client.get("/openapi.json").json()["paths"].keys() | {"/metrics"}
    told = {
        path.partition("?")[0]
        for path in re.findall(r"`(?:GET |POST )?(/(?:api|health|metrics)[^`]*)`", SERVICE)
        if path
    }
    assert len(told) == 10
    assert {re.sub(r"\{\w+\}", "{}", path) for path in told} <= {re.sub(r"\{\w+\}", "{}", path) for path in known}
