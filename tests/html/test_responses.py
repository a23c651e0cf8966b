"""Replies, likes, reposts and bookmarks, and who gives them, from a page's microformats."""

from __future__ import annotations

import pytest

from moderator.html.page import read_page
from moderator.html.responses import MAX_NAME, Response
from moderator.records import ResponseKind

URL = "https://ann.example/notes/1"
TARGET = "https://ours.example/roses"
CARD = '<a class="p-author h-card" href="/"><img class="u-photo" alt="" src="/ann.jpg">Ann  of Leek</a>'


def response(body: str) -> Response:
    return read_page(body.encode(), URL, TARGET).response


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("u-in-reply-to", ResponseKind.REPLY),
        ("u-like-of", ResponseKind.LIKE),
        ("u-repost-of", ResponseKind.REPOST),
        ("u-bookmark-of", ResponseKind.BOOKMARK),
        ("u-url", ResponseKind.MENTION),
    ],
)
def test_kind_and_author(name: str, kind: ResponseKind) -> None:
    found = response(f'<article class="h-entry">{CARD}<a class="{name}" href="{TARGET}">x</a></article>')
    assert found == Response(kind, "Ann of Leek", "https://ann.example/ann.jpg")


def test_a_citation_says_what_the_link_in_it_is() -> None:
    cited = f'<div class="u-in-reply-to h-cite"><a class="u-url" href="{TARGET}">Roses</a></div>'
    assert response(f'<div class="h-entry">{cited}</div>').kind is ResponseKind.REPLY


def test_a_comment_on_the_page_does_not_speak_for_the_page() -> None:
    comment = f'<div class="h-cite u-comment">{CARD.replace("Ann", "Bob")} <a href="{TARGET}">look</a></div>'
    assert response(f'<div class="h-entry"><p>mine</p>{comment}</div>').author == ""
    assert response(f'<div class="h-entry">{comment}{CARD}</div>').author == "Ann of Leek"


def test_a_card_of_the_page_counts_for_its_entries() -> None:
    page = (
        f'<div class="h-card"><span class="p-name">Cy</span></div><div class="h-entry"><a href="{TARGET}">x</a></div>'
    )
    assert response(page) == Response(ResponseKind.MENTION, "Cy", "")


@pytest.mark.parametrize("photo", ["javascript:alert(1)", "data:image/png;base64,AAAA", "//[", "x" * 600])
def test_a_photo_is_an_address_on_the_web(photo: str) -> None:
    card = f'<span class="p-author h-card"><img class="u-photo" src="{photo}"> {"n" * 300}</span>'
    found = response(f'<div class="h-entry">{card}<a href="{TARGET}">x</a></div>')
    assert found.photo == ""
    assert len(found.author) == MAX_NAME


def test_pages_without_microformats_or_links_say_nothing() -> None:
    assert response(f'<a href="{TARGET}">x</a>') == Response()
    assert response(f'<div class="h-entry">{CARD}</div>') == Response()
