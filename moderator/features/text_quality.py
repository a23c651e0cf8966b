"""Excerpt relevance, second part: title, blog name and excerpt against themselves and each other.

Spam repeats its keywords in title, blog name and excerpt, or speaks in the set phrases of software; people who mention
a post speak of themselves and in whole sentences.
"""

from __future__ import annotations

import re
from math import log1p, nan
from operator import itemgetter
from typing import Annotated, NamedTuple

from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.excerpt import Body, excerpt_body
from moderator.text import content_words, count_of, phrases_in, plain, title_parts, vocabulary

__all__ = ["TEXT_QUALITY", "TextQualityFeatures", "text_quality_features"]

_ADDRESSES = ("http://", "https://", "www.")
_MARKUP = ("[url", "[b]", "[/b]", "[link", "[/link", "<a ", "href=")
_ENTITY = re.compile(r"&#[0-9]{2,4}(?![0-9])")
_NON_LATIN = re.compile(r"[^\W\d_a-zA-ZªºÀ-ɏḀ-ỿ]")
_LETTER = re.compile(r"[^\W\d_]")
_MIXED = re.compile(r"[a-z][Ͱ-ԯ]|[Ͱ-ԯ][a-z]")
_BROKEN = ("???", "¥", "¤", "²", "\ufffd")
_ELLIPSES = ("…", "...")
_FIRST = itemgetter(0)
_SHORT = 3
"""Words up to which shares of an excerpt's words say nothing."""


class TextQualityFeatures(NamedTuple):
    """The texts sent, by themselves; nan where the text in question was not sent."""

    title_words: Annotated[float, "words in the title"]
    title_lower: Annotated[float, "the title is all lower case"]
    title_trails_off: Annotated[float, "the title ends in an ellipsis"]
    title_parts: Annotated[float, "parts of the title between separators"]
    title_archive: Annotated[float, "the title is a page title of a blog's archive"]
    title_stop_share: Annotated[float, "share of small words in the title"]
    title_commas: Annotated[float, "commas in the title"]
    title_trade_share: Annotated[float, "share of words of shops and search traffic in the title"]
    title_vice_words: Annotated[float, "words in the title that honest posts hardly hold"]
    title_url: Annotated[float, "an address stands in the title"]
    title_upper_share: Annotated[float, "share of capitals among the title's letters"]
    title_keywordish: Annotated[float, "signs of a keyword list: lower case, short, one part, no small words; 0 to 4"]
    name_is_title: Annotated[float, "the blog's name is the title (1), or one begins with the other (0.5)"]
    name_words: Annotated[float, "words in the blog name"]
    name_lower: Annotated[float, "the blog name is all lower case"]
    name_trade_share: Annotated[float, "share of words of shops and search traffic in the blog name"]
    name_in_excerpt: Annotated[float, "the excerpt holds the blog's name"]
    excerpt_words: Annotated[float, "words in the excerpt, log(1 + count)"]
    excerpt_stop_share: Annotated[float, "share of small words in the excerpt"]
    excerpt_first_share: Annotated[float, "share of I, my, we ... in the excerpt"]
    excerpt_first_person: Annotated[float, "the excerpt says I, my, we ..."]
    excerpt_second_person: Annotated[float, "the excerpt says you or your"]
    excerpt_republished: Annotated[float, "phrases of software that republishes others' posts"]
    excerpt_praise: Annotated[float, "phrases that would praise any page"]
    excerpt_urls: Annotated[float, "addresses in the excerpt"]
    excerpt_markup: Annotated[float, "links and bold in HTML or BBCode in the excerpt"]
    excerpt_entities: Annotated[float, "letters written as numbers (&#1086;) in the excerpt"]
    excerpt_punctuation: Annotated[float, "share of punctuation among the excerpt's characters"]
    excerpt_exclamations: Annotated[float, "exclamation marks in the excerpt"]
    excerpt_trade_share: Annotated[float, "share of words of shops and search traffic in the excerpt"]
    excerpt_vice_words: Annotated[float, "words in the excerpt that honest posts hardly hold"]
    excerpt_capitalised: Annotated[float, "share of the excerpt's words that begin with a capital"]
    excerpt_repeats: Annotated[float, "share of distinct words in the excerpt"]
    excerpt_starts_with_title: Annotated[float, "the excerpt begins with the title"]
    excerpt_title_share: Annotated[float, "share of the title's words that the excerpt repeats"]
    excerpt_trails_off: Annotated[float, "the excerpt ends in an ellipsis of its own"]
    excerpt_bracketed: Annotated[float, "the excerpt stands in [...], as blog software writes the text around a link"]
    excerpt_broken: Annotated[float, "signs of broken encoding in the excerpt"]
    digit_share: Annotated[float, "share of digits in title and excerpt"]
    non_latin_share: Annotated[float, "share of letters that are not Latin"]
    mixed_script_words: Annotated[float, "places where Latin and Greek or Cyrillic letters touch"]


