"""Addresses of one page are equal, of two pages they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.urls import canonical, parse_url, same_page

BASE = "http://example.com/a/b?x=1&y=2"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.com/a/b?x=1&y=2",
        "HTTP://WWW.EXAMPLE.COM:80/a/b/?y=2&x=1",
        "http://example.com./a/b?x=1&y=2#part",
        "http://user:pw@example.com/a/b?x=1&y=2",
        "http://example.com/%61/./c/../b?x=%31&y=2",
        "http://example.com/a/b?utm_source=n&x=1&y=2&fbclid=z",
        "//example.com/a/b?x=1&y=2",
        "example.com/a/b?x=1&y=2",
    ],
)
def test_same(other: str) -> None:
    assert same_page(BASE, other)
    assert canonical(BASE) == canonical(other)


@pytest.mark.parametrize(
    "other",
    [
        "http://example.com/a/B?x=1&y=2",
        "http://example.com/a/b",
        "http://example.com/a/b?x=1&y=3",
        "http://example.com:8080/a/b?x=1&y=2",
        "http://blog.example.com/a/b?x=1&y=2",
        "http://example.com/a%2Fb?x=1&y=2",
        "",
    ],
)
def test_different(other: str) -> None:
    assert not same_page(BASE, other)


def test_garbage_is_the_same_as_nothing() -> None:
    assert not same_page("no url", "no url")
    assert canonical(" no url ") == "no url"


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://www.com/", "http://www.com"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://bücher.example/ä%c3%a4", "http://xn--bcher-kva.example/%C3%A4%C3%A4"),
        ("http://example.com/a;jsessionid=1F?b=c+d", "http://example.com/a?b=c%20d"),
        ("http://example.com/../../a", "http://example.com/a"),
        ("ftp://example.com/a", "ftp://example.com/a"),
    ],
)
def test_form(url: str, form: str) -> None:
    assert canonical(url) == form


@given(st.text(max_size=40), st.text(max_size=40))
def test_canonical_is_stable(path: str, query: str) -> None:
    once = canonical(f"http://www.example.com/{path}?{query}")
    if parse_url(once).host:
        assert canonical(once) == once
