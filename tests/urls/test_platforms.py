"""Whose page it is, on own domains, platforms and silos."""

from importlib.resources import files

import pytest

from moderator.urls import parse_url


@pytest.mark.parametrize(
    ("url", "domain", "author", "platform"),
    [
        ("http://www.blog.example.co.uk/a", "example.co.uk", "example.co.uk", ""),
        ("http://someone.blogspot.com/", "someone.blogspot.com", "someone.blogspot.com", "blogspot.com"),
        ("http://someone.github.io/x", "someone.github.io", "someone.github.io", "github.io"),
        ("http://www.someone.wordpress.com/", "someone.wordpress.com", "someone.wordpress.com", "wordpress.com"),
        ("http://wordpress.com/", "wordpress.com", "wordpress.com", "wordpress.com"),
        ("http://www.wordpress.com/", "wordpress.com", "wordpress.com", "wordpress.com"),
        ("http://someone.free.fr/", "someone.free.fr", "someone.free.fr", "free.fr"),
        ("http://perso.free.fr/Someone/", "perso.free.fr", "perso.free.fr/someone", "perso.free.fr"),
        ("https://medium.com/@someone/post", "medium.com", "medium.com/@someone", "medium.com"),
        ("https://someone.medium.com/post", "someone.medium.com", "someone.medium.com", "medium.com"),
        ("https://mobile.twitter.com/Someone/status/1", "twitter.com", "twitter.com/someone", "twitter.com"),
        ("https://twitter.com/i/someone", "twitter.com", "twitter.com/i/someone", "twitter.com"),
        ("https://www.facebook.com/pages/Fish/12", "facebook.com", "facebook.com/pages/fish", "facebook.com"),
        ("https://sites.google.com/site/fish/home", "google.com", "sites.google.com/site/fish", "sites.google.com"),
        ("https://www.google.com/fish", "google.com", "google.com", ""),
        (
            "http://www.livejournal.com/users/someone/1",
            "livejournal.com",
            "livejournal.com/users/someone",
            "livejournal.com",
        ),
        ("http://cs.example.edu/~someone/x", "example.edu", "example.edu/~someone", "example.edu"),
        ("http://twitter.com", "twitter.com", "twitter.com", "twitter.com"),
        ("http://localhost/fish", "localhost", "localhost", ""),
    ],
)
def test_authors(url: str, domain: str, author: str, platform: str) -> None:
    found = parse_url(url)
    assert (found.domain, found.author, found.platform) == (domain, author, platform)


def test_every_listed_platform_is_found() -> None:
    section = ""
    lines = (files("moderator") / "data" / "platforms.txt").read_text("utf-8").splitlines()
    seen: set[tuple[str, str]] = set()
    for line in lines:
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0].startswith("["):
            section = words[0]
            continue
        assert (section, words[0]) not in seen, f"{words[0]} is listed twice"
        seen.add((section, words[0]))
        if section == "[subdomains]":
            assert parse_url(f"http://someone.{words[0]}/").author == f"someone.{words[0]}"
        else:
            assert parse_url(f"http://{words[0]}/someone/").author == f"{words[0]}/someone"
            for passing in words[1:]:
                assert parse_url(f"http://{words[0]}/{passing}/someone/").author == f"{words[0]}/{passing}/someone"
