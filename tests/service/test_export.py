"""What an owner decided becomes a table from which a model is made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderator.cli import main
from moderator.records import Kind, Verdict
from moderator.service.export import export
from moderator.service.records import Filter, Origin, OwnerLabel, Status
from moderator.tables.rows import case_of
from tests.service.demo import demo_parts
from tests.service.service_fakes import BLOG, PASSWORD, POST, TOKEN, World, mention_of, seen


def exported(world: World) -> list[dict[str, object]]:
    answer = TestClient(world.app).get("/api/v1/export", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/jsonl")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_rows_say_what_was_sent_seen_and_decided(world: World) -> None:
    mentions = [mention_of(number, evidence=seen(), title=f"Title {number}") for number in range(3)]
    for mention in mentions:
        world.container.store.accept(mention)
    world.container.decisions.label(["m0"], OwnerLabel.HAM, "me")
    world.container.decisions.label(["m1"], OwnerLabel.HOLD, "me")
    rows = exported(world)
    assert [row.get("label") for row in rows] == ["ham", None, None]
    case = case_of(rows[0])
    assert case.linkback == mentions[0].linkback
    assert case.evidence == seen()
    assert case.labelled_at == world.clock()
    assert case.post is not None
    assert "old garden roses" in case.post.text


def test_only_linkbacks_that_were_judged(world: World) -> None:
    comment = mention_of(1, kind=Kind.UNKNOWN)
    world.container.store.accept(replace(comment, origin=Origin.AKISMET))
    world.container.store.accept(replace(mention_of(2), decision=None, status=Status.WAITING))
    world.container.store.accept(replace(mention_of(3, kind=Kind.UNKNOWN), origin=Origin.API))
    assert [row["id"] for row in exported(world)] == ["m3"]


def test_a_blog_that_is_down_is_not_waited_for(world: World) -> None:
    for number in range(10):
        world.container.store.accept(mention_of(number, target=f"{BLOG}post/{number}"))
    world.own.down = True
    assert len(exported(world)) == 10
    assert len(world.own.fetched) == 3


def test_many_are_read_in_pieces(world: World) -> None:
    for number in range(205):
        world.container.store.accept(mention_of(number))
    assert [row["id"] for row in exported(world)] == [f"m{number}" for number in range(205)]


def test_it_can_be_downloaded_by_who_has_signed_in(client: TestClient, world: World) -> None:
    world.container.store.accept(mention_of(1, target=POST))
    assert client.get("/linkbacks.jsonl", follow_redirects=False).status_code == 303
    assert client.get("/api/v1/export").status_code == 401
    client.post("/sign-in", data={"password": PASSWORD})
    assert 'href="/linkbacks.jsonl"' in client.get("/reach").text
    answer = client.get("/linkbacks.jsonl")
    assert answer.headers["content-disposition"] == 'attachment; filename="linkbacks.jsonl"'
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == ["m1"]


@pytest.mark.slow
def test_decisions_teach_the_next_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    container = demo_parts(tmp_path, 400)
    for verdict, word in ((Verdict.APPROVE, OwnerLabel.HAM), (Verdict.SPAM, OwnerLabel.SPAM)):
        container.decisions.label(container.store.ids(Filter(verdict=verdict), 500), word, "owner")
    table = tmp_path / "linkbacks.jsonl"
    table.write_bytes(b"".join(export(container.store, container.targets)))
    container.moderator.close()
    container.store.close()
    assert main(["retrain", str(table), "--output", str(tmp_path / "own"), "--force"]) == 0
    assert f"{len(table.read_text().splitlines())} rows: " in capsys.readouterr().err
    assert main(["rescore", str(table), "--model", str(tmp_path / "own"), "--output", str(tmp_path / "v.jsonl")]) == 0
