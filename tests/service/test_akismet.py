"""Akismet's API, as its clients use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from moderator.config.service import Secrets
from moderator.records import Label, Verdict
from moderator.service.records import Filter, Status
from tests.service.service_fakes import AKISMET_KEY, BLOG, POST, World, answer_with, seen

PING = {
    "api_key": AKISMET_KEY,
    "blog": BLOG,
    "user_ip": "203.0.113.9",
    "user_agent": "WordPress/6.1",
    "permalink": POST,
    "comment_type": "trackback",
    "comment_author": "A garden diary",
    "comment_author_url": "https://garden.example/1",
    "comment_content": "<strong>Pruning</strong>\n\nI pruned my roses &amp; more",
}
SPAM = PING | {
    "comment_author": "cheap pills online",
    "comment_author_url": "https://buy-cheap-pills.example/viagra-cialis",
    "comment_content": "<strong>buy viagra</strong>\n\nbuy cheap viagra cialis online casino poker loans",
}


def ask(client: TestClient, path: str = "/1.1/comment-check", **fields: Any) -> Any:
    answer = client.post(path, data=fields)
    assert answer.status_code == 200, answer.text
    return answer


def test_keys(client: TestClient) -> None:
    assert ask(client, "/1.1/verify-key", key=AKISMET_KEY, blog=BLOG).text == "valid"
    assert ask(client, "/1.1/verify-key", key="other", blog=BLOG).text == "invalid"
    assert ask(client, **(PING | {"api_key": "other"})).text == "invalid"
    by_host = client.post(
        "/1.1/comment-check",
        data={name: value for name, value in PING.items() if name != "api_key"},
        headers={"host": f"{AKISMET_KEY}.rest.akismet.com"},
    )
    assert by_host.text in ("true", "false")


def test_without_a_key_the_door_is_closed(make_world: Callable[..., World]) -> None:
    world = make_world()
    closed = World(world.folder, replace(world.settings, database=world.folder / "other.sqlite3"), Secrets())
    client = TestClient(closed.app)
    assert ask(client, "/1.1/verify-key", key="", blog=BLOG).text == "invalid"
    closed.close()


def test_a_ping_is_read_as_wordpress_keeps_it(client: TestClient, world: World) -> None:
    answer = ask(client, **PING)
    assert answer.text == "false"
    [kept] = world.container.store.find(Filter()).mentions
    assert kept.linkback.title == "Pruning"
    assert kept.linkback.excerpt == "I pruned my roses & more"
    assert kept.linkback.blog_name == "A garden diary"
    assert kept.blog == "ours"
    assert answer.headers["x-akismet-guid"] == kept.linkback.id
    assert answer.headers["x-moderator-verdict"] in ("approve", "hold")
    assert world.pages.looked == ["https://garden.example/1"]


@pytest.mark.parametrize(
    ("verdict", "probability", "said", "tip"),
    [
        (Verdict.APPROVE, 0.01, "false", None),
        (Verdict.HOLD, 0.5, "false", None),
        (Verdict.SPAM, 0.97, "true", None),
        (Verdict.SPAM, 0.9999, "true", "discard"),
    ],
)
def test_verdicts(
    client: TestClient, world: World, verdict: Verdict, probability: float, said: str, tip: str | None
) -> None:
    answer_with(world, verdict, probability)
    answer = ask(client, **SPAM)
    assert answer.text == said
    assert answer.headers.get("x-akismet-pro-tip") == tip
    assert answer.headers["x-moderator-verdict"] == verdict.value


def test_shadow_mode_never_says_spam(make_world: Callable[..., World]) -> None:
    world = make_world(shadow=True)
    answer_with(world, Verdict.SPAM, 0.9999)
    answer = ask(TestClient(world.app), **SPAM)
    assert answer.text == "false"
    assert "x-akismet-pro-tip" not in answer.headers
    [kept] = world.container.store.find(Filter()).mentions
    assert kept.status is Status.HELD


def test_submissions_teach(client: TestClient, world: World) -> None:
    guid = ask(client, **PING).headers["x-akismet-guid"]
    assert ask(client, "/1.1/submit-spam", **PING).text == "Thanks for making the web a better place."
    kept = world.container.store.get(guid)
    assert kept is not None
    assert kept.label is Label.SPAM
    assert ask(client, **PING).text == "true"
    ask(client, "/1.1/submit-ham", **PING)
    assert ask(client, **PING).text == "false"
    other = PING | {"comment_author_url": "https://never-seen.example/"}
    ask(client, "/1.1/submit-spam", **other)
    assert len(world.container.store.find(Filter(status=Status.SPAM)).mentions) == 1


def test_the_pre_check_is_the_same_ping(client: TestClient, world: World) -> None:
    early = PING | {
        "akismet_pre_check": "1",
        "comment_type": "pingback",
        "comment_pingback_target": POST,
        "comment_author": "",
        "comment_content": "",
    }
    first = ask(client, **early)
    assert first.text == "false"
    assert world.pages.looked == []
    assert ask(client, **(early | {"is_multicall": "1", "multicall_count": "50"})).text == "true"
    world.pages.evidence["https://garden.example/1"] = seen()
    whole = PING | {"comment_type": "pingback", "comment_content": "[&#8230;] on roses [&#8230;]"}
    assert ask(client, **whole).headers["x-akismet-guid"] == first.headers["x-akismet-guid"]
    assert len(world.container.store.find(Filter()).mentions) == 1


def test_comments_are_answered_as_the_owner_chose(make_world: Callable[..., World]) -> None:
    comment = PING | {"comment_type": "comment", "comment_content": "Nice post"}
    world = make_world()
    answer = ask(TestClient(world.app), **comment)
    assert (answer.text, answer.headers["x-moderator-verdict"]) == ("false", "pass")
    assert world.container.store.find(Filter()).mentions == ()
    judging = make_world(comments="judge")
    answer = ask(TestClient(judging.app), **comment)
    assert answer.headers["x-moderator-verdict"] in ("approve", "hold", "spam")
    assert judging.pages.looked == []


def test_words_for_testing(client: TestClient, world: World) -> None:
    assert ask(client, **(PING | {"comment_author": "viagra-test-123"})).text == "true"
    assert ask(client, **(SPAM | {"user_role": "administrator"})).text == "false"
    assert ask(client, **(PING | {"is_test": "1"})).text == "false"
    ask(client, "/1.1/submit-spam", **(PING | {"is_test": "1"}))
    assert world.container.store.find(Filter()).mentions == ()
    assert world.container.moderator._history.evidence("https://garden.example/1", POST, 0) is None


def test_what_is_missing_is_told(client: TestClient) -> None:
    answer = ask(client, api_key=AKISMET_KEY)
    assert answer.text == "invalid"
    assert answer.headers["x-akismet-debug-help"] == "missing required field: blog, user_ip"


def test_limits_and_sites(client: TestClient) -> None:
    assert client.post("/1.2/usage-limit", data={"api_key": AKISMET_KEY}).json()["throttled"] is False
    assert client.get("/1.2/key-sites", params={"api_key": AKISMET_KEY}).json()["sites"] == [{"site": BLOG}]
    assert client.get("/1.2/key-sites").text == "invalid"
    assert ask(client, **(PING | {f"HTTP_X_{number}": "x" for number in range(3000)})).text == "invalid"
