"""How telling a word is, from document frequencies counted over real blog posts.

The table holds no words: each word falls into one of 32,768 buckets by a hash. `moderator.training.idf` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from io import BytesIO
from zlib import crc32

__all__ = ["BUCKETS", "bucket", "idf", "idf_of"]

BUCKETS = 1 << 15
"""Buckets of the table."""
_LONGEST = 64
"""Characters of a word that count."""
_MOST = 65_536
"""Words that are remembered."""


def bucket(word: str) -> int:
    """The bucket of a word, the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)


def idf(word: str) -> float:
    """The inverse document frequency of a word: ``ln((1 + posts) / (1 + posts with it))``.

    Args:
        word: A word in lower case, as `words` returns it.

    Returns:
        About 0 for words that stand in every post, the table's largest value for words never seen.

    >>> idf("the") < idf("garden") <= idf("zyxwvut")
    True
    """
    return _KNOWN[word]


def idf_of(words: Iterable[str]) -> list[float]:
    """The inverse document frequency of each word, in order; quicker than one by one."""
    return [*map(_KNOWN.__getitem__, words)]


class _Known(dict[str, float]):
    """Words already looked up; starts anew when it is full, so that strangers cannot fill the memory."""

    def __missing__(self, word: str) -> float:
        value = _table()[bucket(word[:_LONGEST])]
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = value
        return value


_KNOWN = _Known()


@cache
def _table() -> list[float]:
    import numpy as np  # loaded with the first word

    data = (files("moderator") / "data" / "idf.npy").read_bytes()
    values: list[float] = np.load(BytesIO(data), allow_pickle=False).astype(float).tolist()
    shared: dict[float, float] = {}
    return [shared.setdefault(value, value) for value in values]  # few distinct numbers: kind to the processor's cache
