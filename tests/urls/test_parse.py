"""Hosts, owners and oddities of URLs."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderator.urls import canonical, host_of, parse_url


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "path"),
    [
        ("http://example.com/a?b#c", "http", "example.com", None, "/a"),
        ("HTTPS://User:Pw@Example.COM:8080/", "https", "example.com", 8080, "/"),
        ("http://example.com:80", "http", "example.com", None, ""),
        ("http://example.com:443/", "http", "example.com", 443, "/"),
        ("http://example.com.:/x", "http", "example.com", None, "/x"),
        ("  http://exam\nple.com/\x00", "http", "example.com", None, "/"),
        ("//example.com/a", "", "example.com", None, "/a"),
        ("www.example.com/a", "", "www.example.com", None, "/a"),
        ("example.com:8080/a", "", "example.com", 8080, "/a"),
        ("http://good.example\\@bad.example/", "http", "good.example", None, "/@bad.example/"),
        ("http://good.example@bad.example/", "http", "bad.example", None, "/"),
        ("http://ex%61mple.com/", "http", "example.com", None, "/"),
        ("http://bücher.example/", "http", "xn--bcher-kva.example", None, "/"),
        ("http://BÜCHER.example/", "http", "xn--bcher-kva.example", None, "/"),
        ("http://例え.テスト/", "http", "xn--r8jz45g.xn--zckzah", None, "/"),
        ("http://i❤.example/", "http", "xn--i-7iq.example", None, "/"),
        ("http://my_blog.example/", "http", "my_blog.example", None, "/"),
        ("http://localhost/", "http", "localhost", None, "/"),
    ],
)
def test_parts(text: str, scheme: str, host: str, port: int | None, path: str) -> None:
    url = parse_url(text)
    assert (url.scheme, url.host, url.port, url.path) == (scheme, host, port, path)
    assert url.text == text
    assert host_of(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "hello world",
        "/relative/path.html",
        "http://",
        "http:///path",
        "http://a b/",
        "http://a..b/",
        "http://.example/",
        "http://exa<mple/",
        "http://example.com:99999/",
        "http://example.com:http/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[zz]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://08.1.1.1/",
        "http://example.123/",
        "http://\ud800.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "http://example.com/" + "a" * 9000,
    ],
)
def test_unusable_hosts_are_empty(text: str) -> None:
    url = parse_url(text)
    assert (url.host, url.domain, url.author, url.suffix, url.is_ip) == ("", "", "", "", False)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.0x0.0x0.0x1", "127.0.0.1"),
        ("0x7F000001", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:FFFF:7F00:1]", "::ffff:7f00:1"),
        ("[2001:DB8::1]", "2001:db8::1"),
    ],
)
def test_addresses_in_every_spelling(host: str, address: str) -> None:
    url = parse_url(f"http://user@{host}:81/x")
    assert (url.host, url.domain, url.author, url.is_ip, url.port) == (address, address, address, True, 81)


@given(st.text(max_size=80))
@example("http://[" + "9" * 300)
@example("http://0x" + "f" * 300 + "/")
@example("http://" + "9" * 5000 + "/")
@example("http://xn--/")
@example("http://xn--\x80/")
@settings(max_examples=200, deadline=None)
def test_never_raises(text: str) -> None:
    for spelling in (
        text,
        f"http://{text}/",
        f"http://example.com/{text}",
        f"https://user@{text}:{text}/?{text}#{text}",
    ):
        url = parse_url(spelling)
        assert url.host == url.host.lower() == host_of(spelling)
        assert url.host.isascii()
        assert canonical(url) == canonical(spelling)
