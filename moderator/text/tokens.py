"""Words and runs of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from unicodedata import normalize

__all__ = ["count_of", "shingles", "words"]

_IDEOGRAPHS = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that set no spaces: Han and the Japanese syllabaries."""
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
"""Combining marks and the scripts that are full of them, whose words would fall apart otherwise."""
_ASCII = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_IN_WORDS = bytes(
    code if code >= 128 else ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "'" else ord(" ")
    for code in range(256)
)
"""What each byte of UTF-8 is in a word: ASCII itself in lower case, or the space that ends it; others stay."""
_SPACED = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_UNSPACED = re.compile(f"[{_IDEOGRAPHS}{_MARKS}]")
_PARTING = "…–—«»“”‘"
"""Marks that part words. Without them and the curly apostrophe most texts are ASCII, which is read quickly."""
_LONGEST = 1_000
"""Longest text in characters whose words are remembered: excerpts and titles, not posts and pages."""
_ANY = re.compile(f"[{_IDEOGRAPHS}]|(?:[^\\W_{_IDEOGRAPHS}]|[{_MARKS}])+(?:'[^\\W_{_IDEOGRAPHS}]+)*")


def words(text: str, *, once: bool = False) -> tuple[str, ...]:
    """The words of a text in lower case, in order; of scripts without spaces each character is a word.

    Args:
        text: Plain text; see `plain`.
        once: Whether nobody asks for these words again: they are not remembered in the place of others.

    Returns:
        The words; letters in disguise (full width, mathematical) become the usual ones. Empty: there are none.

    >>> words("Don't PANIC: 東京 2x")
    ("don't", 'panic', '東', '京', '2x')
    """
    return _words(text) if once or len(text) > _LONGEST else _remembered(text)


def _words(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = text.replace("\u2019", "'")
        for mark in _PARTING:
            text = text.replace(mark, " ")
    if text.isascii():
        parts = text.encode("ascii").translate(_IN_WORDS).decode("ascii").split()
        if "'" in text:
            parts = [word for part in parts for word in (_ASCII.findall(part) if "'" in part else (part,))]
        return tuple(parts)
    text = normalize("NFKC", text).lower()
    if _UNSPACED.search(text):
        return tuple(_ANY.findall(text))
    # ASCII's marks end words; what else may stand in a part is seen faster than it is searched for
    parts = text.encode("utf-8", "surrogatepass").translate(_IN_WORDS).decode("utf-8", "surrogatepass").split()
    if not all(map(str.isalnum, parts)):
        parts = [word for part in parts for word in ((part,) if part.isalnum() else _SPACED.findall(part))]
    return tuple(parts)


_remembered = lru_cache(maxsize=8192)(_words)
"""Keys and features of a linkback ask for the same texts, and a piece of a queue lies between the two."""


def shingles(words: Sequence[str], size: int) -> frozenset[int]:
    """All runs of `size` words, hashed.

    Args:
        words: Words in order.
        size: Length of a run, at least 1.

    Returns:
        One hash for each distinct run; empty where there are fewer words. The hashes hold within this process only.

    >>> len(shingles(("a", "b", "a", "b"), 2))
    2
    """
    return frozenset(map(hash, zip(*(words[start:] for start in range(size)), strict=False)))


def count_of(text: str, characters: str) -> int:
    """How many of some characters stand in a text; quicker than counting one after the other.

    Args:
        text: Any text.
        characters: ASCII characters.

    >>> count_of("2 roses for 10 €", "0123456789")
    3
    """
    return len(text.encode("ascii", "ignore").translate(None, _all_but(characters)))


@cache
def _all_but(characters: str) -> bytes:
    return bytes(set(range(256)) - set(characters.encode("ascii")))
