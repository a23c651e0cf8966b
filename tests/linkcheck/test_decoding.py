"""Content-Type headers as servers send them."""

import pytest

from moderator.linkcheck.decoding import read_content_type
from moderator.linkcheck.fetch import _is_gone_page

HEADERS = [
    ("", "", ""),
    ("text/html", "text/html", ""),
    ("Text/HTML; Charset='UTF-8'", "text/html", "UTF-8"),
    ("text/html; charset=utf-8, text/html; charset=utf-8", "text/html", "utf-8"),
    ("text/html, text/html; charset=UTF-8", "text/html", "UTF-8"),
    ("text/html; charset=koi8-r, text/html", "text/html", "koi8-r"),
    ("text/html; charset=koi8-r, text/plain", "text/plain", ""),
    ("unknown/unknown, text/html", "text/html", ""),
    ("text/html, */*", "text/html", ""),
    ("text/html;;charset=utf-8", "text/html", "utf-8"),
    ("text/html charset=utf-8", "", ""),
    ('"text/html"; charset=utf-8', "", ""),
    ('text/html; x="a,b"; charset=utf-8', "text/html", "utf-8"),
    ("html", "", ""),
    ("unknown/unknown", "", ""),
    ("," * 5000, "", ""),
]


@pytest.mark.parametrize(("header", "media_type", "charset"), HEADERS)
def test_headers(header: str, media_type: str, charset: str) -> None:
    assert read_content_type(header) == (media_type, charset)


GONE = [
    (b'<html><head><meta http-equiv="Status" content="410 Gone"></head>', True),
    (b"<meta content='410' http-equiv=status>", True),
    (b'<META HTTP-EQUIV="Status" CONTENT="410 GONE" />', True),
    (b'<meta http-equiv="Status" content="200 OK">', False),
    (b'<meta name="status" content="410 Gone">', False),
    (b'<!-- <meta http-equiv="Status" content="410 Gone"> --><p>', False),
    (b"<!-- <meta", False),
]


@pytest.mark.parametrize(("markup", "gone"), GONE)
def test_a_page_may_say_in_its_markup_that_it_has_gone(markup: bytes, gone: bool) -> None:
    assert _is_gone_page(markup) is gone
