"""Fetching with a fake dialler: what would be dialled, without dialling."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
import requests

from moderator.linkcheck.budget import Budget
from moderator.linkcheck.fetch import Fetcher
from moderator.linkcheck.fetch_error import FetchError
from moderator.linkcheck.guard import Destination
from moderator.linkcheck.settings import LinkCheckSettings
from moderator.linkcheck.throttle import Throttle
from moderator.records import LinkStatus

V4, OTHER_V4, V6 = "93.184.215.14", "93.184.215.15", "2606:2800:21f:cb07::1"


@dataclass
class Answer:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    closed: bool = False

    def chunks(self) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        self.closed = True


def page(body: bytes = b"<p>x", **headers: str) -> Answer:
    return Answer(
        200,
        requests.structures.CaseInsensitiveDict(
            {"Content-Type": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
        ),
        body,
    )


def redirect(location: str, status: int = 301) -> Answer:
    return Answer(status, {"Location": location})


class FakeTransport:
    """Keeps what it is asked to dial; answers by URL."""

    def __init__(self, answers: Mapping[str, Answer | FetchError]) -> None:
        self.answers = answers
        self.dialled: list[tuple[str, str]] = []

    def get(
        self, to: Destination, address: str, headers: Mapping[str, str], budget: Budget, connect_timeout: float
    ) -> Answer:
        self.dialled.append((address, to.url))
        answer = self.answers.get(f"{address} {to.url}") or self.answers[to.url]
        if isinstance(answer, FetchError):
            raise answer
        return answer


class FakeResolver:
    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    def resolve(self, host: str, timeout: float) -> tuple[str, ...]:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def fetcher(
    answers: Mapping[str, Answer | FetchError], *addresses: tuple[str, ...], **changes: object
) -> tuple[Fetcher, FakeTransport]:
    settings = LinkCheckSettings(**{"pause": 0.0, **changes})  # type: ignore[arg-type]  # values of many types
    transport = FakeTransport(answers)
    return Fetcher(settings, FakeResolver(*(addresses or ((V4,),))), transport, Throttle(settings)), transport


def refused(made: Fetcher, url: str = "http://a.example/") -> FetchError:
    with pytest.raises(FetchError) as caught:
        made.fetch(url)
    return caught.value


def test_exactly_the_checked_address_is_dialled() -> None:
    made, transport = fetcher({"http://a.example/": page()}, (V4, V6))
    assert made.fetch("http://A.example./#x").addresses == (V4, V6)
    assert transport.dialled == [(V4, "http://a.example/")]


@pytest.mark.parametrize(
    "bad", ["127.0.0.1", "10.0.0.1", "::1", "64:ff9b::7f00:1", "169.254.169.254", "fe80::1%eth0", ""]
)
@pytest.mark.parametrize("place", [0, 1])
def test_one_bad_address_spoils_the_host(bad: str, place: int) -> None:
    addresses = (bad, V4) if place == 0 else (V4, bad)
    made, transport = fetcher({"http://a.example/": page()}, addresses)
    assert refused(made).status is LinkStatus.REFUSED
    assert transport.dialled == []


def test_rebinding_public_then_loopback() -> None:
    made, transport = fetcher(
        {"http://a.example/": redirect("/b"), "http://a.example/b": page()}, (V4,), ("127.0.0.1",)
    )
    error = refused(made)
    assert (error.status, error.detail, error.redirects) == (LinkStatus.REFUSED, "loopback address", 1)
    assert transport.dialled == [(V4, "http://a.example/")]


def test_a_second_address_gets_its_try() -> None:
    dead = FetchError(LinkStatus.UNREACHABLE, "timeout")
    made, transport = fetcher({f"{V4} http://a.example/": dead, "http://a.example/": page()}, (V4, OTHER_V4))
    assert made.fetch("http://a.example/").http_status == 200
    assert [address for address, _ in transport.dialled] == [V4, OTHER_V4]
    made, transport = fetcher({"http://a.example/": dead}, (V4, OTHER_V4, V6, "8.8.8.8"))
    assert refused(made).detail == "timeout"
    assert len(transport.dialled) == 3


def test_no_address() -> None:
    made, _ = fetcher({}, ())
    error = refused(made)
    assert (error.status, error.detail) == (LinkStatus.UNREACHABLE, "dns")


def test_addresses_are_not_resolved() -> None:
    made, transport = fetcher({f"http://{V4}/": page(), f"http://[{V6}]/": page()}, ("10.0.0.1",))
    made.fetch(f"http://{V4}/")
    made.fetch(f"http://[{V6}]/")
    assert [address for address, _ in transport.dialled] == [V4, V6]


def chain(length: int) -> dict[str, Answer | FetchError]:
    hops: dict[str, Answer | FetchError] = {
        f"http://a.example/{n}": redirect(f"http://a.example/{n + 1}") for n in range(length)
    }
    return {**hops, f"http://a.example/{length}": page()}


def test_five_redirects_and_no_more() -> None:
    made, _ = fetcher(chain(5))
    found = made.fetch("http://a.example/0")
    assert (found.redirects, found.url) == (5, "http://a.example/5")
    made, transport = fetcher(chain(6))
    error = refused(made, "http://a.example/0")
    assert (error.status, error.detail) == (LinkStatus.REFUSED, "too many redirects")
    assert len(transport.dialled) == 6


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        ("http://127.0.0.1/", "loopback address"),
        ("//10.0.0.1/", "private address"),
        ("http://0x7f.1/", "odd spelling of an address"),
        ("http://b.example:22/", "port not allowed"),
        ("http://user@b.example/", "user name in address"),
        ("ftp://b.example/", "not http or https"),
        ("javascript:alert(1)", "not http or https"),
        ("http://[x/", "bad redirect"),
        ("http://a.example/", "redirect loop"),
        ("http://b.example/\x00", "bad character in address"),
    ],
)
def test_every_hop_is_checked_again(location: str, detail: str) -> None:
    made, transport = fetcher({"http://a.example/": redirect(location)})
    error = refused(made)
    assert (error.status, error.detail, error.http_status) == (LinkStatus.REFUSED, detail, 301)
    assert len(transport.dialled) == 1


def test_downgrade_only_where_allowed() -> None:
    answers = {"https://a.example/": redirect("http://a.example/"), "http://a.example/": page()}
    made, _ = fetcher(answers)
    assert refused(made, "https://a.example/").detail == "redirect from https to http"
    made, _ = fetcher(answers, allow_downgrade=True)
    assert made.fetch("https://a.example/").url == "http://a.example/"


def test_utf8_in_a_location() -> None:
    made, transport = fetcher(
        {
            "http://a.example/": redirect("/straße".encode().decode("latin-1")),
            "http://a.example/stra%C3%9Fe": page(),
        }
    )
    made.fetch("http://a.example/")
    assert transport.dialled[-1][1] == "http://a.example/stra%C3%9Fe"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, LinkStatus.GONE),
        (410, LinkStatus.GONE),
        (400, LinkStatus.UNREACHABLE),
        (401, LinkStatus.UNREACHABLE),
        (403, LinkStatus.UNREACHABLE),
        (429, LinkStatus.UNREACHABLE),
        (451, LinkStatus.UNREACHABLE),
        (500, LinkStatus.UNREACHABLE),
        (503, LinkStatus.UNREACHABLE),
        (300, LinkStatus.UNREACHABLE),
        (304, LinkStatus.UNREACHABLE),
        (302, LinkStatus.UNREACHABLE),  # a redirect to nowhere
    ],
)
def test_statuses(status: int, expected: LinkStatus) -> None:
    answer = Answer(status)
    made, _ = fetcher({"http://a.example/": answer})
    error = refused(made)
    assert (error.status, error.detail, error.http_status) == (expected, f"http {status}", status)
    assert answer.closed


@pytest.mark.parametrize(
    ("content_type", "body", "is_html", "read"),
    [
        ("text/html", b"x", True, True),
        ("TEXT/HTML ; charset=x", b"x", True, True),
        ("application/xhtml+xml", b"x", True, True),
        ("text/plain", b"<html>", False, True),
        ("", b"  <!-- a --> <!doctype html>", True, True),
        ("", b"just words", False, True),
        ("", b"<!--" * 1000, False, True),
        ("application/json", b"{}", False, False),
        ("application/rss+xml", b"<rss>", False, False),
        ("image/png", b"\x89PNG", False, False),
        ("text/html2", b"<html>", False, False),
    ],
)
def test_types(content_type: str, body: bytes, is_html: bool, read: bool) -> None:
    made, _ = fetcher({"http://a.example/": page(body, Content_Type=content_type)})
    found = made.fetch("http://a.example/")
    assert (found.is_html, bool(found.body)) == (is_html, read)


def test_charset_of_the_header() -> None:
    made, _ = fetcher({"http://a.example/": page(Content_Type='text/html; x=y; Charset="koi8-r"')})
    assert made.fetch("http://a.example/").charset == "koi8-r"


def test_ports_of_opened_networks() -> None:
    url = "http://a.example:3000/"
    made, _ = fetcher({url: page()}, ("10.1.0.1",), allow_networks=("10.1.0.0/16",))
    assert made.fetch(url).http_status == 200
    # A public address keeps to the ports of the web, whatever else is open.
    for addresses in ((V4,), ("10.1.0.1", V4)):
        made, transport = fetcher({url: page()}, addresses, allow_networks=("10.1.0.0/16",))
        assert refused(made, url).detail == "port not allowed"
        assert transport.dialled == []


def test_other_bytes_in_a_location_go_back_as_they_came() -> None:
    made, transport = fetcher(
        {
            "http://a.example/": redirect("/caf\xe9/\xc0\xe5"),
            "http://a.example/caf%E9/%C0%E5": page(),
        }
    )
    made.fetch("http://a.example/")
    assert transport.dialled[-1][1] == "http://a.example/caf%E9/%C0%E5"


def test_a_private_address_behind_the_networks_own_nat64_is_refused() -> None:
    made, transport = fetcher(
        {"http://a.example/": page()}, ("2001:4860:64::a00:1",), nat64_prefixes=("2001:4860:64::/96",)
    )
    assert refused(made).detail == "private address"
    assert not transport.dialled
