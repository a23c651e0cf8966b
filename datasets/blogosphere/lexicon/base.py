"""What a lexicon holds: the languages with their words and sentence forms, what is sold, and what hosts are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from datasets.blogosphere.dice import Loaded

__all__ = ["Form", "Language", "Lexicon", "language", "lexicon"]

_PLACE: Final = re.compile(r"\{(\w+)\}")
Form = tuple[tuple[str, str], ...]
"""Text before an open place, and the place's sort; the last sort is empty."""
Words = tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Language:
    """One language's words and forms. Two languages are the same only if they are one object."""

    code: str
    """As in HTML's ``lang``."""
    places: Mapping[str, Words]
    """Words for the open places: ``a`` adjectives, ``v`` verbs, ``p`` times and places, ``w`` who, ``d`` what they
    did."""
    topics: Mapping[str, Words]
    """Nouns by topic."""
    sentences: tuple[Form, ...]
    titles: tuple[Form, ...]
    pointers: Words
    """What stands before a link in running text."""
    pitches: tuple[Form, ...]
    """Sentences that sell a ware."""
    pitch_titles: tuple[Form, ...]
    stances: tuple[Form, ...]
    """Sentences of somebody who writes honestly about a ware: its harm, its law, its trade."""
    stance_titles: tuple[Form, ...]
    replies: tuple[Form, ...]
    """Short answers to a post."""
    credits: Words
    """What a copy says before the link to the original; empty: nothing."""
    gap: str = " "
    """What stands between words and sentences."""
    swaps: Mapping[str, Words] = field(default_factory=dict)
    """For each word those that a spinning program puts in its place."""


@dataclass(frozen=True, eq=False, slots=True)
class Lexicon:
    """One split's vocabulary."""

    name: str
    """The split's name; the page templates go by it, too."""
    languages: Loaded[Language]
    """By share of the blogs; the first is English."""
    wares: Mapping[str, Words]
    """What spammers sell, by trade."""
    syllables: tuple[Words, Words, Words, Words]
    """Onsets, nuclei, codas and endings of invented names."""
    themes: Words
    """Words that host names and blog names are put together with."""

    @property
    def english(self) -> Language:
        """The language in which most is written."""
        return self.languages.faces[0]


def lexicon(
    name: str,
    *,
    languages: Mapping[Language, float],
    wares: Mapping[str, str],
    syllables: tuple[str, str, str, str],
    themes: str,
) -> Lexicon:
    """Makes a lexicon from text: wares have bars between them, syllables and themes blanks."""
    onsets, nuclei, codas, endings = (tuple(text.split()) for text in syllables)
    return Lexicon(
        name=name,
        languages=Loaded(languages),
        wares={trade: tuple(text.split("|")) for trade, text in wares.items()},
        syllables=(onsets, nuclei, codas, endings),
        themes=tuple(themes.split()),
    )


def language(
    code: str,
    *,
    places: Mapping[str, str],
    topics: Mapping[str, str],
    sentences: str,
    titles: str,
    pointers: str,
    pitches: str,
    pitch_titles: str,
    stances: str,
    stance_titles: str,
    replies: str,
    credits: str,
    gap: str = " ",
) -> Language:
    """Makes a language from text.

    Words have blanks between them, and a hyphen stands for a blank inside a word. Forms stand one a line; pointers and
    credits have bars between them.
    """
    words = {sort: _split(text) for sort, text in places.items()}
    nouns = {topic: _split(text) for topic, text in topics.items()}
    swaps: dict[str, Words] = {}
    for group in (*nouns.values(), *words.values()):
        for word in group:
            swaps.setdefault(word, tuple(other for other in group if other != word and " " not in other) or (word,))
    return Language(
        code=code,
        places=words,
        topics=nouns,
        sentences=_compiled(sentences),
        titles=_compiled(titles),
        pointers=tuple(pointers.split("|")),
        pitches=_compiled(pitches),
        pitch_titles=_compiled(pitch_titles),
        stances=_compiled(stances),
        stance_titles=_compiled(stance_titles),
        replies=_compiled(replies),
        credits=tuple(credits.split("|")),
        gap=gap,
        swaps=swaps,
    )


def _split(text: str) -> Words:
    return tuple(word.replace("-", " ") for word in text.split())


def _compiled(forms: str) -> tuple[Form, ...]:
    compiled = []
    for form in forms.strip().splitlines():
        parts = _PLACE.split(form)
        compiled.append(tuple(zip(parts[::2], [*parts[1::2], ""], strict=True)))
    return tuple(compiled)
