"""A webmention's life on loopback, as webmention.rocks tests receivers: received, updated, deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.domain_lists.lazy import LazyLists
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.records import LinkStatus
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Mention, OwnerLabel, Status
from tests.service.service_fakes import Clock
from tests.small_model import small_model

pytestmark = pytest.mark.loopback


@dataclass
class Web:
    """Pages by path, each with its status; what is not there is 404."""

    address: str = ""
    pages: dict[str, tuple[int, str]] = field(default_factory=dict)


@pytest.fixture
def web() -> Iterator[Web]:
    told = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            status, markup = told.pages.get(self.path, (404, ""))
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(markup.encode())))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(markup.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told.address = f"http://127.0.0.1:{server.server_address[1]}"
        told.pages["/blog/post"] = (200, "<title>Roses</title><article>How to prune old garden roses.</article>")
        yield told
        server.shutdown()


@dataclass
class Receiver:
    """The service, and what a sender does with it."""

    container: Container
    client: TestClient
    web: Web
    clock: Clock

    def send(self, source: str, target: str = "/blog/post") -> str:
        """Sends a webmention and lets it be judged; gives the path of its status page."""
        self.clock.go(minutes=20)
        form = {"source": self.web.address + source, "target": self.web.address + target}
        answer = self.client.post("/webmention", data=form)
        assert answer.status_code == 201, answer.text
        while taken := self.container.store.take(1, self.clock(), timedelta(minutes=10)):
            self.container.workers._process(taken[0])
        return "/webmention/" + answer.headers["location"].rpartition("/")[2]

    def mention(self, place: str) -> Mention:
        found = self.container.store.get(place.rpartition("/")[2])
        assert found is not None
        return found


@pytest.fixture
def receiver(web: Web, tmp_path: Path) -> Iterator[Receiver]:
    extractor, clock = Extractor(LazyLists(None)), Clock()
    container = build_container(
        Settings(allow_networks=(ip_network("127.0.0.0/8"),)),
        ServiceSettings(database=tmp_path / "s.sqlite3", blogs=(Blog("ours", web.address + "/blog/"),), workers=1),
        Secrets(),
        clock=clock,
        history=MemoryHistory(),
        model=small_model(extractor.schema, {"domain.punycode": (0.5, -0.1, -0.4)}),
        extractor=extractor,
    )
    yield Receiver(container, TestClient(create_app(container)), web, clock)
    container.moderator.close()
    container.store.close()


def page(web: Web, words: str = "I followed") -> str:
    return (
        f"<title>My roses</title><article class='h-entry'><p>{words} <a href='{web.address}/blog/post'>their advice"
        "</a> on old roses, and mine bloom as never before.</p></article>"
    )


def test_a_mention_is_received_and_its_status_can_be_seen(receiver: Receiver, web: Web) -> None:
    web.pages["/me/1"] = (200, page(web))
    place = receiver.send("/me/1")
    assert receiver.mention(place).decision.evidence.status is LinkStatus.FOUND  # type: ignore[union-attr]  # judged
    answer = receiver.client.get(place)
    assert answer.status_code == 200 and "Webmention" in answer.text
    assert "status" in receiver.client.get(place, headers={"Accept": "application/json"}).json()


def test_an_updated_page_is_read_again_and_makes_no_second_mention(receiver: Receiver, web: Web) -> None:
    web.pages["/me/1"] = (200, page(web, "In the first draft"))
    place = receiver.send("/me/1")
    web.pages["/me/1"] = (200, page(web, "In the second draft"))
    assert receiver.send("/me/1") == place
    told = receiver.mention(place).decision
    assert told is not None and "In the second draft" in told.evidence.snippet


DELETED = {
    "410": (410, "gone"),
    "410 in its markup": (
        200,
        '<html><head><meta http-equiv="Status" content="410 Gone"></head><body>Deleted</body></html>',
    ),
    "404": (404, ""),
    "the link is out": (200, "<title>My roses</title><p>Nothing about anybody else stands here any more.</p>"),
}


@pytest.mark.parametrize("how", DELETED)
def test_a_deleted_page_withdraws_its_mention(receiver: Receiver, web: Web, how: str) -> None:
    web.pages["/me/1"] = (200, page(web))
    place = receiver.send("/me/1")
    receiver.container.decisions.label([receiver.mention(place).linkback.id], OwnerLabel.HAM, "owner")
    assert receiver.mention(place).status is Status.APPROVED
    web.pages["/me/1"] = DELETED[how]
    assert receiver.send("/me/1") == place
    assert receiver.mention(place).status is Status.GONE


def test_what_must_be_refused_is_refused(receiver: Receiver, web: Web) -> None:
    post = receiver.client.post
    good = {"source": f"{web.address}/me/1", "target": f"{web.address}/blog/post"}
    bad: list[dict[str, str]] = [
        {"source": good["source"]},
        {"target": good["target"]},
        good | {"source": "ftp://a.example/"},
        good | {"target": "https://elsewhere.example/"},
        good | {"source": good["target"]},
        good | {"target": f"{web.address}/blog/nothing"},
    ]
    assert [post("/webmention", data=form).status_code for form in bad] == [400] * len(bad)
