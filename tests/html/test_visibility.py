import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.html.visibility import MAX_SHEET, _declarations, read_sheet, style_hides

HIDES = [
    "display:none",
    "display: none !important",
    "visibility:collapse",
    "content-visibility: hidden",
    "opacity:0",
    "opacity:.01",
    "font-size:0.5px",
    "width:0;overflow:hidden",
    "max-height:0px;overflow:hidden",
    "position:absolute;clip:rect(1px,1px,1px,1px)",
    "position:fixed;top:-1000px",
    "position:relative;left:-100em",
    "position:absolute;left:9999px",
    "margin-left:-2000px",
    "text-indent:-9999px",
    "clip-path:inset(100%)",
    "clip-path: circle(0)",
    "transform:scale(0)",
    "transform: scale(0, 1)",
    "transform:translateX(-9999px)",
]
SHOWS = [
    "",
    ";;:",
    "display:block",
    "opacity:1",
    "opacity:inherit",
    "font-size:12px",
    "font-size:.8em",
    "width:0",
    "height:1px",
    "overflow:hidden",
    "left:-9999px",
    "position:absolute;left:-10px",
    "position:absolute;left:50%",
    "margin-left:-20px",
    "text-indent:-2em",
    "transform:scale(1)",
    "clip-path:inset(5px)",
    "color:red",
]


@pytest.mark.parametrize("style", HIDES)
def test_hides(style: str) -> None:
    assert style_hides(_declarations(style))


@pytest.mark.parametrize("style", SHOWS)
def test_shows(style: str) -> None:
    assert not style_hides(_declarations(style))


def test_sheets() -> None:
    sheet = read_sheet(
        ".a, DIV.b , p > c { display : none; } #d{opacity:0}/* .e{x:y} */ @media print{.f{display:none}} .g{"
    )
    assert set(sheet) == {".a", "div.b", "#d"}
    assert sheet["div.b"] == {"display": "none"}


@given(st.text(alphabet="ab.#{}:;/*, ", max_size=200))
@settings(max_examples=200, deadline=None)
def test_sheets_never_raise(text: str) -> None:
    read_sheet(text)


@pytest.mark.parametrize("piece", ["/*", "{", "}", "a{b:c}", "a" * 50, "*/", "@", ","])
def test_long_sheets_are_read_in_no_time(piece: str) -> None:
    read_sheet(piece * (2 * MAX_SHEET // len(piece)))
