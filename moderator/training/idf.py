"""Counts document frequencies and writes the table that `moderator.text.idf` reads.

Run it as ``python -m moderator.training.idf OUTPUT.npy FILE...``; each file is gzipped JSONL with one post a line.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from moderator.text.idf import BUCKETS, bucket
from moderator.text.plain import plain
from moderator.text.tokens import words

__all__ = ["document_frequencies", "read_posts"]


def document_frequencies(texts: Iterable[str]) -> npt.NDArray[np.float16]:
    """The inverse document frequency of every bucket.

    Args:
        texts: One text for each post.

    Returns:
        ``ln((1 + posts) / (1 + posts with a word of the bucket))`` for each bucket.
    """
    counts = np.zeros(BUCKETS)
    posts = 0
    for text in texts:
        posts += 1
        counts[sorted({bucket(word[:64]) for word in words(plain(text))})] += 1
    return np.log((1 + posts) / (1 + counts)).astype(np.float16)


def read_posts(paths: Iterable[Path]) -> Iterator[str]:
    """Title and text of every distinct post: of posts (``title``, ``text``) or of targets (``target_title`` ...)."""
    seen: set[str] = set()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                text = row.get("target_text") or row.get("text") or ""
                if len(text) >= 200 and text not in seen:
                    seen.add(text)
                    yield f"{row.get('target_title') or row.get('title') or ''} {text}"


def main(arguments: list[str]) -> None:
    """Writes the table."""
    output, *paths = arguments
    table = document_frequencies(read_posts(map(Path, paths)))
    np.save(output, table, allow_pickle=False)


if __name__ == "__main__":
    main(sys.argv[1:])
