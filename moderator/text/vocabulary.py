"""Word lists of our own, and how often a text draws on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, product
from typing import NamedTuple

__all__ = ["Phrases", "Vocabulary", "content_words", "language_of", "phrases_in", "vocabulary"]

Pair = tuple[str, str]


class Phrases(NamedTuple):
    """Phrases by their first pair of words."""

    first: frozenset[Pair]
    """All first pairs; few texts hold any of them."""
    rest: dict[Pair, tuple[frozenset[Pair], ...]]
    """For each of them the further pairs of each phrase that begins so."""


class Vocabulary(NamedTuple):
    """The lists of ``data/vocabulary.txt``."""

    stop: frozenset[str]
    """Words that carry grammar and no topic, in seven languages."""
    languages: dict[str, str]
    """Those of them that belong to one of the languages alone, with its code."""
    first_person: frozenset[str]
    """I, my, we ... in the same languages."""
    trade: frozenset[str]
    """Words of shops and of search engine traffic; honest posts hold some of them too."""
    vice: frozenset[str]
    """Those of them that honest posts hardly hold."""
    in_hosts: tuple[str, ...]
    """Fragments of host names of shops and splogs."""
    vice_in_hosts: tuple[str, ...]
    """Those of them that names of honest hosts hardly hold."""
    blog_words: frozenset[str]
    """Words in the addresses of blogs."""
    member_words: frozenset[str]
    """Words in the addresses of member pages, forums, redirects and searches."""
    feed_words: frozenset[str]
    """Words in the addresses of feeds, sitemaps and trackback receivers."""
    system_directories: frozenset[str]
    """Directories that hold no pages, where break-ins leave some."""
    cheap_suffixes: frozenset[str]
    """Top-level domains that cost nothing or next to nothing."""
    blog_hosts: frozenset[str]
    """Platforms whose blogs are mostly kept by people."""
    page_hosts: frozenset[str]
    """Sites where anybody gets a page and linkbacks by people are rare."""
    republished: Phrases
    """What software says when it republishes others' posts."""
    splog: Phrases
    """What pages say that were made to be found by search engines."""
    praise: Phrases
    """What a text says that praises any page whatever."""


@cache
def vocabulary() -> Vocabulary:
    """The lists, read once."""
    sections = _sections((files("moderator") / "data" / "vocabulary.txt").read_text("utf-8"))
    stop_lists = {name.split()[1]: set(_words(lines)) for name, lines in sections.items() if name.startswith("stop ")}
    trade = frozenset(_words(sections["trade"]))
    return Vocabulary(
        stop=frozenset().union(*stop_lists.values()),
        languages={
            word: language
            for language, words in stop_lists.items()
            for word in words
            if sum(word in other for other in stop_lists.values()) == 1
        },
        first_person=frozenset(_words(sections["first person"])),
        trade=trade,
        vice=frozenset(_words(sections["vice"])),
        in_hosts=tuple(sorted({*_words(sections["in hosts"]), *(word for word in trade if len(word) >= 5)})),
        vice_in_hosts=tuple(_words(sections["vice in hosts"])),
        blog_words=frozenset(_words(sections["blog words"])),
        member_words=frozenset(_words(sections["member words"])),
        feed_words=frozenset(_words(sections["feed words"])),
        system_directories=frozenset(_words(sections["system directories"])),
        cheap_suffixes=frozenset(_words(sections["cheap suffixes"])),
        blog_hosts=frozenset(_words(sections["blog hosts"])),
        page_hosts=frozenset(_words(sections["page hosts"])),
        republished=_phrases(sections["republished"]),
        splog=_phrases(sections["splog"]),
        praise=_phrases(sections["praise"]),
    )


@lru_cache(maxsize=64)
def content_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that carry grammar and no topic; remembered, since several features ask in turn.

    >>> content_words(("a", "garden", "with", "roses"))
    ('garden', 'roses')
    """
    stop = vocabulary().stop
    return tuple([word for word in words if word not in stop])


def language_of(words: Sequence[str]) -> str:
    """The language that a text's small words point to.

    Args:
        words: Words in lower case.

    Returns:
        ``en``, ``de``, ``fr``, ``es``, ``it``, ``pt`` or ``nl``; empty: fewer than two words point to one language,
        or two languages are as likely.

    >>> language_of("the cat sat on the mat and".split()), language_of(["cat"])
    ('en', '')
    """
    hits: dict[str, int] = {}
    for language in filter(None, map(vocabulary().languages.get, words)):
        hits[language] = hits.get(language, 0) + 1
    if not hits:
        return ""
    best = max(hits.values())
    leaders = [language for language, count in hits.items() if count == best]
    return leaders[0] if best >= 2 and len(leaders) == 1 else ""


def phrases_in(words: Sequence[str], phrases: Phrases) -> int:
    """How many of the phrases stand in a text.

    Args:
        words: The words of the text, in order.
        phrases: The phrases. One of more than two words counts if each of its pairs is there.

    >>> phrases_in(("read", "more", "about"), vocabulary().republished)
    1
    """
    found = phrases.first.intersection(pairwise(words))
    if not found:
        return 0
    pairs = set(pairwise(words))
    return sum(rest <= pairs for first in found for rest in phrases.rest[first])


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line:
            lines.append(line)
    return sections


def _words(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in line.split()]


def _phrases(lines: Iterable[str]) -> Phrases:
    phrases: dict[Pair, set[frozenset[Pair]]] = {}
    for line in lines:
        for spelled in product(*(word.split("|") for word in line.split())):
            first, *rest = pairwise(spelled)
            phrases.setdefault(first, set()).add(frozenset(rest))
    return Phrases(frozenset(phrases), {first: tuple(rests) for first, rests in phrases.items()})
