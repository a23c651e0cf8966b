"""A number that near-duplicates of one template share."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from moderator.text.plain import plain
from moderator.text.tokens import words

__all__ = ["fingerprint", "fingerprints"]

_LIMIT = 4_000
"""Characters of title and of excerpt that are read."""
_RUN = 4
"""Words in a run."""
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_DIGITS = re.compile("[0-9]+")
"""URLs and digits: what a template fills in anew each time."""
_MASK = "0"


def fingerprint(title: str, excerpt: str, masked: tuple[str, ...] = ()) -> int | None:
    """A 64-bit signed fingerprint of a linkback's wording, the same in every process.

    It joins the two smallest 32-bit hashes of all runs of four words, so that texts of one template mostly share it
    although some words differ. URLs, digits and the words of `masked` count as blanks.

    Args:
        title: The title sent.
        excerpt: The excerpt sent.
        masked: What names the sender: its host, its blog name.

    Returns:
        The fingerprint; None where no word is left.

    >>> a = fingerprint("", "Here you can find 61912 more information on http://a.example/1")
    >>> b = fingerprint("", "Here you can find 88 more information on http://b.example/2")
    >>> a == b
    True
    """
    return fingerprints(title, excerpt, masked)[0]


def fingerprints(title: str, excerpt: str, masked: tuple[str, ...] = ()) -> tuple[int | None, int | None]:
    """The fingerprint of title and excerpt together, and that of the excerpt alone; see `fingerprint`."""
    return _remembered(title[:_LIMIT], excerpt[:_LIMIT], masked)


@lru_cache(maxsize=64)
def _remembered(title: str, excerpt: str, masked: tuple[str, ...]) -> tuple[int | None, int | None]:
    """Remembered, for a linkback has the same wording again when its page has been read."""
    own = _name_words(masked)
    alone = _blanked(_masked_words(plain(excerpt)), own)
    of_excerpt = _run_hashes(alone)
    before = _blanked(_masked_words(plain(title)), own)
    if not before:
        value = _joined(alone, of_excerpt)
        return value, value
    if len(alone) < _RUN or (before[-1] == _MASK and alone[0] == _MASK):
        both = _blanked((*before, *alone), frozenset())
        return _joined(both, _run_hashes(both)), _joined(alone, of_excerpt)
    # what is new beside the excerpt's runs begins in the title
    begun = before + alone[: _RUN - 1]
    return _joined(begun, of_excerpt | _run_hashes(begun)), _joined(alone, of_excerpt)


def _joined(tokens: list[str], runs: set[int]) -> int | None:
    """The two smallest hashes as one number; None where no word is left."""
    if not tokens or tokens == [_MASK]:
        return None
    low = min(runs)
    high = min(runs - {low}, default=0)
    value = low << 32 | high
    return value - (1 << 64) if value >= 1 << 63 else value


@lru_cache(maxsize=64)
def _masked_words(text: str) -> tuple[str, ...]:
    """The words of a text, with a blank for each URL and number; an excerpt is asked for with its title and alone."""
    if "://" in text or "www." in text.lower():
        text = _URL.sub(" 0 ", text)
    masked = _DIGITS.sub(" 0 ", text)
    return words(masked, once=masked is not text)


@lru_cache(maxsize=64)
def _name_words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset([word for name in names for word in words(name, once=True) if len(word) > 1])


def _blanked(tokens: tuple[str, ...], own: frozenset[str]) -> list[str]:
    """Tokens with the own ones blanked, and rows of blanks as one."""
    if _MASK not in tokens and own.isdisjoint(tokens):
        return [*tokens]
    kept: list[str] = []
    for token in tokens:
        if token in own:
            token = _MASK
        if token != _MASK or not kept or kept[-1] != _MASK:
            kept.append(token)
    return kept


def _run_hashes(tokens: list[str]) -> set[int]:
    """CRC-32 of each run of words; of the whole text where it is shorter than a run."""
    joined = " ".join(tokens).encode("utf-8", "surrogatepass")
    if len(tokens) <= _RUN:
        return {crc32(joined)}
    parts = joined.split(b" ")
    runs = zip(*(parts[start:] for start in range(_RUN)), strict=False)
    return set(map(crc32, map(b" ".join, runs)))
