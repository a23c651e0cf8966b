"""The examples for Python: the views of Django and Flask, in their own test clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
import pytest

from examples.flask_views import linkbacks
from moderator.records import Decision, Linkback, Post, Verdict
from tests.service.service_fakes import BLOG, POST, World

SOURCE = "https://garden.example/pruning"
CALL = (
    f"<methodCall><methodName>pingback.ping</methodName><params><param><value>{SOURCE}</value></param>"
    f"<param><value>{POST}</value></param></params></methodCall>"
)
Kept = list[tuple[Linkback, Decision]]


def find_post(target_url: str) -> Post | None:
    return Post(POST, "Roses", "Old garden roses") if target_url.rstrip("/") == POST else None


@pytest.fixture
def kept() -> Kept:
    return []


@pytest.fixture
def keep(kept: Kept) -> Callable[[Linkback, Decision], None]:
    return lambda linkback, decision: kept.append((linkback, decision))


def test_flask(world: World, kept: Kept, keep: Callable[[Linkback, Decision], None]) -> None:
    app = flask.Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    app.register_blueprint(linkbacks(world.container.moderator, find_post, keep))
    client = app.test_client()
    assert b"faultCode" not in client.post("/pingback", data=CALL, content_type="text/xml").data
    assert client.post("/webmention", data={"source": SOURCE, "target": POST}).status_code == 202
    assert client.post("/webmention", data={"source": SOURCE, "target": f"{BLOG}none"}).status_code == 400
    assert b"<int>32</int>" in client.post("/pingback", data=CALL.replace(POST, f"{BLOG}none")).data
    assert b"<int>-32700</int>" in client.post("/pingback", data="<nonsense").data
    assert client.post("/pingback", data=b" " * (256 * 1024 + 1)).status_code == 413
    assert [linkback.kind.value for linkback, _ in kept] == ["pingback", "webmention"]
    assert all(decision.verdict in set(Verdict) for _, decision in kept)


def test_django(world: World, kept: Kept, keep: Callable[[Linkback, Decision], None]) -> None:
    from django.conf import settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["ours.example"], DEFAULT_CHARSET="utf-8")
    from django.test import RequestFactory

    from examples.django_views import LinkbackViews

    views = LinkbackViews(world.container.moderator, find_post, keep)
    ours: dict[str, Any] = {"HTTP_HOST": "ours.example", "secure": True}
    made = RequestFactory()
    form = "application/x-www-form-urlencoded"
    body = f"source={SOURCE}&target={POST}"
    assert views.webmention(made.post("/webmention", body, form, **ours)).status_code == 202
    assert views.webmention(made.post("/webmention", "source=x", form, **ours)).status_code == 400
    assert views.webmention(made.get("/webmention", **ours)).status_code == 405
    sent = made.post("/2026/roses/trackback/", f"url={SOURCE}&title=Roses", form, **ours)
    assert b"<error>0</error>" in views.trackback(sent, address="2026/roses").content
    assert b"<error>1</error>" in views.trackback(sent, address="2026/none").content
    assert [linkback.kind.value for linkback, _ in kept] == ["webmention", "trackback"]
