"""What was sent, against our post."""

from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.features.relevance import RELEVANCE, RelevanceFeatures, relevance_features
from moderator.records import Post
from tests.features.contexts import POST, context


def features(
    title: str = "", excerpt: str = "", source: str = "https://blog.example.com/x", post: Post = POST
) -> RelevanceFeatures:
    return relevance_features(context(source, title=title, excerpt=excerpt, post=post))


def test_fitting_text_is_nearer_than_foreign_text() -> None:
    fitting = features("Roses on my sill", "my moss roses want rain water and a bright window sill")
    foreign = features("best casino bonus", "buy cheap handbags with free shipping today and win money")
    for field in ("title_in_post", "title_cosine", "excerpt_in_post", "excerpt_cosine", "excerpt_weight_in_post"):
        assert getattr(fitting, field) > getattr(foreign, field), field
        assert 0 <= getattr(foreign, field) <= getattr(fitting, field) <= 1.0


@pytest.mark.parametrize(
    ("title", "share", "whole", "likeness"),
    [
        ("Growing moss roses indoors", 1.0, 1.0, 1.0),
        ("News » Growing Moss Roses Indoors", 1.0, 1.0, 1.0),
        ("Growing roses", 0.5, 0.0, 0.5),
        ("Something else", 0.0, 0.0, 0.0),
    ],
)
def test_title_echo(title: str, share: float, whole: float, likeness: float) -> None:
    found = features(title)
    assert (found.title_copies_title, found.title_holds_title, found.title_likeness) == (share, whole, likeness)


def test_copied_sentences() -> None:
    assert features(excerpt="[...] water them once a week with rain water. [...]").excerpt_copied == 1.0
    assert features(excerpt="water them once a month with cold tea").excerpt_copied == pytest.approx(1 / 5)
    assert isnan(features(excerpt="too short").excerpt_copied)


@pytest.mark.parametrize(
    ("excerpt", "value"),
    [
        ("[...] Growing moss roses … [...]", 1.0),
        ("Growing moss roses...", 1.0),
        ("Growing moss roses indoors …", 0.0),
        ("[...] Growing moss roses [...]", 0.0),
        ("moss …", 0.0),
        ("", None),
    ],
)
def test_cut_title(excerpt: str, value: float | None) -> None:
    found = features(excerpt=excerpt).excerpt_cuts_title
    assert isnan(found) if value is None else found == value


def test_only_the_title() -> None:
    found = features("Growing moss roses indoors", "[...] Growing moss roses indoors [...]")
    assert (found.excerpt_is_title, found.only_title_echo, found.excerpt_holds_page_title) == (1.0, 1.0, 0.0)
    assert features(excerpt="Growing moss roses indoors | The Garden Desk").excerpt_holds_page_title == 1.0


@pytest.mark.parametrize(
    ("excerpt", "script", "language"),
    [
        ("the roses and the moss are on the sill", 0.0, 0.0),
        ("die Rosen und das Moos sind nicht auf dem Brett", 0.0, 1.0),
        ("розы и мох на окне", 1.0, None),
        ("12 34", None, None),
    ],
)
def test_script_and_language(excerpt: str, script: float | None, language: float | None) -> None:
    found = features(excerpt=excerpt)
    for value, expected in ((found.script_differs, script), (found.language_differs, language)):
        assert isnan(value) if expected is None else value == expected


@pytest.mark.parametrize("post", [None, Post("https://ours.example.org/"), Post("", "...", "<b></b>")])
def test_unknown_post_is_nan(post: Post | None) -> None:
    found = relevance_features(
        context("https://blog.example.com/moss-roses", title="Roses", excerpt="on roses and moss", post=post)
    )
    assert all(isnan(value) for value in found)


def test_unknown_text_leaves_the_title() -> None:
    found = features("Growing roses", "of moss", post=Post("https://ours.example.org/", "Growing moss roses"))
    assert found.title_copies_title == pytest.approx(2 / 3)
    for field in ("title_in_post", "title_cosine", "excerpt_in_post", "excerpt_cosine", "excerpt_copied"):
        assert isnan(getattr(found, field)), field


def test_nothing_sent_is_nan() -> None:
    found = features()
    assert all(isnan(value) for value in found)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_hostile_texts_give_numbers(title: str, excerpt: str, text: str) -> None:
    found = features(title, excerpt, f"http://example.com/{title}", Post("", excerpt, text))
    assert all(isnan(value) or -1e-9 <= value <= 1 + 1e-9 for value in found)
    assert len(found) == len(RELEVANCE.names)
