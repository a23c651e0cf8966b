"""What a reader sees: the table of tricks, and that no sheet and no chain of elements costs more than its budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.html.css_values import length_of
from moderator.html.hiding import hides
from moderator.html.page import PageFacts, read_page
from moderator.html.stylesheet import MAX_SHEET, Sheet, media_applies
from moderator.html.work import PAGE_STEPS, TooComplicatedError, Work
from tests.html.visibility_table import HIDDEN, SHOWN, TARGET, Page


def read(html: str) -> PageFacts:
    return read_page(html.encode(), "https://theirs.example/page", TARGET)


@pytest.mark.parametrize("page", HIDDEN, ids=lambda page: page.name)
def test_hidden(page: Page) -> None:
    [link] = read(page.html).links
    assert link.hidden


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_shown(page: Page) -> None:
    [link] = read(page.html).links
    assert not link.hidden


def test_the_table_is_large_and_names_each_page_once() -> None:
    names = [page.name for page in (*HIDDEN, *SHOWN)]
    assert len(set(names)) == len(names)
    assert len(HIDDEN) >= 60
    assert len(SHOWN) >= 25


def test_a_page_with_sheets_elsewhere_has_unknown_ground() -> None:
    white = f'<p><a style="color:#fff" href="{TARGET}">x</a>'
    assert read(white).links[0].hidden
    assert not read(f"<link rel=stylesheet href=/s.css>{white}").links[0].hidden
    assert not read(f"<style>@import '/s.css';</style>{white}").links[0].hidden


def test_what_parks_a_whole_page_does_not_park_a_part_of_it() -> None:
    link = f'<a href="{TARGET}">x</a>'
    prose = "<p>" + "words of the page " * 20
    assert not read(f'<main style="opacity:0">{prose}{link}</main>').links[0].hidden
    assert read(f'{prose}</p><main style="opacity:0">{link}</main>').links[0].hidden
    assert read(f'{prose}</p><div style="opacity:0">{link}</div><script>x()</script>').links[0].hidden
    assert not read(f'<div style="opacity:0">{prose}{link}</div><script>x()</script>').links[0].hidden
    assert read(f'<div style="opacity:0">{prose}{link}</div>').links[0].hidden


@pytest.mark.parametrize(
    ("tag", "attributes", "hidden"),
    [
        ("p", {}, False),
        ("p", {"hidden": None}, True),
        ("p", {"style": "visibility:hidden"}, True),
        ("p", {"style": "color:red"}, False),
        ("dialog", {}, True),
        ("dialog", {"open": None}, False),
        ("canvas", {}, True),
        ("datalist", {}, True),
    ],
)
def test_an_element_by_itself(tag: str, attributes: dict[str, str | None], hidden: bool) -> None:
    assert hides(tag, attributes, Work()) is hidden


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("", True),
        ("all", True),
        ("only screen", True),
        ("print", False),
        ("not print", True),
        ("not all and (min-width: 5000px)", True),
        ("(min-width: 500px) and (max-width: 90em)", True),
        ("(min-width: 500px) and (max-width: 40em)", False),
        ("(max-width: 40em) or (min-width: 60em)", True),
        ("(400px <= width <= 2000px)", True),
        ("(width > 2000px)", False),
        ("(orientation: landscape)", True),
        ("(nonsense)", False),
        ("(min-width: calc(1px))", False),
    ],
)
def test_media(query: str, holds: bool) -> None:
    assert media_applies(query) is holds


@pytest.mark.parametrize(
    ("text", "pixels"), [("0", 0.0), ("5", None), ("1in", 96.0), ("-2rem", -32.0), ("auto", None), ("1e3px", 1000.0)]
)
def test_lengths(text: str, pixels: float | None) -> None:
    assert length_of(text) == pixels


@given(st.text(alphabet="ab.#{}:;/*, @()[]\"'&>~+-\\!", max_size=300))
@settings(max_examples=300, deadline=None)
def test_sheets_never_raise(text: str) -> None:
    Sheet.read([text], frozenset({"a", "b", ".a"}), Work())


PIECES = [
    "/*",
    "{",
    "}",
    "a{b:c}",
    "a" * 50,
    "*/",
    "@",
    ",",
    "(",
    "[",
    "a{",
    "@media all{",
    ":is(",
    "a b > ",
    "a,",
    "\\",
    "'",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_sheets_take_no_more_than_their_steps(piece: str) -> None:
    work = Work()
    try:
        Sheet.read([piece * (2 * MAX_SHEET // len(piece))], frozenset({"a", "b"}), work)
    except TooComplicatedError:
        assert work.spent > work.limit
    else:
        assert work.spent >= MAX_SHEET // 100


A = f'<a class="b c" href="{TARGET}">x</a>'
COSTLY = {
    "links at depth with classes": ('<div class="' + "c " * 200 + '">') * 1500 + A * 50,
    "many rules for each element": "<style>"
    + "div .c div .c div .c{color:red}" * 3000
    + "</style>"
    + "<div class=c>" * 300
    + A * 50,
    "styles too deep to be kept": "<div style='color:red;background:blue'>" * 20_000 + A * 50,
    "hosts in other scripts": "".join(f"<a href='http://ä{n}.{'ö.' * 30}'>x</a>" for n in range(9000)) + A,
    "siblings without end": "<style>q ~ p ~ p ~ p ~ a{opacity:.5}</style>" + "<p></p>" * 2500 + A * 50,
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_page_is_too_complicated_and_says_nothing_else(name: str) -> None:
    facts = read(COSTLY[name])
    assert facts.too_complicated
    assert facts.steps > PAGE_STEPS
    assert (facts.links, facts.text, facts.outbound_links) == ((), "", 0)


@pytest.mark.parametrize(
    "style",
    ["color:rgb(" + "(" * 3000, "color:var(--a," + "calc(" * 790, "--a:" + "{" * 3000, "color:red [" + "[" * 3000],
)
@pytest.mark.parametrize("around", ["", "<div>" * 7000], ids=["kept", "too deep to be kept"])
def test_brackets_without_end_are_too_complicated(style: str, around: str) -> None:
    facts = read(f"{around}<div style='{style}'>{A}")
    assert facts.too_complicated
    assert not facts.links


def test_an_honest_page_takes_few_steps() -> None:
    body = "<article class='post hentry'>" + "<p>Some words on <b>roses</b>.</p>" * 500 + A + "</article>"
    sheet = "<style>" + ".x{color:red}" * 5000 + "</style>"
    assert read(sheet + body).steps < PAGE_STEPS // 50
