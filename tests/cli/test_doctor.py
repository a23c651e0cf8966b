"""``moderator doctor``: a line for each thing that it looks at, and what to do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from moderator.cli.doctor_blog import blog_findings, fetcher
from moderator.cli.finding import Finding
from moderator.config.settings import Settings
from moderator.domain_lists.subscribe import Answer, Subscription
from moderator.domain_lists.subscriptions import add_subscription
from moderator.errors import ListError
from moderator.linkcheck.fetch import Fetched
from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus
from moderator.wiring import subscribed_reports
from tests.cli.conftest import Run
from tests.cli.test_init import BLOG, variables

INTERFACE = "https://blog.example/wp-json/"
WORDPRESS = f'<html><head><link rel="https://api.w.org/" href="{INTERFACE}" /></head></html>'
PLUGIN = json.dumps({"namespace": "moderator/v1", "routes": {}})


def blog_of(pages: dict[str, str | FetchError]) -> Callable[[str], Fetched]:
    """A blog with these pages, or how they fail; what is not among them has gone."""

    def fetch(url: str) -> Fetched:
        found = pages.get(url, FetchError(LinkStatus.GONE, "http 404", http_status=404))
        if isinstance(found, FetchError):
            raise found
        return Fetched(url, 200, 0, (), "text/html", "utf-8", found.encode(), "", is_html=True)

    return fetch


def found(pages: dict[str, str | FetchError], *, token: bool = True) -> list[Finding]:
    return list(blog_findings([BLOG], blog_of(pages), asked_by_token=token))


@pytest.fixture
def installed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation as `moderator init` makes it, whose blog is a stand-in."""
    assert run("init", "--folder", tmp_path, "--blog", BLOG, "--no-page").code == 0
    for name, value in variables(tmp_path / "moderator.env").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("moderator.cli.doctor_blog.fetcher", lambda settings: blog_of({BLOG: "<p>Hello</p>"}))
    return tmp_path


def test_a_new_installation_is_well(run: Run, installed: Path) -> None:
    outcome = run("doctor")
    assert outcome.code == 0, outcome.out
    assert "ok     blog: https://blog.example/ answers 200" in outcome.out
    assert "receivers: open for https://blog.example/" in outcome.out
    assert "moderation page: closed" in outcome.out
    assert "subscribed list" not in outcome.out


def test_what_is_wrong_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("verfy = true\n")
    (tmp_path / "history").write_text("no database")
    monkeypatch.setenv("MODERATOR_CONFIG", str(tmp_path / "settings.toml"))
    outcome = run("doctor")
    assert outcome.code == 1
    assert "there is no setting 'verfy'" in outcome.out
    monkeypatch.delenv("MODERATOR_CONFIG")
    monkeypatch.setenv("MODERATOR_HISTORY", str(tmp_path / "history"))
    outcome = run("doctor")
    assert outcome.code == 1
    assert "wrong  history" in outcome.out
    assert "note   blog: no address is set" in outcome.out


@pytest.mark.parametrize(
    ("failure", "do"),
    [
        (FetchError(LinkStatus.UNREACHABLE, "dns"), "DNS"),
        (FetchError(LinkStatus.REFUSED, "private address"), "allow_networks"),
        (FetchError(LinkStatus.REFUSED, "not a public name"), "allow_networks"),
        (FetchError(LinkStatus.UNREACHABLE, "timeout"), "browser"),
        (FetchError(LinkStatus.UNREACHABLE, "http 403", http_status=403), "browser"),
    ],
)
def test_a_blog_out_of_reach_is_told_in_one_line(failure: FetchError, do: str) -> None:
    [finding] = found({BLOG: failure})
    assert finding.well is False
    assert failure.detail in finding.says and BLOG in finding.says
    assert do in finding.do


def test_the_plugin_answers() -> None:
    pages: dict[str, str | FetchError] = {BLOG: WORDPRESS, INTERFACE + "moderator/v1": PLUGIN}
    assert [finding.well for finding in found(pages)] == [True, True]
    blog, closed = found(pages, token=False)
    assert (blog.well, closed.well) == (True, False)
    assert "MODERATOR_API_TOKEN" in closed.do


