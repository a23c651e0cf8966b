"""Texts against themselves."""

from math import isnan, log1p

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.features.text_quality import TEXT_QUALITY, TextQualityFeatures, text_quality_features
from tests.features.contexts import context
from tests.growth import assert_linear


def features(title: str = "", excerpt: str = "", name: str = "") -> TextQualityFeatures:
    return text_quality_features(context(title=title, excerpt=excerpt, blog_name=name))


@pytest.mark.parametrize(
    ("title", "field", "value"),
    [
        ("On growing roses", "title_words", 3.0),
        ("red roses", "title_lower", 1.0),
        ("Red roses", "title_lower", 0.0),
        ("red roses&#8230;", "title_trails_off", 1.0),
        ("red roses...", "title_trails_off", 1.0),
        ("Garden » Blog Archive » Roses", "title_parts", 3.0),
        ("Garden » Blog Archive » Roses", "title_archive", 1.0),
        ("the roses of the garden", "title_stop_share", 0.6),
        ("a, b, c", "title_commas", 2.0),
        ("cheap red handbags", "title_trade_share", 2 / 3),
        ("cheap red handbags", "title_vice_words", 2.0),
        ("see http://a.example/", "title_url", 1.0),
        ("ABcd", "title_upper_share", 0.5),
        ("cheap red handbags", "title_keywordish", 4.0),
        ("Where I Keep My Roses | Garden | Notes", "title_keywordish", 0.0),
    ],
)
def test_title(title: str, field: str, value: float) -> None:
    assert getattr(features(title), field) == pytest.approx(value)


@pytest.mark.parametrize(
    ("title", "name", "value"),
    [
        ("Red Bags...", "red bags", 1.0),
        ("red bags shop", "red bags", 0.5),
        ("red", "red bags", 0.5),
        ("On roses", "The Garden", 0.0),
        ("", "The Garden", None),
        ("On roses", "", None),
    ],
)
def test_name_is_title(title: str, name: str, value: float | None) -> None:
    found = features(title, "", name).name_is_title
    assert isnan(found) if value is None else found == value


@pytest.mark.parametrize(
    ("excerpt", "field", "value"),
    [
        ("one two three", "excerpt_words", log1p(3)),
        ("the roses and the moss", "excerpt_stop_share", 0.6),
        ("I keep my roses here", "excerpt_first_share", 0.4),
        ("I keep my roses here", "excerpt_first_person", 1.0),
        ("your roses", "excerpt_second_person", 1.0),
        ("Somebody wrote an interesting post today. Here’s a quick excerpt: ... Read more", "excerpt_republished", 4.0),
        ("[Trackback] Here you can find 61912 more info to that topic", "excerpt_republished", 2.0),
        ("Great site, thanks for sharing!", "excerpt_praise", 2.0),
        ("http://a.example/ www.b.example", "excerpt_urls", 2.0),
        ("[url=http://a.example/][b]x[/b][/url] <a href='http://a.example'>y</a>", "excerpt_markup", 5.0),
        ("b&#1091;y &#8230; now", "excerpt_entities", 1.0),
        ("a, b!", "excerpt_punctuation", 0.4),
        ("a! b!", "excerpt_exclamations", 2.0),
        ("cheap loans for all", "excerpt_trade_share", 0.5),
        ("cheap loans for all", "excerpt_vice_words", 2.0),
        ("One Two three", "excerpt_capitalised", 2 / 3),
        ("a b a b", "excerpt_repeats", 0.5),
        ("roses …", "excerpt_trails_off", 1.0),
        ("[&#8230;] roses [&#8230;]", "excerpt_trails_off", 0.0),
        ("[&#8230;] roses [&#8230;]", "excerpt_bracketed", 1.0),
        ("roses [see here]", "excerpt_bracketed", 0.0),
        ("??? roses \ufffd", "excerpt_broken", 2.0),
        ("1234 abcd", "digit_share", 0.4),
        ("abrose розы", "non_latin_share", 0.4),
        ("café “naïve”", "non_latin_share", 0.0),
        ("rоses and mоss", "mixed_script_words", 2.0),
    ],
)
def test_excerpt(excerpt: str, field: str, value: float) -> None:
    assert getattr(features("", excerpt), field) == pytest.approx(value)


def test_excerpt_beside_title_and_name() -> None:
    found = features("Red Roses", "red roses at The Garden every day", "The Garden")
    assert (found.excerpt_starts_with_title, found.excerpt_title_share, found.name_in_excerpt) == (1.0, 1.0, 1.0)


def test_unsent_texts_are_nan() -> None:
    assert all(map(isnan, features()))
    title_only = features("On growing roses")
    for name, value in title_only._asdict().items():
        assert isnan(value) is name.startswith(("excerpt_", "name_")), name
    excerpt_only = features("", "on growing roses and moss")
    for name, value in excerpt_only._asdict().items():
        beside_title = name in ("excerpt_starts_with_title", "excerpt_title_share")
        assert isnan(value) is (name.startswith(("title_", "name_")) or beside_title), name


def test_shares_of_three_words_say_nothing() -> None:
    found = features("", "I keep roses")
    assert isnan(found.excerpt_stop_share)
    assert isnan(found.excerpt_first_share)
    assert isnan(found.excerpt_repeats)


@pytest.mark.parametrize("piece", ["[", "[url", "<a ", "&#12", "www.", "[ … ", " | ", "?", "а"])
def test_work_grows_with_a_hostile_text_and_no_faster(piece: str) -> None:
    def read(size: int) -> None:
        text = piece * (size // len(piece))
        features(text, text, text)

    assert_linear(read)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_hostile_texts_give_numbers(title: str, excerpt: str, name: str) -> None:
    found = features(title, excerpt, name)
    assert all(isinstance(value, float) for value in found)
    assert len(found) == len(TEXT_QUALITY.names)
