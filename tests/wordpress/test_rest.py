"""The REST interface's bad days: one clear line each, patience where it helps, and no secret anywhere."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from moderator.errors import InputError, ModeratorError, QueueError
from moderator.wordpress.http import RestClient, checked_address
from moderator.wordpress.live_queue import NUMBER, Change
from moderator.wordpress.rest import WordPressSite
from tests.wordpress.blog import HOME, Blog, FakeRest, answer

PASSWORD = "abcd efgh ijkl"
Before = Callable[[requests.PreparedRequest], requests.Response | None]


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path / "blog.db").make()
    blog.fill(250)
    return blog


def _site(blog: Blog, before: Before = lambda request: None) -> tuple[WordPressSite, FakeRest, list[float]]:
    rest, waits = FakeRest(blog, before), list[float]()
    client = RestClient(HOME, ("owner", PASSWORD), rest.session(), waits.append)
    return WordPressSite(client), rest, waits


def _always(response: Callable[[], requests.Response]) -> Before:
    return lambda request: response() if "comments" in str(request.url) else None


LOGIN_PAGE = "<!DOCTYPE html><title>Log in</title>"
BAD: dict[str, tuple[Callable[[], requests.Response], str]] = {
    "401": (
        lambda: answer({"code": "incorrect_password"}, 401),
        "refuses user 'owner' .HTTP 401, 'incorrect_password'",
    ),
    "403": (lambda: answer({"code": "rest_forbidden_context"}, 403), "HTTP 403.*application passwords"),
    "403 html": (lambda: answer("<h1>Forbidden</h1>", 403), "HTTP 403, without a reason"),
    "404": (lambda: answer({"code": "rest_no_route"}, 404), "HTTP 404, 'rest_no_route'"),
    "429": (lambda: answer("slow down", 429), "no answer after 6 tries .HTTP 429.; run the same command again"),
    "500": (lambda: answer("<b>Fatal error</b>", 500), "no answer after 6 tries .HTTP 500"),
    "503": (lambda: answer({"code": "maintenance"}, 503), "no answer after 6 tries .HTTP 503"),
    "html": (lambda: answer(LOGIN_PAGE, headers={"Content-Type": "text/html"}), "'text/html' instead of JSON"),
    "half": (lambda: answer(b'[{"id": 1', total=1), "instead of JSON"),
    "no list": (lambda: answer({"a": 1}, total=1), "where a list should be"),
    "no total": (lambda: answer([]), "X-WP-Total"),
    "redirect": (
        lambda: answer("", 301, headers={"Location": "https://www.blog.example/"}),
        "give the address 'https://www.blog.example/'",
    ),
    "nested": (lambda: answer(b"[" * 100_000, total=1), "instead of JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_end_in_one_clear_line(blog: Blog, name: str) -> None:
    response, message = BAD[name]
    site, _, _ = _site(blog, _always(response))
    before = blog.statuses()
    works: list[Callable[[], object]] = [lambda: list(site.read())]
    if name != "no total":  # only a whole listing needs it
        works.append(lambda: site.change([Change(1, "hold", "spam", "")]))
    for work in works:
        with pytest.raises(QueueError, match=message) as refused:
            work()
        told = "".join(traceback.format_exception(refused.value))
        assert "\n" not in str(refused.value) and "blog.example" in str(refused.value)
        assert PASSWORD not in told
    assert blog.statuses() == before


@pytest.mark.parametrize("error", [requests.ConnectionError("reset"), requests.Timeout("slow")])
def test_a_lost_connection_is_tried_again_with_growing_waits(blog: Blog, error: Exception) -> None:
    left = [3]

    def lose(request: requests.PreparedRequest) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise error

    site, rest, waits = _site(blog)
    rest.before = lose
    assert site.total() > 0
    assert waits == [1.0, 2.0, 4.0]


def test_comments_of_the_webmention_plugin_are_webmentions(tmp_path: Path) -> None:
    blog = Blog(tmp_path / "blog.db").make()
    for number, kind in enumerate(["webmention", "like", "comment", "mention", "comment", "note", "pingback"], 1):
        blog.add(number, kind=kind)
    for row in [
        (3, "protocol", "webmention"),
        (3, "webmention_source_url", "https://a.example/reply?a=1&amp;b=2"),
        (4, "protocol", "activitypub"),
    ]:
        blog.run("INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value) VALUES (?, ?, ?)", row)
    rest = FakeRest(blog, namespaces=("wp/v2", "webmention/1.0"))
    site = WordPressSite(RestClient(HOME, ("owner", PASSWORD), rest.session()))
    cases = {row.values[NUMBER]: site.case(row) for row in site.read()}
    kinds = {number: case.linkback.kind.value for number, case in cases.items()}
    assert kinds == {1: "webmention", 2: "webmention", 3: "webmention", 7: "pingback"}
    assert cases[3].linkback.source_url == "https://a.example/reply?a=1&b=2"
    assert [row.position for row in site.read(after=2)] == [3, 4]
    site.change([Change(number, "hold", "spam", "") for number in (3, 4, 5)])
    assert [number for number, status in blog.statuses().items() if status == "spam"] == [3]
    # a site without that plugin is asked for pings alone
    bare = WordPressSite(RestClient(HOME, ("owner", PASSWORD), FakeRest(blog).session()))
    assert [row.values[NUMBER] for row in bare.read()] == [7]


DEAD = [
    (requests.ConnectionError("NameResolutionError: Name or service not known"), "the name is not known"),
    (requests.ConnectionError("[Errno 111] Connection refused"), "the connection is refused"),
    (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), "its certificate is not valid"),
    (requests.ConnectTimeout("slow"), "ConnectTimeout"),
]


@pytest.mark.parametrize(("error", "told"), DEAD)
def test_an_address_where_nobody_answers_is_told_at_once(blog: Blog, error: Exception, told: str) -> None:
    waits = list[float]()

    def dead(request: requests.PreparedRequest) -> None:
        raise error

    rest = FakeRest(blog, dead)
    client = RestClient(HOME, ("owner", PASSWORD), rest.session(), waits.append)
    with pytest.raises(QueueError, match=told) as refused:
        WordPressSite(client)
    assert sum(waits) <= 2 and len(rest.asked) == 2
    assert "goes on where it was" not in str(refused.value) and "check the address" in str(refused.value)


def test_a_busy_server_is_given_the_time_that_it_asks_for(blog: Blog) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    answers = [("7", 429), (later, 503), ("99999", 429), ("nonsense", 502)]

    def busy(request: requests.PreparedRequest) -> requests.Response | None:
        if not answers:
            return None
        wait, status = answers.pop(0)
        return answer("", status, headers={"Retry-After": wait})

    _, _, waits = _site(blog, busy)
    assert [round(wait) for wait in waits] == [7, pytest.approx(30, abs=2), 120, 8]


def test_a_change_that_arrived_without_an_answer_is_not_lost_and_not_doubled(blog: Blog) -> None:
    lost: list[str] = []

    def lose_the_answer(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and not lost:
            lost.append(str(request.url))
            blog.set_status(1, "spam")
            raise requests.ConnectionError("gone")

    site, _, _ = _site(blog, lose_the_answer)
    assert site.change([Change(1, "hold", "spam", "{}")]) == {1: "spam"}
    assert blog.statuses()[1] == "spam"


def test_a_row_that_is_deleted_before_its_turn_is_left_out(blog: Blog) -> None:
    def delete(request: requests.PreparedRequest) -> None:
        if request.method == "POST":
            blog.run("DELETE FROM wp_comments WHERE comment_ID = 1")

    site, _, _ = _site(blog, delete)
    assert site.change([Change(1, "hold", "spam", "{}"), Change(4, "hold", "spam", "{}")]) == {4: "spam"}


def test_rows_deleted_while_reading_hide_no_others(blog: Blog) -> None:
    pages: list[int] = []

    def delete(request: requests.PreparedRequest) -> None:
        if "offset=100" in str(request.url) and not pages:
            pages.append(1)
            blog.run("DELETE FROM wp_comments WHERE comment_ID IN (1, 2, 4)")

    site, _, _ = _site(blog, delete)
    seen = [row.values[NUMBER] for row in site.read()]
    assert len(seen) == len(set(seen))
    assert set(seen) >= {n for (n,) in blog.run("SELECT comment_ID FROM wp_comments WHERE comment_type = 'pingback'")}


def test_plain_addresses_of_the_interface(blog: Blog) -> None:
    rest = FakeRest(blog)
    session = rest.session()

    def plain(request: requests.PreparedRequest) -> requests.Response | None:
        return (
            answer("<html>not found</html>", 404)
            if "/wp-json" in str(request.url)
            else answer({"namespaces": ["wp/v2"], "home": HOME})
        )

    rest.before = plain
    client = RestClient(HOME, ("owner", PASSWORD), session, lambda wait: None)
    assert client.find_root()["home"] == HOME
    assert rest.asked[-1] == f"GET {HOME}/?rest_route=%2F"


def test_a_site_without_wordpress(blog: Blog) -> None:
    with pytest.raises(QueueError, match="no REST interface"):
        _site(blog, lambda request: answer({"hello": 1}))


def test_what_is_asked_for_needs_no_secret_in_the_address(blog: Blog) -> None:
    site, rest, _ = _site(blog)
    list(site.read())
    assert all(PASSWORD not in asked and "owner" not in asked for asked in rest.asked)
    assert len(rest.logins) == 1 and rest.logins.pop().startswith("Basic ")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://blog.example/", "unencrypted"),
        ("https://me:secret@blog.example/", "without user and password"),
        ("ftp://blog.example/", "no address of a blog"),
        ("https://", "no address of a blog"),
    ],
)
def test_addresses(address: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        checked_address(address)
    assert "secret" not in str(refused.value)
    assert isinstance(refused.value, ModeratorError)


def test_local_addresses_may_be_plain() -> None:
    assert checked_address("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    assert checked_address("http://localhost/blog/") == "http://localhost/blog"
