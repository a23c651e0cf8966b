"""Our own posts: which exist, which are open, and what the owner's feeds and sitemaps tell of them."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from moderator.config.service import Blog
from moderator.linkcheck.fetch import Fetched
from moderator.service.feeds import addresses_in
from moderator.service.targets import Existence, Targets
from tests.service.service_fakes import OwnPages

HOME = "https://ours.example/"
FEED = f"{HOME}feed"
MAP = f"{HOME}sitemap.xml"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def known(own: OwnPages, *posts: str, seconds: Seconds | None = None) -> tuple[Targets, Blog]:
    blog = Blog("ours", HOME, posts=posts)
    return Targets((blog,), own, seconds or Seconds()), blog


@pytest.mark.parametrize(
    ("document", "pages", "maps"),
    [
        ("<rss><channel><link>h</link><item><link>https://b.example/1</link></item></channel></rss>", 1, 0),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://b.example/1'/></entry></feed>", 1, 0),
        ("<feed><entry><link rel='edit' href='x'/><link rel='alternate' href='y'/></entry></feed>", 1, 0),
        ("<urlset><url><loc> https://b.example/1 </loc></url><url><loc>https://b.example/2</loc></url></urlset>", 2, 0),
        ("<s:urlset xmlns:s='x'><s:url><s:loc>https://b.example/1</s:loc></s:url></s:urlset>", 1, 0),
        ("<sitemapindex><sitemap><loc>https://b.example/s</loc></sitemap></sitemapindex>", 0, 1),
        ("<urlset><url><loc>https://b.example/1</loc></url><url><loc>cut of", 1, 0),
        ("<html><body>no feed</body></html>", 0, 0),
        ("", 0, 0),
        ("\x00\x01", 0, 0),
        ("<urlset>" * 100, 0, 0),
    ],
)
def test_what_feeds_and_sitemaps_name(document: str, pages: int, maps: int) -> None:
    found = addresses_in(document.encode())
    assert (len(found[0]), len(found[1])) == (pages, maps)


def test_entities_are_refused() -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = f"<!DOCTYPE x [<!ENTITY l0 'ha'>{laughs}]><urlset><url><loc>&l11;</loc></url></urlset>"
    outside = "<!DOCTYPE x [<!ENTITY o SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&o;</loc></url></urlset>"
    assert addresses_in(bomb.encode()) == ([], [])
    assert addresses_in(outside.encode()) == ([], [])


def test_a_sitemap_saves_looking() -> None:
    own = OwnPages(
        {
            MAP: "".join(
                (
                    "<sitemapindex>",
                    *(f"<sitemap><loc>{HOME}{n}</loc></sitemap>" for n in ("s1", "no")),
                    "</sitemapindex>",
                )
            ).encode(),
            f"{HOME}s1": f"<urlset><url><loc>{HOME}roses/</loc></url></urlset>".encode(),
            f"{HOME}new": b"<title>Not in the map yet</title>",
        }
    )
    targets, blog = known(own, MAP)
    assert targets.existence(blog, f"{HOME}roses?utm_source=x") is Existence.YES
    assert own.fetched == [MAP, f"{HOME}s1", f"{HOME}no"]
    assert targets.existence(blog, f"{HOME}new") is Existence.YES
    assert targets.existence(blog, f"{HOME}no-such") is Existence.NO
    assert len(own.fetched) == 5, "the map was read once"


def test_lists_are_read_again_after_a_while_and_kept_when_they_cannot_be() -> None:
    seconds = Seconds()
    own = OwnPages({FEED: f"<rss><item><link>{HOME}roses</link></item></rss>".encode()})
    targets, blog = known(own, FEED, seconds=seconds)
    assert targets.existence(blog, f"{HOME}roses") is Existence.YES
    seconds.now += 4000
    own.down = True
    assert targets.existence(blog, f"{HOME}roses") is Existence.YES, "as was known before"
    assert targets.existence(blog, f"{HOME}tulips") is Existence.UNKNOWN
    assert own.fetched.count(FEED) == 2


def test_what_does_not_exist_is_believed_for_a_while() -> None:
    seconds = Seconds()
    own = OwnPages({})
    targets, blog = known(own, seconds=seconds)
    for _ in range(3):
        assert targets.existence(blog, f"{HOME}new") is Existence.NO
    assert len(own.fetched) == 1
    own.pages[f"{HOME}new"] = b"<title>New</title>"
    seconds.now += 301
    assert targets.existence(blog, f"{HOME}new") is Existence.YES


def test_a_posts_words_are_kept() -> None:
    own = OwnPages({f"{HOME}roses": b"<title>Roses</title><article>Old roses.</article>"})
    targets, _ = known(own)
    for _ in range(2):
        post = targets.post(f"{HOME}roses")
        assert post is not None
        assert (post.title, "Old roses" in post.text) == ("Roses", True)
    assert len(own.fetched) == 1
    assert targets.post(f"{HOME}none") is None


def test_only_some_senders_wait_for_looks() -> None:
    going, begun = Event(), []

    def fetch(url: str) -> Fetched:
        begun.append(url)
        going.wait(10)
        return OwnPages({url: b"<title>x</title>"})(url)

    blog = Blog("ours", HOME)
    targets = Targets((blog,), fetch)
    threads = [Thread(target=targets.existence, args=(blog, f"{HOME}{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    while len(begun) < 4:
        time.sleep(0.001)
    assert targets.existence(blog, f"{HOME}one-more") is Existence.UNKNOWN
    going.set()
    for thread in threads:
        thread.join()
    assert targets.existence(blog, f"{HOME}one-more") is Existence.YES


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderator.service.targets._KEPT", 3)
    own = OwnPages({f"{HOME}{n}": b"<title>x</title>" for n in range(5)})
    targets, blog = known(own)
    for number in range(5):
        targets.existence(blog, f"{HOME}{number}")
    assert len(targets._posts) == 3


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("https://ours.example/x", "all"),
        ("http://www.ours.example/x", "all"),
        ("https://ours.example:8443/x", ""),
        ("https://ours.example/de/x", "german"),
        ("https://ours.example/de", "german"),
        ("https://ours.example/desk", "all"),
        ("https://ours.example.evil.example/x", ""),
        ("https://evil.example/?https://ours.example/", ""),
        ("https://ours.example@evil.example/", ""),
        ("ftp://ours.example/x", ""),
        ("", ""),
    ],
)
def test_whose_a_target_is(target: str, name: str) -> None:
    targets = Targets((Blog("all", HOME), Blog("german", f"{HOME}de/")), OwnPages({}))
    blog = targets.blog_of(target)
    assert ("" if blog is None else blog.name) == name
