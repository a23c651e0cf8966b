"""Markup goes, words stay, time stays linear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.text import plain
from tests.growth import assert_linear


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("  a \n\t b  ", "a b"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a &amp; b &#8230; &eacute;", "a & b … é"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("I <3 you, 1 < 2", "I <3 you, 1 < 2"),
        ("a <a href='x' open", "a <a href='x' open"),
        ("a<!-- <b>hidden</b> -->b", "a b"),
        ("a<!-- never closed", "a"),
        ("a<script>alert('<b>')</script>b<STYLE>p{}</STYLE>c", "a b c"),
        ("a<scripted>b", "a b"),
        ("v\u200bi\u00adagra", "viagra"),
        ("a\0b", "ab"),
        ("\ud800a", "\ud800a"),
        ("&#x110000;x&#0;", "\ufffdx\ufffd"),
    ],
)
def test_plain(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_limit_is_on_what_is_read() -> None:
    assert plain("<b>abc</b>def", limit=6) == "abc"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<", "<a", "<!--", "<script", "</", "&", "&#", "&lt;", "<a<", "<!-->", "<script></script"]
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    assert_linear(lambda size: plain(piece * (size // len(piece)), limit=size))


def test_endless_character_references_do_not_raise() -> None:
    assert plain("a &#" + "9" * 6000 + "; b") == "a b"


@given(st.text(alphabet="<>!-/scriptyle &#;x9a\0\ud800İ", max_size=60))
def test_never_raises_and_is_collapsed(markup: str) -> None:
    text = plain(markup)
    assert "\0" not in text
    assert text == " ".join(text.split())
