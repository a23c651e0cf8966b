"""Posts as weighed words."""

from math import isclose

import pytest

from moderator.records import Post
from moderator.text import idf, main_script, post_words


def test_weights_are_a_unit_and_prefer_telling_words() -> None:
    post = post_words(Post("https://b.example/", "The garden", "<p>The garden and the moss and the end</p>"))
    assert isclose(sum(weight * weight for weight in post.weights.values()), 1.0)
    assert post.weights["moss"] > post.weights["the"]
    assert post.title_words == ("the", "garden")
    assert post.script == "Latin"
    assert len(post.shingles) == 5


@pytest.mark.parametrize("post", [Post("https://b.example/"), Post("", "...", "<b></b>")])
def test_nothing_known(post: Post) -> None:
    known = post_words(post)
    assert (known.title_words, known.words, known.weights, known.shingles, known.script) == (
        (),
        (),
        {},
        frozenset(),
        "",
    )


def test_long_posts_are_cut() -> None:
    assert len(post_words(Post("", "", "word " * 100_000)).words) == 4_000


def test_idf_orders_words() -> None:
    assert 0 <= idf("the") < idf("about") < idf("garden")
    assert idf("x" * 10_000) > 0
    assert idf("\ud800") > 0


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("12 !", ""),
        ("abc", "Latin"),
        ("Ünïcödé", "Latin"),
        ("Привет", "Cyrillic"),
        ("ελληνικά", "Greek"),
        ("עברית", "Hebrew"),
        ("العربية", "Arabic"),
        ("中文网志", "Han"),
        ("東京タワー", "Kana"),
        ("한국어", "Hangul"),
        ("ไทย", "Thai"),
        ("\ud800", ""),
    ],
)
def test_main_script(text: str, script: str) -> None:
    assert main_script(text) == script