def test_a_blog_without_the_plugin_is_told_only_where_it_could_ask() -> None:
    for other in ({}, {INTERFACE + "moderator/v1": "<p>Not found</p>"}, {INTERFACE + "moderator/v1": "[]"}):
        _, missing = found({BLOG: WORDPRESS, **other})
        assert missing.well is None
        assert "build_zip.py" in missing.do
    assert len(found({BLOG: WORDPRESS}, token=False)) == 1
    assert len(found({BLOG: "<p>no WordPress</p>"})) == 1


def test_a_closed_interface_tells_nothing_of_the_plugin() -> None:
    closed = FetchError(LinkStatus.UNREACHABLE, "http 401", http_status=401)
    _, plugin = found({BLOG: WORDPRESS, INTERFACE + "moderator/v1": closed})
    assert plugin.well is None
    assert "http 401" in plugin.says


def test_subscribed_lists_are_told(run: Run, installed: Path, home: Path) -> None:
    lists = home / "moderator" / "lists"
    for name in ("garden", "broken", "new"):
        add_subscription(lists, Subscription(name, f"https://{name}.example/list"))

    def fetch(url: str, headers: object) -> Answer:
        if "garden" in url:
            return Answer(200, b"spam.example\ncasino.example\n")
        raise ListError("it cannot be fetched (timeout); try later")

    reports = subscribed_reports(Settings())
    reports.refresh(fetch, only=[one for one in reports.subscriptions() if one.name != "new"])
    outcome = run("doctor")
    assert outcome.code == 1
    assert "ok     subscribed list garden: 2 authors, fetched " in outcome.out
    assert "wrong  subscribed list broken: it cannot be fetched (timeout); try later. `moderator lists" in outcome.out
    assert "note   subscribed list new: it was never fetched. Run `moderator lists update`" in outcome.out


@contextmanager
def served(answers: dict[str, tuple[int, str, str]]) -> Iterator[str]:
    """Serves answers (status, type, body) by path on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = answers.get(self.path, (404, "text/plain", ""))
            if self.path.startswith("/api/") and self.headers["Authorization"] != "Bearer right":
                status = 401
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.loopback
def test_the_blog_is_asked_through_the_guard() -> None:
    page = '<link rel="https://api.w.org/" href="/?rest_route=/">'
    json_answer = (200, "application/json; charset=UTF-8", PLUGIN)
    with served({"/": (200, "text/html", page), "/?rest_route=/moderator/v1": json_answer}) as blog:
        [refused] = blog_findings([blog], fetcher(Settings()), asked_by_token=True)
        assert "allow_networks" in refused.do
        allowed = fetcher(Settings(allow_networks=(ip_network("127.0.0.0/8"),)))
        assert [finding.well for finding in blog_findings([blog], allowed, asked_by_token=True)] == [True, True]


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("token", "mentions", "said"),
    [
        ("", [], ""),
        ("wrong", [], "wrong  asked by token: the service refuses MODERATOR_API_TOKEN"),
        ("right", [], "note   asked by token: no program has asked"),
        (
            "right",
            [{"linkback": {"kind": "pingback", "received_at": "2026-05-04T12:30:00Z"}}],
            "ok     asked by token: last about a pingback of 2026-05-04T12:30 UTC",
        ),
    ],
)
def test_a_running_service_tells_what_programs_asked(
    run: Run, installed: Path, monkeypatch: pytest.MonkeyPatch, token: str, mentions: list[object], said: str
) -> None:
    monkeypatch.setenv("MODERATOR_API_TOKEN", token)
    decisions = json.dumps({"mentions": mentions, "next": 0})
    answers = {
        "/health": (200, "application/json", "{}"),
        "/api/v1/decisions?origin=api&limit=1": (200, "application/json", decisions),
    }
    with served(answers) as service:
        outcome = run("doctor", "--service", service)
    assert f"ok     service: {service} answers 200" in outcome.out
    assert said in outcome.out
    assert ("asked by token" in outcome.out) == bool(said)
    assert outcome.code == (1 if token == "wrong" else 0)


@pytest.mark.loopback
def test_a_service_that_is_not_there_is_told(run: Run, installed: Path) -> None:
    with served({}) as service:
        pass
    outcome = run("doctor", "--service", service)
    assert outcome.code == 1
    assert "does not answer. Start it with `moderator serve`" in outcome.out
