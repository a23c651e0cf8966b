"""Our own post as words, computed once for all linkbacks to it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import log, sqrt
from operator import mul
from typing import NamedTuple

from moderator.records import Post
from moderator.text.idf import idf_of
from moderator.text.plain import plain
from moderator.text.script import main_script
from moderator.text.titles import title_parts
from moderator.text.tokens import shingles, words
from moderator.text.vocabulary import content_words, language_of

__all__ = ["RUN", "PostWords", "post_words"]

RUN = 4
"""Words in a run of `PostWords.shingles`."""
POSTS_KEPT = 1024
"""Posts whose words are kept: more than a piece of a queue has rows, for keys are computed of a whole piece before
features are."""
_LIMIT = 20_000
"""Characters of a post that are read; about 3,500 English words."""

_SHORT_WORD = 4
"""Letters up to which a word says little of a subject."""
_SAMPLE = 400
"""Words by which the language is told."""


class PostWords(NamedTuple):
    """A post, tokenised and weighed."""

    url: str
    """Its address."""
    title_words: tuple[str, ...]
    """Words of its title; empty: not known."""
    words: tuple[str, ...]
    """Words of its text; empty: not known."""
    weights: dict[str, float]
    """Each distinct word of title and text with its weight; the squares add up to 1. Empty: no words."""
    shingles: frozenset[int]
    """Runs of four words of the text; they hold within this process only. Empty: the text is too short."""
    script: str
    """The script that it is written in; empty: no letters."""
    language: str = ""
    """The language that its small words point to; empty: they point to none."""
    title_core: tuple[str, ...] = ()
    """Words of the title's longest part, which is the post's own title without the blog's name; empty: not known."""
    subject: frozenset[str] = frozenset()
    """Distinct words of the text that are longer than four letters and no small words; empty: not known."""


@lru_cache(maxsize=POSTS_KEPT)
def post_words(post: Post) -> PostWords:
    """Tokenises a post and weighs its words by frequency (damped) and by how telling they are; remembered.

    Args:
        post: The post; of its text the first 20,000 characters are read.

    Returns:
        Its words; all parts but the address are empty where neither title nor text is known.

    >>> post_words(Post("https://b.example/", "Roses", "Red roses and more roses")).title_words
    ('roses',)
    """
    title, text = plain(post.title, 1_000), plain(post.text, _LIMIT)
    title_words, text_words = words(title), words(text)
    counts = Counter(text_words)
    counts.update(title_words)
    weights = [(1.0 + log(count)) * value for count, value in zip(counts.values(), idf_of(counts), strict=True)]
    norm = sqrt(sum(map(mul, weights, weights))) or 1.0
    return PostWords(
        post.url,
        title_words,
        text_words,
        {word: weight / norm for word, weight in zip(counts, weights, strict=True)},
        shingles(text_words, RUN),
        main_script(text) or main_script(title),
        language_of(text_words[:_SAMPLE]),
        max((words(part) for part in title_parts(title)), key=len, default=()),
        frozenset(word for word in content_words(text_words) if len(word) > _SHORT_WORD),
    )
