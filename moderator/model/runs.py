"""Hashed character runs: what the text models weigh, for one text or for thousands in one go.

Character runs read every script, survive odd spelling and need no word list. They are hashed without a dictionary
(the hashing trick, Weinberger et al. 2009). A run never crosses a word's edge; the edge is a space, which may stand
first or last in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "LONGEST", "Runs", "hashed_runs", "run_keys"]

BUCKETS = 1 << 16
"""Buckets of each channel, a power of two; 2**17 and 2**18 did no better on the real linkbacks."""
LONGEST = 5
"""Characters of the longest run."""
_BITS = 16
_BREAK = "\n"


class Runs(NamedTuple):
    """The distinct buckets of some texts, one text after the other."""

    buckets: NDArray[np.int32]
    """Bucket numbers, sorted within each text."""
    sizes: NDArray[np.int64]
    """How many belong to each text, shape (texts,); 0: the text is empty."""


def hashed_runs(texts: Sequence[str], *, shortest: int) -> Runs:
    """The distinct buckets of all runs of `shortest` to `LONGEST` characters within words.

    Args:
        texts: Texts whose words are parted by single spaces, without line breaks; empty ones have no runs.
        shortest: Characters of the shortest run, from 2.

    >>> hashed_runs(["ab", "", "ab ab"], shortest=3).sizes.tolist()  # " ab", "ab " and " ab "
    [3, 0, 3]
    """
    keys = run_keys(texts, [shortest] * len(texts))
    sizes = np.bincount(keys >> _BITS, minlength=len(texts))
    return Runs((keys & (BUCKETS - 1)).astype(np.int32), sizes.astype(np.int64))


def run_keys(texts: Sequence[str], shortest: Sequence[int]) -> NDArray[np.int64] | NDArray[np.uint32]:
    """The same buckets as one sorted array, each as ``number of its text * BUCKETS + bucket``.

    Args:
        texts: Texts as for `hashed_runs`.
        shortest: Characters of the shortest run of each text, from 2.

    >>> (run_keys(["ab", "ab"], [3, 4]) // BUCKETS).tolist()
    [0, 0, 0, 1]
    """
    joined = _BREAK.join([f" {text} " if text else "" for text in texts])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    breaks = codes == ord(_BREAK)
    # half as wide where that holds all keys: most of the time goes to sorting them
    width = np.uint32 if len(texts) < 1 << (32 - _BITS) else np.int64
    owner = breaks.cumsum(dtype=width)
    edges = (breaks | (codes == ord(" "))).cumsum(dtype=np.uint32)
    lowest, highest = min(shortest, default=LONGEST), max(shortest, default=LONGEST)
    rolling = codes
    hashes, places = [codes[:0]], [np.empty(0, np.intp)]
    for size in range(2, min(LONGEST, len(codes)) + 1):
        rolling = rolling[:-1] * np.uint32(0x01000193) + codes[size - 1 :]  # FNV's prime as polynomial base
        if size < lowest:
            continue
        # no edge within; breaks stand between spaces, so only a run of two could begin or end with one and have none
        whole = edges[size - 2 : -1] == edges[: 1 - size] if size > 2 else ~(breaks[:-1] | breaks[1:])
        if size < highest:
            whole &= (np.array(shortest) <= size)[owner[: len(whole)]]
        place = whole.nonzero()[0]
        hashes.append(rolling.take(place) + np.uint32(size * 0x9E3779B1 & 0xFFFFFFFF))
        places.append(place)
    keys: NDArray[np.int64] | NDArray[np.uint32] = owner.take(np.concatenate(places)) << _BITS
    keys |= _mixed(np.concatenate(hashes)) & np.uint32(BUCKETS - 1)
    keys.sort()
    new = np.empty(len(keys), np.bool_)
    new[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys[new]


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spreads every bit over the whole word (multiply and xorshift, in the manner of MurmurHash3's finaliser)."""
    hashes = (hashes ^ (hashes >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    hashes = (hashes ^ (hashes >> np.uint32(12))) * np.uint32(0x297A2D39)
    return hashes ^ (hashes >> np.uint32(15))
