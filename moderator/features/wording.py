"""Wording: hashed character runs of what was said and of where it leads, for the text models to weigh.

Character runs read every script, survive odd spelling and need no word list. They are hashed without a dictionary
(the hashing trick, Weinberger et al. 2009), a whole text at a time in numpy. A run never crosses a word's edge: the
edge is a space, which may stand first or last in it.

>>> runs_of("ab").shape  # " ab", "ab " and " ab "
(3,)
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from moderator.features.material import Material

__all__ = ["BUCKETS", "CHANNELS", "Buckets", "Wording", "runs_of", "wording"]

Buckets = NDArray[np.int32]
"""Distinct bucket numbers of one channel, sorted; empty: nothing was said there."""
Wording = tuple[Buckets, ...]
"""One array for each channel, in the order of `CHANNELS`."""

CHANNELS = {
    "title": "the wording of title and blog name",
    "excerpt": "the wording of the excerpt",
    "address": "the spelling of the source's address",
    "host": "the spelling of the source's host name, against names in public lists",
}
"""Names of the channels and what each says."""
BUCKETS = 1 << 16
"""Buckets of each channel, a power of two; 2**17 and 2**18 did no better on the real linkbacks."""
SHORTEST, LONGEST = 3, 5
"""Lengths of the character runs."""
TEXT_LIMIT = 1200
"""Characters of a text that are read: several times what the protocols cut excerpts at."""
ADDRESS_LIMIT = 200
"""Characters of a source URL's path, and of its query, that are read."""

_DIGIT = re.compile(r"\d")
_BRACKETED_DOTS = re.compile(r"\[\s*(?:\.\.\.|…)\s*\]")


def wording(material: Material) -> Wording:
    """The linkback's wording, hashed, channel by channel."""
    linkback, source = material.linkback, material.source
    title, name = linkback.title[:TEXT_LIMIT], linkback.blog_name[:TEXT_LIMIT]
    host = source.host.removeprefix("www.")
    path = unquote(source.path[:ADDRESS_LIMIT]).replace("/", " / ")
    return (
        runs_of(_cleaned(f"{title} {name}")),
        runs_of(_cleaned(linkback.excerpt[:TEXT_LIMIT])),
        runs_of(_cleaned(f"{host} {path} {source.query[:ADDRESS_LIMIT]}" if host else "")),
        runs_of(_cleaned(host.replace(".", " . ")), shortest=2),
    )


def _cleaned(text: str) -> str:
    """Lower case, one form of each letter, no entities, every digit a zero: what varies without meaning is gone."""
    if not text:
        return ""
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _DIGIT.sub("0", _BRACKETED_DOTS.sub(" ", text.lower()))
    return " ".join(text.split())


def runs_of(text: str, *, shortest: int = SHORTEST) -> Buckets:
    """The distinct buckets of all runs of `shortest` to `LONGEST` characters within words.

    Args:
        text: Any text; empty gives no runs.
        shortest: Length of the shortest run, from 2.
    """
    if not text:
        return np.empty(0, np.int32)
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32)
    spaces = np.concatenate(([0], np.cumsum(codes == 32)))
    rolling = codes.copy()
    found = []
    for size in range(2, LONGEST + 1):
        if len(codes) < size:
            break
        rolling = rolling[:-1] * np.uint32(0x01000193) + codes[size - 1 :]  # FNV's prime as polynomial base
        if size >= shortest:
            inner_spaces = spaces[size - 1 : len(spaces) - 1] - spaces[1 : len(spaces) - size + 1]
            found.append(_mixed(rolling + np.uint32(size * 0x9E3779B1 & 0xFFFFFFFF))[inner_spaces == 0])
    if not found:
        return np.empty(0, np.int32)
    return np.unique(np.concatenate(found) & np.uint32(BUCKETS - 1)).astype(np.int32)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spreads every bit over the whole word (a multiply-xorshift finaliser in the style of MurmurHash3's fmix32)."""
    hashes = (hashes ^ (hashes >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    hashes = (hashes ^ (hashes >> np.uint32(12))) * np.uint32(0x297A2D39)
    return hashes ^ (hashes >> np.uint32(15))
