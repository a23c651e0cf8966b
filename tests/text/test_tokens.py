"""Words of every script, and runs of them."""

import pytest

from moderator.text import count_of, shingles, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("...!?_", ()),
        ("Don't PANIC, it’s 42.", ("don't", "panic", "it's", "42")),
        ("'quoted' words'", ("quoted", "words")),
        ("snake_case", ("snake", "case")),
        ("Übergröße naïve", ("übergröße", "naïve")),
        ("東京タワー", ("東", "京", "タ", "ワ", "ー")),
        ("한국어 단어", ("한국어", "단어")),
        ("नमस्ते दुनिया", ("नमस्ते", "दुनिया")),
        ("ｆｕｌｌ 𝐛𝐨𝐥𝐝", ("full", "bold")),
        ("\ud800x", ("x",)),
        ("“Roses” – it’s « all »… ‘here’—now", ("roses", "it's", "all", "here", "now")),
        ("…ü", ("ü",)),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_shingles() -> None:
    tokens = words("one two three four five")
    assert len(shingles(tokens, 4)) == 2
    assert shingles(tokens, 4) > shingles(tokens[:4], 4)
    assert shingles(tokens[:3], 4) == frozenset()


@pytest.mark.parametrize("text", ["", "2009", "a1…٢b\ud8002", "no digits"])
def test_count_of_counts_each_character(text: str) -> None:
    assert count_of(text, "0123456789") == sum(map(text.count, "0123456789"))
