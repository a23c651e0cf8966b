"""Lists come through the guard, with conditions, and never larger or slower than they may."""

from collections.abc import Iterator, Mapping

import pytest

from moderator.domain_lists import subscribe
from moderator.errors import ListError
from moderator.linkcheck import list_download
from moderator.linkcheck.budget import Budget
from moderator.linkcheck.guard import Destination
from moderator.linkcheck.list_download import ListDownload

URL = "https://friend.example/lists/linkbacks.json"


class Given:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self._body = status, headers, body

    def chunks(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None:
        pass


class Server:
    """A resolver and transport in one; it notes what was asked."""

    def __init__(self, *answers: Given, address: str = "8.8.8.8") -> None:
        self.answers, self.address = list(answers), address
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        return (self.address,)

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> Given:
        self.asked.append((to.url, headers))
        return self.answers.pop(0)

    def download(self, **conditions: str) -> subscribe.Answer:
        return ListDownload(resolver=self, transport=self)(URL, conditions)


def text(body: bytes = b"pills.example\n", status: int = 200, **headers: str) -> Given:
    return Given(status, {"Content-Type": "text/plain", **headers}, body)


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-8", "application/octet-stream", ""])
def test_a_list_comes_with_what_the_next_request_needs(kind: str) -> None:
    server = Server(Given(200, {"Content-Type": kind, "ETag": '"x"', "Last-Modified": "then"}, b"pills.example\n"))
    assert server.download() == (200, b"pills.example\n", '"x"', "then")


def test_conditions_are_sent_and_nothing_new_is_no_failure() -> None:
    server = Server(text(b"", 304))
    assert server.download(**{"If-None-Match": '"x"'}).status == 304
    assert server.asked[0][1]["If-None-Match"] == '"x"'


def test_other_answers_are_told_by_status() -> None:
    assert Server(text(b"", 404)).download().status == 404
    assert Server(text(b"", 503)).download().status == 503


def test_a_private_address_is_not_asked() -> None:
    server = Server(text(), address="10.0.0.7")
    with pytest.raises(ListError, match="private"):
        server.download()
    assert server.asked == []


def test_a_redirect_is_guarded_as_well() -> None:
    away = Given(302, {"Location": "http://127.0.0.1/secret"}, b"")
    with pytest.raises(ListError, match="cannot be fetched"):
        Server(away).download()
    moved = Given(301, {"Location": "https://other.example/list"}, b"")
    server = Server(moved, text())
    assert server.download().status == 200
    assert [url for url, _ in server.asked] == [URL, "https://other.example/list"]


def test_a_page_is_no_list() -> None:
    with pytest.raises(ListError, match="text/html"):
        Server(Given(200, {"Content-Type": "text/html"}, b"<p>hello")).download()


def test_a_list_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_download, "MAX_BYTES", 1000)
    with pytest.raises(ListError, match="too large"):
        Server(text(b"a.example\n" * 300)).download()
