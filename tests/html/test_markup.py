"""What is counted in a page is never less than what a search of it finds: otherwise a hostile page would pass."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.html import flatten as tame
from moderator.html.markup import Markup

PIECES = [
    "<",
    ">",
    '"',
    "'",
    "=",
    " ",
    "\n",
    "/",
    "<b ",
    "<B\t",
    "<i/",
    "<font\n",
    "<Strong ",
    "<em\f",
    "<nobr ",
    "<tt ",
]
PIECES += [
    "='",
    '="',
    '= "',
    "=\t'<",
    "x",
    "é",
    "東",
    "\xa0",
    "\ud800",
    "</noscript",
    "</NoScript>",
    "<NOSCRIPT",
    "</nav>",
]
PAGES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(PAGES)
@settings(max_examples=300, deadline=None)
def test_no_count_is_too_low(page: str) -> None:
    markup = Markup(page)
    assert markup.brackets == page.count("<")
    assert markup.longest_gap() >= max(map(len, page.split("<")))
    assert markup.open_quotes() >= len(tame._BRACKETED.findall(page))
    assert markup.count(tame._FORMATTING_BEGINS) >= len(tame._FORMATTING.findall(page.lower()))
    assert markup.may_have("noscript") or not re.search("<noscript", page, re.IGNORECASE)
    assert markup.may_end("noscript") or not re.search("</noscript", page, re.IGNORECASE)


def test_ordinary_markup_is_not_searched() -> None:
    markup = Markup(
        '<nav class="x"><img src="y" alt="it\'s"></nav><p title=\'a\'>b <strong>c</strong> "d" < e</p>' * 99
    )
    assert markup.open_quotes() == 0
    assert not markup.may_end("noscript") and not markup.may_have("script")
    assert markup.count(("b ", "im")) == 99


def test_an_empty_page() -> None:
    markup = Markup("")
    assert (markup.brackets, markup.open_quotes(), markup.longest_gap()) == (0, 0, 3)
    assert Markup("<").may_have("em") is False
