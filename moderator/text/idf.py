"""How telling a word is, from document frequencies counted over real blog posts.

The table holds no words: each word falls into one of 32,768 buckets by a hash. `moderator.training.idf` writes it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from zlib import crc32

__all__ = ["BUCKETS", "bucket", "idf"]

BUCKETS = 1 << 15
"""Buckets of the table."""


def bucket(word: str) -> int:
    """The bucket of a word, the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)


@lru_cache(maxsize=65_536)
def idf(word: str) -> float:
    """The inverse document frequency of a word: ``ln((1 + posts) / (1 + posts with it))``.

    Args:
        word: A word in lower case, as `words` returns it.

    Returns:
        About 0 for words that stand in every post, the table's largest value for words never seen.

    >>> idf("the") < idf("garden") <= idf("zyxwvut")
    True
    """
    return _table()[bucket(word[:64])]


@cache
def _table() -> list[float]:
    import numpy as np  # loaded with the first word

    data = (files("moderator") / "data" / "idf.npy").read_bytes()
    table: list[float] = np.load(BytesIO(data), allow_pickle=False).astype(float).tolist()
    return table
