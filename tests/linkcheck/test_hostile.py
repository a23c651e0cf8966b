"""The battery against a hostile server, as a test; see `tests.linkcheck.battery` for the cases and the table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.linkcheck.verifier import HttpVerifier
from moderator.records import Linkback, LinkPosition, LinkStatus
from tests.linkcheck.battery import CASES, SERVER, Arena, Peak, arena
from tests.linkcheck.hostile_server import TARGET

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def place() -> Iterator[Arena]:
    with arena() as made:
        yield made


@pytest.mark.parametrize(("case", "status", "detail"), CASES, ids=[case[0] for case in CASES])
def test_hostile(place: Arena, case: str, status: LinkStatus, detail: str) -> None:
    with Peak() as peak:
        evidence = place.look(case)
    assert (evidence.status, detail) == (status, evidence.detail if detail else "")
    assert peak.megabytes < 100
    assert not place.secret.requests
    # What was not read says nothing about links.
    if status in (LinkStatus.GONE, LinkStatus.UNREACHABLE, LinkStatus.REFUSED, LinkStatus.NOT_HTML):
        assert evidence.hidden is None and evidence.outbound_links is None
    assert (evidence.position is LinkPosition.UNKNOWN) is (status is not LinkStatus.FOUND)


def test_what_is_sent_and_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with arena(blog="https://ours.example/") as place:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{SERVER}:1/")
        evidence = place.look("http /to-good")
        assert (evidence.status, evidence.redirects) == (LinkStatus.FOUND, 1)
        assert evidence.final_url == place.urls["http"] + "/good"
        first, second = place.server.requests
        assert first.startswith("GET /to-good HTTP/1.1\r\n")
        assert f"Host: {place.urls['http'].removeprefix('http://')}\r\n" in first
        assert "link check; +https://ours.example/" in first
        for head in (first, second):
            names = {line.partition(":")[0].lower() for line in head.split("\r\n")[1:] if line}
            assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_the_path_is_sent_as_it_was_checked() -> None:
    with arena() as place:
        for path in ("/a?", "/a//b/../c?x=%7E&y=1;z", "//a/b"):
            place.look(f"http {path}")
            assert place.server.requests[-1].startswith(f"GET {path} HTTP/1.1\r\n")


def test_credentials_of_the_machine_stay_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with arena() as place:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine good.example login me password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        place.look("http /good")
        assert "authorization" not in place.server.requests[0].lower()


def test_rebinding_asks_once_and_dials_what_was_checked() -> None:
    with arena() as place:
        evidence = place.look("rebinding /good")
        assert evidence.status is LinkStatus.FOUND
        assert place.resolver.asked == ["rebinding.example"]
        assert len(place.server.requests) == 1 and not place.secret.requests
        # The second answer is the refused address: the second look is refused before it dials.
        assert place.look("rebinding /good").status is LinkStatus.REFUSED
        assert not place.secret.requests


def test_rebinding_between_redirects() -> None:
    with arena() as place:
        # One hop uses the first answer; the next hop resolves anew, is checked anew, and is refused.
        evidence = place.look("rebinding /to-good")
        assert (evidence.status, evidence.detail) == (LinkStatus.REFUSED, "loopback address")
        assert place.resolver.asked == ["rebinding.example"] * 2
        assert not place.secret.requests


def test_a_source_that_failed_is_left_alone() -> None:
    with arena(failed_seconds=60.0) as place:
        assert place.look("http /503").status is LinkStatus.UNREACHABLE
        assert place.look("http /503").detail == "http 503"
        assert len(place.server.requests) == 1


def test_a_page_that_was_read_answers_again() -> None:
    with arena(cache_seconds=60.0) as place:
        first = place.look("http /good")
        assert place.look("http /good") == first
        assert len(place.server.requests) == 1
        other = place.verifier.verify(Linkback(place.urls["http"] + "/good#x", "https://elsewhere.example/"))
        assert other.status is LinkStatus.MISSING
        assert len(place.server.requests) == 1


def test_a_host_s_budget() -> None:
    with arena(per_host_minute=2) as place:
        assert [place.look(f"http /{name}").status for name in ("good", "none")] == [
            LinkStatus.FOUND,
            LinkStatus.MISSING,
        ]
        third = place.look("http /404")
        assert (third.status, third.detail, third.checked_at) == (LinkStatus.NOT_CHECKED, "host budget spent", None)
        assert len(place.server.requests) == 2


def test_an_address_has_a_budget_whatever_the_names() -> None:
    with arena(per_address_minute=2) as place:
        looks = [place.look(f"{name} /good").detail for name in ("http", "dead-address-first", "rebinding")]
        assert looks == ["", "", "address budget spent"]


def test_the_machine_s_own_resolver_refuses_localhost() -> None:
    evidence = HttpVerifier().verify(Linkback("http://localhost.example.com@127.0.0.1/", TARGET))
    assert evidence.status is LinkStatus.REFUSED
    assert HttpVerifier().verify(Linkback("http://localhost/", TARGET)).status is LinkStatus.REFUSED
