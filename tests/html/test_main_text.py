"""The main part of a page, and the small signs in its markup."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from moderator.html.main_text import MAIN_TEXT, main_text
from moderator.html.page import MAX_OUTBOUND, PageFacts, read_page
from moderator.records import LinkPosition

WORDS = "We counted herons at the river for three weeks and wrote down what the anglers told us about them. "
ARTICLE = f"<p>{WORDS}</p><p>{WORDS.replace('herons', 'egrets')}</p>"
SAID = f"{WORDS.strip()}\n{WORDS.replace('herons', 'egrets').strip()}"


def text_of(page: str) -> str:
    return main_text(LexborHTMLParser(page).body)


def facts(page: str, target: str = "https://blog.example/") -> PageFacts:
    return read_page(page.encode(), "https://source.example/post", target)


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><ul><li><a href=/a>Home</a><li>Search this site with words</ul></nav>",
        "<footer>All rights are reserved by somebody who is not the author</footer>",
        "<aside>Buy my book, it is about herons</aside>",
        "<form><label>Your name, please</label></form>",
        "<div class='sidebar widget'>Recent posts of this blog</div>",
        "<ol class=commentlist><li>I disagree with all that you say here</ol>",
        "<div id=comments><p>I disagree with all that you say here</p></div>",
        "<script>var words = 'not text'</script><style>p { color: red }</style>",
        "<div hidden>What nobody sees</div><div style='display: none'>nor this</div>",
        "<ul><li><a href=/1>One more post</a><li><a href=/2>Another post</a></ul>",
        "<p><a href=/1>previous</a> | <a href=/2>next</a></p>",
    ],
)
def test_what_is_not_the_main_part_is_left_out(furniture: str) -> None:
    assert text_of(f"{furniture}<div>{ARTICLE}</div>{furniture}") == SAID


def test_text_without_paragraphs_is_found() -> None:
    assert text_of(f"<div class=post>{WORDS}<br><br><b>{WORDS}</b></div>") == f"{WORDS.strip()}\n{WORDS.strip()}"


def test_links_inside_sentences_stay() -> None:
    assert "an angler told us" in text_of(f"<p>{WORDS} As <a href=/x>an angler told us</a>, they come back.</p>")


def test_a_page_that_is_all_in_one_widget_is_read_all_the_same() -> None:
    assert text_of(f"<div class='widget'>{ARTICLE}</div>") == SAID


def test_a_page_of_links_gives_its_links() -> None:
    assert text_of("<ul><li><a href=/1>One more post</a><li><a href=/2>Another</a></ul>") == "One more post\nAnother"


def test_no_more_than_the_limit_is_kept() -> None:
    assert len(text_of(f"<p>{WORDS}</p>" * 400)) <= MAIN_TEXT
    assert main_text(None) == ""
    assert text_of("") == ""


def test_deep_pages_are_walked_without_recursion() -> None:
    assert text_of("<div>" * 5000 + WORDS).strip() == WORDS.strip()


def test_links_to_others_are_kept_with_their_place() -> None:
    page = (
        "<nav><a href=https://menu.example/>Menu</a></nav><article><a href=/own>own</a><a href=https://blog.example/>it</a>"
        "<a href='//casino.example/slots' rel='NoFollow  sponsored'>best <b>slots</b></a></article>"
    )
    seen = facts(page)
    assert [(link.url, link.text, link.rel, link.position) for link in seen.outbound] == [
        ("https://menu.example/", "Menu", "", LinkPosition.NAV),
        ("https://casino.example/slots", "best slots", "nofollow sponsored", LinkPosition.ARTICLE),
    ]
    assert seen.internal_links == 1
    many = "".join(f"<a href=https://h{number}.example/>x</a>" for number in range(100))
    assert len(facts(many).outbound) == MAX_OUTBOUND


@pytest.mark.parametrize(
    ("script", "leads_to"),
    [
        ("window.location.href = 'https://shop.example/buy';", "https://shop.example/buy"),
        ('location.replace("//shop.example/")', "http://shop.example/"),
        ("if (top.location != self.location) top.location = self.location", ""),
        ("function go() { window.location = 'https://shop.example/' }", ""),
        ("my.location = 'https://shop.example/'", ""),
        ("var location_name = 'https://shop.example/'", ""),
    ],
)
def test_scripts_that_send_the_reader_elsewhere(script: str, leads_to: str) -> None:
    assert facts(f"<head><script>{script}</script></head><p>{WORDS}").redirect == leads_to


@pytest.mark.parametrize(
    ("page", "sign"),
    [
        ("<link rel=alternate type='application/rss+xml' href=/feed>", "feed"),
        ("<meta name=author content='A. Person'>", "author"),
        ("<p>by <a rel=author href=/me>A. Person</a>", "author"),
        ("<time datetime=2020-01-02>today</time>", "dated"),
        ("<meta property='article:published_time' content='2020-01-02'>", "dated"),
        ("<div class='h-entry'>x</div>", "microformats"),
        ("<ol class=commentlist><li>I disagree with all that you say here</ol>", "comments"),
    ],
)
def test_signs(page: str, sign: str) -> None:
    seen = facts(page)
    assert [name for name in ("feed", "author", "dated", "microformats", "comments") if getattr(seen, name)] == [sign]


def test_an_empty_place_for_comments_is_no_comment() -> None:
    assert not facts("<section class=comments></section><ol class=comment-list></ol>").comments
