"""Downloading lists: what is kept, and that nothing is lost when it fails. Loopback only."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from moderator.domain_lists import refresh as refreshing
from moderator.domain_lists.formats import Format
from moderator.domain_lists.known import KNOWN_LISTS, RemoteList
from moderator.domain_lists.refresh import Outcome, new_session, refresh, refresh_all
from moderator.domain_lists.sources import ListKind, sources_in
from moderator.errors import ListError

GOOD = b"spam.example\npills.example\n"


class Publisher(BaseHTTPRequestHandler):
    """Serves lists, well and badly."""

    asked: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
        with contextlib.suppress(ConnectionError):  # who has read enough hangs up
            getattr(self, "serve_" + self.path.strip("/").partition("?")[0])()

    def answer(self, body: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        usual = {"Content_Length": str(len(body)), "Content_Type": "text/plain"}
        for name, value in (usual | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def serve_good(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(b"", status=304)
        else:
            self.answer(GOOD, ETag='"v1"', Last_Modified="Mon, 02 Mar 2026 10:00:00 GMT")

    def serve_moved(self) -> None:
        self.answer(b"", status=302, Location="/good")

    def serve_circle(self) -> None:
        self.answer(b"", status=302, Location="/circle")

    def serve_missing(self) -> None:
        self.answer(b"gone", status=404)

    def serve_page(self) -> None:
        self.answer(b"<html>log in</html>", Content_Type="text/html; charset=utf-8")

    def serve_words(self) -> None:
        self.answer(b"please log in first\n")

    def serve_empty(self) -> None:
        self.answer(b"# nothing today\n")

    def serve_binary(self) -> None:
        self.answer(b"\0" * 100)

    def serve_packed(self) -> None:
        self.answer(GOOD, Content_Encoding="gzip")

    def serve_short(self) -> None:
        self.answer(GOOD, Content_Length="1000")

    def serve_large(self) -> None:
        self.answer(GOOD * 1000)

    def serve_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b"a.example\n")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def published() -> Iterator[str]:
    Publisher.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def remote(address: str, path: str) -> RemoteList:
    return RemoteList("spammers", f"{address}/{path}", ListKind.BLOCK)


@pytest.mark.loopback
@pytest.mark.parametrize("path", ["good", "moved"])
def test_a_list_is_stored_where_it_is_looked_for(published: str, tmp_path: Path, path: str) -> None:
    (done,) = refresh_all([remote(published, path)], tmp_path)
    assert (done.outcome, done.hosts, done.skipped, done.problem) == (Outcome.UPDATED, 2, 0, "")
    assert [(source.path, source.sort) for source in sources_in(tmp_path)] == [(done.path, ListKind.BLOCK)]
    assert done.path.read_bytes() == GOOD


@pytest.mark.loopback
def test_what_has_not_changed_is_not_sent_again(published: str, tmp_path: Path) -> None:
    outcomes = [refresh_all([remote(published, "good")], tmp_path)[0].outcome for _ in range(2)]
    assert outcomes == [Outcome.UPDATED, Outcome.UNCHANGED]
    assert Publisher.asked[1]["if-none-match"] == '"v1"'
    assert Publisher.asked[1]["if-modified-since"].startswith("Mon, 02 Mar")


@pytest.mark.loopback
def test_a_lost_file_or_a_new_address_asks_for_everything(published: str, tmp_path: Path) -> None:
    (done,) = refresh_all([remote(published, "good")], tmp_path)
    refresh_all([remote(published, "good?2")], tmp_path)
    done.path.unlink()
    refresh_all([remote(published, "good?2")], tmp_path)
    (tmp_path / ".refresh.json").write_text("[damaged", "utf-8")
    refresh_all([remote(published, "good?2")], tmp_path)
    assert all("if-none-match" not in asked for asked in Publisher.asked)
    assert json.loads((tmp_path / ".refresh.json").read_text("utf-8"))["block/spammers"]["url"].endswith("good?2")


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing", "answered 404"),
        ("page", "answered with a web page"),
        ("words", "no readable host names"),
        ("empty", "empty list"),
        ("binary", "no readable host names"),
        ("packed", "packed text"),
        ("short", "broke off early|cannot be fetched"),
        ("circle", "cannot be fetched .TooManyRedirects"),
    ],
)
def test_a_failure_keeps_the_former_file(published: str, tmp_path: Path, path: str, says: str) -> None:
    former = tmp_path / "block" / "spammers.txt"
    former.parent.mkdir()
    former.write_text("old.example\n", "utf-8")
    with new_session() as session, pytest.raises(ListError, match=says):
        refresh(remote(published, path), tmp_path, session=session)
    assert former.read_text("utf-8") == "old.example\n"
    assert [file.name for file in former.parent.iterdir()] == ["spammers.txt"], "no half-written file is left"


@pytest.mark.loopback
def test_size_and_time_are_capped(published: str, tmp_path: Path) -> None:
    with new_session() as session:
        with pytest.raises(ListError, match="more than 5,000 bytes"):
            refresh(remote(published, "large"), tmp_path, session=session, limit=5000)
        with pytest.raises(ListError, match="too slow"):
            refresh(remote(published, "drip"), tmp_path, session=session, deadline=0.2)


@pytest.mark.loopback
def test_one_failure_does_not_stop_the_others(published: str, tmp_path: Path) -> None:
    told: list[Outcome] = []
    lists = [remote(published, "missing"), RemoteList("second", f"{published}/good", ListKind.OWN_BLOCK, Format.PLAIN)]
    done = refresh_all(lists, tmp_path, on_outcome=lambda refreshed: told.append(refreshed.outcome))
    assert told == [Outcome.FAILED, Outcome.UPDATED]
    assert "404" in done[0].problem


@pytest.mark.loopback
def test_proxies_of_the_environment_are_not_used(
    published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    assert refresh_all([remote(published, "good")], tmp_path)[0].outcome is Outcome.UPDATED


@pytest.mark.parametrize(
    ("name", "url", "says"),
    [
        ("../up", "http://lists.example/a", "name it with letters"),
        ("", "http://lists.example/a", "name it with letters"),
        ("a", "file:///etc/passwd", "not an http or https address"),
        ("a", "ftp://user:secret@lists.example/a", "not an http or https address"),
    ],
)
def test_what_is_never_asked_for(tmp_path: Path, name: str, url: str, says: str) -> None:
    with new_session() as session, pytest.raises(ListError, match=says) as caught:
        refresh(RemoteList(name, url, ListKind.BLOCK), tmp_path, session=session)
    assert "secret" not in str(caught.value)


def test_the_known_lists_say_their_licence_and_have_usable_names() -> None:
    names = [known.name for known in KNOWN_LISTS]
    assert len(set(names)) == len(names)
    for known in KNOWN_LISTS:
        assert known.licence
        assert known.url.startswith("https://")
        assert refreshing._NAME.fullmatch(known.name)
