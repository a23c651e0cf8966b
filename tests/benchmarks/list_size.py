"""A published list of 100,000 authors: ``python -m tests.benchmarks.list_size``.

Prints its size, processor time to make, to check, to index and to look up, and what it adds to a live check.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from datasets.blogosphere import generate
from moderator.config.settings import Settings
from moderator.domain_lists.feed import FeedEntry, read_feed
from moderator.domain_lists.publish import signed_feed
from moderator.domain_lists.reports import PublisherReports
from moderator.domain_lists.signature import is_signed_by, load_or_make_key
from moderator.domain_lists.trust import Publisher
from moderator.history.memory import MemoryHistory
from moderator.serialization import case_from_json
from moderator.wiring import build_moderator

ROUNDS = 16


def main(count: int) -> None:
    """Prints the figures."""
    rng = Random(1)
    prints = [(f"{rng.getrandbits(64):016x}",) for _ in range(2 * count)]
    day = date(2026, 1, 1)
    entries = [
        FeedEntry(f"host{n}.example", 3, 0, day, wordings=prints[2 * n], pages=prints[2 * n + 1]) for n in range(count)
    ]
    with tempfile.TemporaryDirectory() as folder:
        key = load_or_make_key(Path(folder) / "lists.key")
    began = process_time()
    body = signed_feed(entries, key, "https://blog.example/", now=datetime(2026, 1, 2, tzinfo=UTC))
    print(f"to make   {process_time() - began:.2f} s")
    print(f"{len(body) / 1e6:.1f} MB, by gzip {len(gzip.compress(body)) / 1e6:.1f} MB")
    began = process_time()
    feed = read_feed(body)
    sound = is_signed_by(feed.header.key, feed.signed, feed.signature)
    print(f"to check  {process_time() - began:.2f} s, signature {'holds' if sound else 'does not hold'}")
    began = process_time()
    reports = PublisherReports([Publisher("blog", feed.entries, pinned=True)])
    print(f"to index  {process_time() - began:.2f} s")
    for name in ("host", "nobody"):
        began = process_time()
        for number in range(count):
            reports.about((f"{name}{number}.example",), 5, 7)
        print(f"look-up of {name:8} {(process_time() - began) / count * 1e6:.1f} us")
    print(f"a live check takes {_ratio(reports):.3f} times as long (median of {ROUNDS} pairs)")


def _ratio(reports: PublisherReports) -> float:
    """Processor time of checks with the list to those without."""
    cases = [case_from_json(row) for row in generate(seed=3, linkbacks=100, checked=1.0)]
    ratios = []
    for number in range(ROUNDS):
        taken = {}
        for with_list in (False, True) if number % 2 else (True, False):
            source = reports if with_list else PublisherReports()
            engine = build_moderator(Settings(), history=MemoryHistory(), reports=source)
            engine.check(cases[0].linkback)
            began = process_time()
            for case in cases:
                engine.check(case.linkback, case.post, evidence=case.evidence)
            taken[with_list] = process_time() - began
        ratios.append(taken[True] / taken[False])
    return median(ratios)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--authors", type=int, default=100_000, help="authors in the list")
    main(parser.parse_args().authors)
