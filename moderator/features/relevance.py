"""Excerpt relevance, first part: what was sent, against our post.

Spam that is sent to any post has nothing to do with it; spam that is made from it has too much: it repeats the title
or whole sentences. The source's permalink is not compared with our post: few sites teach what it says of them, and
judged on sites that the model did not learn from it did harm (models/QUALITY.md, ablations).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import compress, repeat
from math import nan, sqrt
from operator import mul
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.excerpt import excerpt_body
from moderator.text import content_words, idf_of, language_of, main_script, plain, shingles, title_parts, words
from moderator.text.post import RUN, PostWords

__all__ = ["RELEVANCE", "RelevanceFeatures", "relevance_features"]

_SAMPLE = 300
"""Characters of title and excerpt by which the script is told."""
_PAGE_WORDS = frozenset({"blog", "archive"})


class RelevanceFeatures(NamedTuple):
    """What was sent, against our post; nan where that part of the post, or what is compared with it, is not known."""

    title_copies_title: Annotated[float, "share of our title's words that the title sent repeats"]
    title_holds_title: Annotated[float, "our whole title stands in the title sent"]
    title_likeness: Annotated[float, "likeness of a part of the title sent to our title (Jaccard)"]
    title_in_post: Annotated[float, "share of the title's longer words that stand in our post"]
    title_cosine: Annotated[float, "how near the title sent is to our post, words weighed by how telling they are"]
    excerpt_in_post: Annotated[float, "share of the excerpt's longer words that stand in our post"]
    excerpt_cosine: Annotated[float, "how near the excerpt is to our post, words weighed by how telling they are"]
    excerpt_weight_in_post: Annotated[float, "share of the excerpt's telling weight that stands in our post"]
    excerpt_copied: Annotated[float, "share of the excerpt's four-word runs copied from our post"]
    excerpt_is_title: Annotated[float, "share of the excerpt's words that are words of our title"]
    excerpt_cuts_title: Annotated[float, "the excerpt ends in our title, cut off"]
    excerpt_holds_page_title: Annotated[float, "the excerpt holds our page title with the blog's name"]
    only_title_echo: Annotated[float, "title and excerpt both just repeat our title"]
    script_differs: Annotated[float, "title and excerpt are in another script than our post"]
    language_differs: Annotated[float, "title and excerpt are in another language than our post"]


_UNKNOWN = RelevanceFeatures(*([nan] * len(RelevanceFeatures._fields)))


class _Ours(NamedTuple):
    """What is compared of our post."""

    core: tuple[str, ...]
    """Words of its own title."""
    content: tuple[str, ...]
    """Those of them that say something."""
    known: dict[str, float]
    """All its words, weighed."""


def relevance_features(context: FeatureContext) -> RelevanceFeatures:
    """Compares title and excerpt with our post.

    Args:
        context: The shared inputs; the words sent and the post are read.

    Returns:
        The features; all nan where the post is not known or holds no words.
    """
    post = context.post
    if post is None or not post.weights:
        return _UNKNOWN
    core = post.title_core
    content = _longer_words(core) or core
    ours = _Ours(core, content, post.weights)
    title, excerpt = context.title_words, context.excerpt_words
    likeness = _likeness(context.linkback.title, title, core)
    is_title = _excerpt_is_title(excerpt, post)
    has_text = bool(post.words)
    title_cosine, _ = _nearness(title, post.weights) if has_text else (nan, nan)
    excerpt_cosine, excerpt_weight = _nearness(excerpt, post.weights) if has_text else (nan, nan)
    return RelevanceFeatures(
        title_copies_title=_share(content, set(title)) if title else nan,
        title_holds_title=float(_holds(title, core)) if title and core else nan,
        title_likeness=likeness,
        title_in_post=_longer_in_post(title, ours) if has_text else nan,
        title_cosine=title_cosine,
        excerpt_in_post=_longer_in_post(excerpt, ours) if has_text else nan,
        excerpt_cosine=excerpt_cosine,
        excerpt_weight_in_post=excerpt_weight,
        excerpt_copied=_copied(excerpt, post),
        excerpt_is_title=is_title,
        excerpt_cuts_title=_cuts_title(context.linkback.excerpt, excerpt, core),
        excerpt_holds_page_title=_holds_page_title(excerpt, post),
        only_title_echo=likeness * is_title,
        script_differs=_script_differs(context, post),
        language_differs=_language_differs(title + excerpt, post),
    )


@lru_cache(maxsize=1024)
def _longer_words(ours: tuple[str, ...]) -> tuple[str, ...]:
    """Words of three letters or more, small words left out; remembered, for many linkbacks come to one post."""
    return tuple([word for word in content_words(ours) if len(word) > 2])


def _share(part: Sequence[str], whole: Container[str]) -> float:
    return sum(map(whole.__contains__, part)) / len(part) if part else nan


def _holds(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether `part` stands in `whole` as it is; a part of one short word does not count."""
    needle = " ".join(part)
    return len(needle) > 4 and f" {needle} " in f" {' '.join(whole)} "