_NO_TITLE = (nan,) * 12
_NO_NAME = (nan,) * 5
_NO_EXCERPT = (nan,) * 21
_NO_TEXT = (nan,) * 3


def text_quality_features(context: FeatureContext) -> TextQualityFeatures:
    """Looks at the texts sent.

    Args:
        context: The shared inputs; title, blog name, excerpt and their words are read.

    Returns:
        The features; nan for each text that was not sent.
    """
    linkback = context.linkback
    title = plain(linkback.title, 1_000)
    body = excerpt_body(linkback.excerpt)
    return TextQualityFeatures(
        *(_title(title, context.title_words) if title else _NO_TITLE),
        *(_name(context, title, body.text) if context.name_words else _NO_NAME),
        *(_excerpt(context, body) if body.text else _NO_EXCERPT),
        *(_letters(f"{title} {body.text}") if title or body.text else _NO_TEXT),
    )


def _title(title: str, words: tuple[str, ...]) -> tuple[float, ...]:
    known = vocabulary()
    count = len(words)
    lower = float(title == title.lower())
    parts = float(len(title_parts(title)))
    stop_share = _stop_share(words)
    return (
        float(count),
        lower,
        float(title.endswith(_ELLIPSES)),
        parts,
        float("blog archive" in title.lower()),
        stop_share,
        float(title.count(",")),
        _share_in(words, known.trade),
        float(sum(map(known.vice.__contains__, words))),
        float(_count(title.lower(), _ADDRESSES) > 0),
        sum(map(str.isupper, title)) / len(title),
        lower + float(count <= 5) + float(parts <= 1) + float(stop_share < 0.2),
    )


def _name(context: FeatureContext, title: str, body: str) -> tuple[float, ...]:
    name, words = context.linkback.blog_name, context.name_words
    joined = " ".join(words)
    own = " ".join(context.title_words)
    if not title:
        is_title = nan
    elif joined == own:
        is_title = 1.0
    else:
        is_title = 0.5 if own and (own.startswith(joined) or joined.startswith(own)) else 0.0
    in_excerpt = float(len(joined) > 3 and f" {joined} " in f" {' '.join(context.excerpt_words)} ") if body else nan
    return (
        is_title,
        float(len(words)),
        float(name == name.lower()),
        _share_in(words, vocabulary().trade),
        in_excerpt,
    )


def _excerpt(context: FeatureContext, body: Body) -> tuple[float, ...]:
    known = vocabulary()
    raw, text, words = context.linkback.excerpt, body.text, context.excerpt_words
    count = len(words)
    enough = count > _SHORT
    distinct = set(words)
    title = context.title_words
    first = sum(map(known.first_person.__contains__, words))
    return (
        log1p(count),
        _stop_share(words) if enough else nan,
        first / count if enough else nan,
        float(first > 0),
        float(not distinct.isdisjoint(("you", "your", "you're", "yours"))),
        float(phrases_in(words, known.republished)),
        float(phrases_in(words, known.praise)),
        _count(text.lower(), _ADDRESSES),
        _count(raw.lower(), _MARKUP) if "[" in text or "<" in raw else 0.0,
        float(len(_ENTITY.findall(raw)) - raw.count("&#8230;") if "&#" in raw else 0),
        count_of(text, ",;.!?") / len(text),
        float(text.count("!")),
        _share_in(words, known.trade),
        float(sum(map(known.vice.__contains__, words))),
        sum(map(str.isupper, map(_FIRST, text.split()))) / max(count, 1),
        len(distinct) / count if enough else nan,
        _starts_with_title(words, title),
        sum(map(distinct.__contains__, title)) / len(title) if title else nan,
        float(body.trails_off),
        float(body.bracketed),
        _count(text, _BROKEN),
    )


def _count(text: str, parts: tuple[str, ...]) -> float:
    return float(sum(map(text.count, parts)))


def _letters(text: str) -> tuple[float, ...]:
    digits = count_of(text, "0123456789") / len(text)
    if text.isascii():
        return digits, 0.0, 0.0
    foreign = len(_NON_LATIN.findall(text))
    if not foreign:
        return digits, 0.0, 0.0
    return digits, foreign / len(_LETTER.findall(text)), float(len(_MIXED.findall(text.lower())))


def _share_in(words: tuple[str, ...], known: frozenset[str]) -> float:
    return sum(map(known.__contains__, words)) / len(words) if words else nan


def _stop_share(words: tuple[str, ...]) -> float:
    return (len(words) - len(content_words(words))) / len(words) if words else nan


def _starts_with_title(words: tuple[str, ...], title: tuple[str, ...]) -> float:
    if not title:
        return nan
    return float(words[: len(title)] == title and sum(map(len, title)) > 2)


TEXT_QUALITY = Group.of("text_quality", "excerpt relevance", TextQualityFeatures, text_quality_features)
"""The features of the texts sent, by themselves."""
