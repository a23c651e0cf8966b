"""A published list of 100,000 authors: its size, and processor time to make, to check, to index and to look up.

python -m tests.benchmarks.list_size
"""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from time import process_time

from moderator.domain_lists.feed import FeedEntry, read_feed
from moderator.domain_lists.publish import signed_feed
from moderator.domain_lists.reports import PublisherReports
from moderator.domain_lists.signature import is_signed_by, load_or_make_key
from moderator.domain_lists.trust import Publisher

COUNT = 100_000


def main() -> None:
    """Prints the figures."""
    rng = Random(1)
    prints = [(f"{rng.getrandbits(64):016x}",) for _ in range(2 * COUNT)]
    day = date(2026, 1, 1)
    entries = [
        FeedEntry(f"host{n}.example", 3, 0, day, wordings=prints[2 * n], pages=prints[2 * n + 1]) for n in range(COUNT)
    ]
    with tempfile.TemporaryDirectory() as folder:
        key = load_or_make_key(Path(folder) / "lists.key")
    began = process_time()
    body = signed_feed(entries, key, "https://blog.example/", now=datetime(2026, 1, 2, tzinfo=UTC))
    print(f"{len(body) / 1e6:.1f} MB, by gzip {len(gzip.compress(body)) / 1e6:.1f} MB")
    print(f"to make   {process_time() - began:.2f} s")
    began = process_time()
    feed = read_feed(body)
    sound = is_signed_by(feed.header.key, feed.signed, feed.signature)
    print(f"to check  {process_time() - began:.2f} s, signature {'holds' if sound else 'does not hold'}")
    began = process_time()
    reports = PublisherReports([Publisher("blog", feed.entries, pinned=True)])
    print(f"to index  {process_time() - began:.2f} s")
    for name in ("host", "nobody"):
        began = process_time()
        for number in range(COUNT):
            reports.about((f"{name}{number}.example",), 5, 7)
        print(f"look-up of {name:8} {(process_time() - began) / COUNT * 1e6:.1f} us")


if __name__ == "__main__":
    main()
