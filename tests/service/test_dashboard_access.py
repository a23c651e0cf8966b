"""Who may see the moderation page, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest
from starlette.testclient import TestClient

from moderator.config.service import Secrets
from moderator.service.records import Filter, Status
from tests.service.dashboard_steps import csrf, filled
from tests.service.service_fakes import PASSWORD, World


@pytest.fixture
def page(client: TestClient) -> TestClient:
    """A browser that has signed in."""
    answer = client.post("/sign-in", data={"password": PASSWORD})
    assert answer.url.path == "/"
    return client


def test_nothing_is_seen_without_signing_in(client: TestClient, world: World) -> None:
    filled(world)
    for path in ("/", "/mention/m1", "/domain/blog1.example", "/reach", "/publishers"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    assert client.get("/counts.json").url.path == "/sign-in"
    assert client.get("/counts.json", headers={"accept": "application/json"}).status_code == 401
    assert client.post("/decide", data={"id": "m1", "word": "ham"}).status_code == 401
    mention = world.container.store.get("m1")
    assert mention is not None
    assert mention.label is None


def test_signing_in(client: TestClient, world: World) -> None:
    wrong = client.post("/sign-in", data={"password": "wrong"})
    assert wrong.status_code == 401
    assert "not the password" in wrong.text
    right = client.post("/sign-in", data={"password": PASSWORD, "to": "/reach"}, follow_redirects=False)
    assert right.headers["location"] == "/reach"
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    elsewhere = client.post("/sign-in", data={"password": PASSWORD, "to": "//evil.example/"}, follow_redirects=False)
    assert elsewhere.headers["location"] == "/"
    world.clock.go(hours=13)
    assert client.get("/", follow_redirects=False).status_code == 303


def test_guessing_is_slowed(client: TestClient, world: World) -> None:
    world.container.wrong_attempts._per_minute = 2
    guesser = TestClient(client.app, client=("192.0.2.1", 1))
    codes = [guesser.post("/sign-in", data={"password": "x"}).status_code for _ in range(3)]
    assert codes == [401, 401, 429]


def test_a_forged_or_stale_cookie_is_nobodys(page: TestClient) -> None:
    good = page.cookies["moderator"]
    said, _, signature = good.partition(".")
    for bad in (said, f"{said}.", f"{said}.{'0' * 64}", f"x{said}.{signature}", f"\udcff.{signature}"):
        page.cookies.clear()
        page.cookies.set("moderator", bad.encode("utf-8", "replace").decode())
        assert page.get("/", follow_redirects=False).status_code == 303


def test_signing_out(page: TestClient) -> None:
    page.post("/sign-out", data={"csrf": csrf(page)})
    assert page.get("/", follow_redirects=False).status_code == 303


def test_a_proxy_may_say_who_it_is(make_world: Callable[..., World]) -> None:
    world = make_world(user_header="X-User", trusted_proxies=(ip_network("10.0.0.0/8"),))
    filled(world)
    ours = TestClient(world.app, client=("10.1.1.1", 1), headers={"x-user": "ada"})
    assert "Title 1" in ours.get("/").text
    ours.post("/decide", data={"csrf": csrf(ours), "id": "m1", "word": "spam"})
    assert [action.by for action in world.container.store.actions("m1")] == ["ada"]
    stranger = TestClient(world.app, client=("192.0.2.1", 1), headers={"x-user": "ada"})
    assert stranger.get("/", follow_redirects=False).status_code == 303


def test_without_a_password_the_page_is_closed(make_world: Callable[..., World]) -> None:
    made = make_world()
    world = World(made.folder, replace(made.settings, database=made.folder / "other.sqlite3"), Secrets())
    client = TestClient(world.app)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "MODERATOR_PASSWORD_HASH" in answer.text
    assert client.post("/sign-in", data={"password": ""}).status_code == 401
    world.close()


def test_every_page_forbids_what_it_does_not_need(page: TestClient, world: World) -> None:
    filled(world)
    for path in (
        "/",
        "/mention/m1",
        "/domain/blog1.example",
        "/reach",
        "/publishers",
        "/nothing/at/all",
        "/static/page.js",
    ):
        headers = page.get(path).headers
        if path.startswith("/nothing"):
            continue
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert page.get("/").headers["cache-control"] == "no-store"
    assert page.get("/static/secret.py").status_code == 404
    assert page.get("/static/..%2froutes.py").status_code == 404


@pytest.mark.parametrize("forged", [{"csrf": ""}, {"csrf": "0" * 64}, {}])
def test_a_forged_form_is_refused(page: TestClient, world: World, forged: dict[str, str]) -> None:
    filled(world)
    assert page.post("/decide", data=forged | {"id": "m0", "word": "ham"}).status_code == 403
    assert world.container.store.counts(Filter())[Status.APPROVED] == 0


def test_a_form_from_elsewhere_is_refused(page: TestClient, world: World) -> None:
    filled(world)
    form = {"csrf": csrf(page), "id": "m0", "word": "ham"}
    assert page.post("/decide", data=form, headers={"origin": "https://evil.example"}).status_code == 403
    assert page.post("/decide", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.post("/decide", data=form, headers={"origin": "http://testserver"}).status_code == 200


def test_a_foreign_page_cannot_sign_anybody_in(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"password": PASSWORD}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_who_only_a_proxy_can_name_is_not_asked_for_a_password(make_world: Callable[..., World]) -> None:
    made = make_world(user_header="X-User", trusted_proxies=(ip_network("10.0.0.0/8"),))
    world = World(made.folder, replace(made.settings, database=made.folder / "other.sqlite3"), Secrets())
    answer = TestClient(world.app, client=("192.0.2.1", 1)).get("/")
    assert answer.status_code == 403
    assert "proxy" in answer.text
    world.close()


@pytest.mark.parametrize(
    "path",
    [
        "/?before=99999999999999999999",
        "/?before=-1&status=%00&time=never&verdict=%ff",
        "/?text=%ed%a0%80%00%25_%5c",
        "/?domain=%00&campaign=%22&target_url=javascript:x&blog=%ff",
        "/mention/%00",
        "/mention/%ff%fe",
        "/mention/a/b",
        "/domain/%2e%2e/%00",
        "/campaign/" + "x" * 5000,
        "/reach?days=-1&blog=%00",
        "/counts.json?blog=%ed%a0%80",
        "/?undo=%ff",
    ],
)
def test_odd_addresses_are_answered(page: TestClient, world: World, path: str) -> None:
    filled(world)
    assert page.get(path).status_code in (200, 404)


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"\xff\xfe=%ff&csrf=",
        b"label=ham&id=" + b"x" * 60_000,
        b"&".join(b"id=m%d" % number for number in range(5000)),
        b"label=ham&back=//evil.example/&csrf=%00",
    ],
)
def test_odd_forms_change_nothing(page: TestClient, world: World, form: bytes) -> None:
    filled(world)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("/decide", "/undo", "/sign-out", "/sign-in"):
        assert page.post(path, content=form, headers=headers, follow_redirects=False).status_code < 500
    assert world.container.store.counts(Filter())[Status.HELD] == 3


def test_going_back_stays_here(page: TestClient, world: World) -> None:
    filled(world)
    token = csrf(page)
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\r\nx: y"):
        form = {"csrf": token, "id": "m0", "word": "ham", "back": back}
        where = page.post("/decide", data=form, follow_redirects=False).headers["location"]
        assert where.partition("?")[0] == "/"
