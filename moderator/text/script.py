"""Which script a text is written in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

__all__ = ["main_script", "mixed_script_places", "without_disguise"]

_SAMPLE = 2_000
"""Characters that are looked at."""
_LATIN = re.compile("[a-zA-ZªºÀ-ÖØ-öø-ɏ]")
_NON_LATIN = re.compile(r"[^\W\d_a-zA-ZªºÀ-ÖØ-öø-ɏ]")
_MIXED = re.compile(r"[a-z][Ͱ-ԯ]|[Ͱ-ԯ][a-z]", re.IGNORECASE)
_FOREIGN = re.compile("[\u00b5\u0345\u0370-\u052f\u1c80-\u1c8f\u1f00-\u1fff\u2126]")
"""The Greek and Cyrillic letters of `_MIXED` and those that case joins to them; most texts hold none, and that is seen
in a fifth of the time."""
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһ" + "АВЕКМНОРСТХІЈЅ" + "οανυρικ", "aeopcyxijsdh" + "ABEKMHOPCTXIJS" + "oavupik"
)
"""Cyrillic and Greek letters that look like Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")
_RANGES = (
    (0x0000, "Latin"),
    (0x0370, "Greek"),
    (0x0400, "Cyrillic"),
    (0x0530, "Armenian"),
    (0x0590, "Hebrew"),
    (0x0600, "Arabic"),
    (0x0780, "Other"),
    (0x0900, "Devanagari"),
    (0x0980, "Indic"),
    (0x0E00, "Thai"),
    (0x0E80, "Other"),
    (0x10A0, "Georgian"),
    (0x1100, "Hangul"),
    (0x1200, "Other"),
    (0x1E00, "Latin"),
    (0x1F00, "Greek"),
    (0x2000, "Other"),
    (0x2C60, "Latin"),
    (0x2C80, "Other"),
    (0x3005, "Han"),
    (0x3040, "Kana"),
    (0x3100, "Other"),
    (0x3130, "Hangul"),
    (0x3190, "Other"),
    (0x3400, "Han"),
    (0xA000, "Other"),
    (0xAC00, "Hangul"),
    (0xD800, "Other"),
    (0xF900, "Han"),
    (0xFB00, "Latin"),
    (0xFB13, "Other"),
    (0xFB50, "Arabic"),
    (0xFE00, "Other"),
    (0xFE70, "Arabic"),
    (0xFF21, "Latin"),
    (0xFF66, "Kana"),
    (0xFFA0, "Other"),
    (0x20000, "Han"),
    (0x40000, "Other"),
)
"""First code point of each block of letters and its script, after Unicode's Blocks.txt; rare scripts are ``Other``."""
_STARTS = [start for start, _ in _RANGES]
_NAMES = [name for _, name in _RANGES]


def main_script(text: str) -> str:
    """The script in which most of a text's letters stand, by its first 2,000 characters.

    Args:
        text: Plain text.

    Returns:
        ``Latin``, ``Cyrillic``, ``Han``, ``Kana`` (also Japanese that is mostly Han), ``Other`` ...; empty: there are
        no letters.

    >>> main_script("Привет, world"), main_script("これは東京都"), main_script("123")
    ('Cyrillic', 'Kana', '')
    """
    sample = text[:_SAMPLE]
    if sample.isascii() or not _NON_LATIN.search(sample):
        return "Latin" if _LATIN.search(sample) else ""
    counts: Counter[str] = Counter()
    for character, count in Counter(sample).items():
        if character.isalpha():
            counts[_NAMES[bisect_right(_STARTS, ord(character)) - 1]] += count
    if not counts:
        return ""
    main = max(counts, key=lambda name: (counts[name], name))
    return "Kana" if main == "Han" and counts["Kana"] * 10 >= counts["Han"] else main


def mixed_script_places(text: str) -> int:
    """How often a Latin letter touches a Greek or Cyrillic one: letters in disguise, to slip past filters.

    >>> mixed_script_places("cаsino")  # its first a is Cyrillic
    1
    """
    return 0 if text.isascii() or not _FOREIGN.search(text) else len(_MIXED.findall(text))


def without_disguise(text: str) -> str:
    """The text with Latin letters in the place of those that only look like them, in words that mix scripts.

    >>> without_disguise("a cаsino, и казино")  # the first word's first a is Cyrillic
    'a casino, и казино'
    """
    if not mixed_script_places(text):
        return text
    return _WORD.sub(lambda word: word[0].translate(_LOOKALIKES) if mixed_script_places(word[0]) else word[0], text)
