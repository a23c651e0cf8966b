import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.linkcheck.consistency import check_consistency, match_sender
from moderator.records import Linkback, Post, SenderMatch

TEXT = (
    "Yesterday we walked along the river and counted herons. The third one stood under the old bridge and would not "
    "move for an hour, which gave us time to draw it and to eat our bread."
)
POST = Post("https://ours.example/", "Herons under bridges", TEXT)


def sent(title: str = "", excerpt: str = "") -> Linkback:
    return Linkback("http://a.example/", "https://ours.example/", title=title, excerpt=excerpt)


@pytest.mark.parametrize(
    ("title", "page", "page_title", "expected"),
    [
        ("", "words", "", None),
        ("Herons", "about herons", "", 1.0),
        ("Herons", "about other birds", "HERONS!", 1.0),
        ("Herons, <b>bridges</b> &amp; bread", "herons eat bread", "", pytest.approx(2 / 3)),
        ("Casino", "about herons", "", 0.0),
        ("鷺の橋", "鷺の橋を見た", "", 1.0),
    ],
)
def test_title(title: str, page: str, page_title: str, expected: float | None) -> None:
    assert check_consistency(sent(title=title), None, page, page_title).title_on_page == expected


@pytest.mark.parametrize(
    ("excerpt", "expected"),
    [
        ("", None),
        ("[&#8230;] walked along the river and counted herons [&#8230;]", 1.0),
        ("Walked along THE RIVER, and counted <em>herons</em>.", 1.0),
        ("herons bridge the along river walked", 0.0),
        ("cheap pills and casino games for everybody", 0.0),
        ("bread", 1.0),
        ("casino", 0.0),
        ("the third one bought cheap pills", pytest.approx(1 / 4)),
    ],
)
def test_excerpt(excerpt: str, expected: float | None) -> None:
    assert check_consistency(sent(excerpt=excerpt), None, TEXT, "").excerpt_on_page == expected


def test_copied_post() -> None:
    assert check_consistency(sent(), POST, "My site. " + TEXT + " More.", "").copied_share == 1.0
    assert check_consistency(sent(), POST, "We saw birds at a lake and went home early.", "").copied_share == 0.0
    half = check_consistency(sent(), POST, TEXT[: len(TEXT) // 2], "").copied_share
    assert half is not None and 0.3 < half < 0.6
    assert check_consistency(sent(), Post("u"), TEXT, "").copied_share is None
    assert check_consistency(sent(), None, TEXT, "").copied_share is None


def test_relevance_orders_pages() -> None:
    def relevance(page: str) -> float:
        found = check_consistency(sent(), POST, page, "").page_relevance
        assert found is not None
        return found

    assert relevance(TEXT) > 0.9
    assert relevance(TEXT) > relevance("A heron under a bridge by the river") > relevance("cheap casino pills online")
    assert relevance("") == 0.0
    assert check_consistency(sent(), Post("u"), TEXT, "").page_relevance is None


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_shares_are_shares(title: str, excerpt: str, page: str) -> None:
    claim = check_consistency(sent(title, excerpt), Post("u", title, excerpt), page, title)
    assert all(value is None or 0.0 <= value <= 1.0 for value in claim)


@pytest.mark.parametrize(
    ("sender", "addresses", "expected"),
    [
        ("8.8.8.8", ("8.8.4.4", "8.8.8.8"), SenderMatch.SAME_ADDRESS),
        ("8.8.8.8", ("8.8.4.4",), SenderMatch.SAME_NETWORK),
        ("8.8.8.8", ("8.9.8.8",), SenderMatch.DIFFERENT),
        ("::ffff:8.8.8.8", ("8.8.8.8",), SenderMatch.SAME_ADDRESS),
        ("2a00:1450:4001::1", ("2a00:1450:4001:ffff::2",), SenderMatch.SAME_NETWORK),
        ("2a00:1450:4001::1", ("2a00:1450:4002::1",), SenderMatch.DIFFERENT),
        ("2a00:1450:4001::1", ("8.8.8.8",), SenderMatch.DIFFERENT),
        ("2A00:1450:4001:0::1", ("2a00:1450:4001::1",), SenderMatch.SAME_ADDRESS),
        ("", ("8.8.8.8",), SenderMatch.UNKNOWN),
        ("8.8.8.8", (), SenderMatch.UNKNOWN),
        ("nonsense", ("8.8.8.8",), SenderMatch.UNKNOWN),
    ],
)
def test_sender(sender: str, addresses: tuple[str, ...], expected: SenderMatch) -> None:
    assert match_sender(sender, addresses) is expected