def _likeness(raw_title: str, title: tuple[str, ...], core: tuple[str, ...]) -> float:
    """The best Jaccard index of our title with the title sent or one of its parts."""
    if not title or not core:
        return nan
    ours = set(core)
    best = _jaccard(set(title), ours)
    if best:
        parts = title_parts(plain(raw_title))
        if len(parts) > 1:
            best = max(best, *[_jaccard(set(words(part)), ours) for part in parts[:8]])
    return best


def _jaccard(a: set[str], b: set[str]) -> float:
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


def _longer_in_post(part: tuple[str, ...], ours: _Ours) -> float:
    return _share([word for word in content_words(part) if len(word) > 3], ours.known)


def _nearness(part: tuple[str, ...], weights: dict[str, float]) -> tuple[float, float]:
    """Cosine between a short text and the post, and the share of the text's idf that stands in the post.

    Each distinct word of the text counts once.
    """
    distinct = dict.fromkeys(part)  # not a set: its order, and so the last bit of the sums, differs between processes
    values = idf_of(distinct)
    square = sum(map(mul, values, values))
    if not square:
        return nan, nan
    found = [*map(weights.get, distinct, repeat(0.0))]
    shared = sum(compress(values, found))
    return sum(map(mul, values, found)) / sqrt(square), shared / sum(values)


def _copied(excerpt: tuple[str, ...], post: PostWords) -> float:
    runs = shingles(excerpt, RUN) if post.shingles else frozenset()
    return len(runs & post.shingles) / len(runs) if runs else nan


def _excerpt_is_title(excerpt: tuple[str, ...], post: PostWords) -> float:
    if not excerpt or not post.title_words:
        return nan
    return _share(content_words(excerpt), _PAGE_WORDS.union(post.title_words))


def _cuts_title(raw: str, excerpt: tuple[str, ...], core: tuple[str, ...]) -> float:
    """Whether the excerpt's last three words stand in our title before its end, with an ellipsis behind them."""
    if not excerpt or not core:
        return nan
    if len(excerpt) < 3 or not excerpt_body(raw).trails_off:
        return 0.0
    tail, own = " ".join(excerpt[-3:]), " ".join(core)
    return float(tail in own and not own.endswith(tail))


def _holds_page_title(excerpt: tuple[str, ...], post: PostWords) -> float:
    if not excerpt or not post.title_words:
        return nan
    longer = sum(map(len, post.title_words)) > sum(map(len, post.title_core)) + 3
    return float(longer and _holds(excerpt, post.title_words))


def _script_differs(context: FeatureContext, post: PostWords) -> float:
    script = main_script(f"{plain(context.linkback.title)} {excerpt_body(context.linkback.excerpt).text}"[:_SAMPLE])
    return float(script != post.script) if script and post.script else nan


def _language_differs(sent: tuple[str, ...], post: PostWords) -> float:
    if not post.language:
        return nan
    language = language_of(sent)
    return float(language != post.language) if language else nan


RELEVANCE = Group.of("relevance", "excerpt relevance", RelevanceFeatures, relevance_features)
"""The features of what was sent against our post."""
