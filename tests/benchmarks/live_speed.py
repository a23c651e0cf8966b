"""How long one live check takes: ``python -m tests.benchmarks.live_speed``.

Fills a SQLite history with generated linkbacks (1,000,000, about three minutes), then judges those that come next one
by one with `Moderator.check`, without a look at the page and with the commit, as a receiver does. Between every two
checks the same file is given a bare insert, its commit included, and three indexed counts in a table of as many rows
with an index for each count. Prints p50 and p99 of both, and the ratio: all of it from one run.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from datasets.blogosphere import generate
from moderator.engine import Moderator
from moderator.history.base import HOUR, Entry, History
from moderator.history.keys import keys_of
from moderator.history.sqlite import SqliteHistory
from moderator.queues.rows import case_of
from moderator.records import Case, Decision, Verdict
from moderator.settings import read_settings
from moderator.urls import parse_url
from moderator.wiring import build_moderator

CHECKS = 4_000
"""Live checks that are timed."""
WARM = 500
"""Checks before the clock runs."""


def cases(count: int) -> Iterator[Case]:
    """Generated linkbacks in order of time."""
    return map(case_of, generate(seed=7, linkbacks=count))


def remembered(case: Case) -> Entry:
    """A case as the history remembers it after a check."""
    linkback = case.linkback
    keys = keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))
    assert linkback.received_at is not None
    decision = Decision(linkback.id, Verdict.HOLD, 0.5, evidence=case.evidence, decided_at=linkback.received_at)
    return Entry(linkback, keys, linkback.received_at.timestamp(), case.evidence, decision)


def fill(history: History, count: int, total: int) -> None:
    """Lets a history remember the first `count` of `total` linkbacks."""
    stream = itertools.islice(cases(total), count)
    while part := list(itertools.islice(stream, 1000)):
        with history.transaction():
            for case in part:
                history.observe(remembered(case))


class Bare:
    """What a program without an engine would do: three counts, one insert."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous = normal", "cache_size = -16384", "wal_autocheckpoint = 4000"):
            self._file.execute(f"PRAGMA {pragma}")
        known = self._file.execute("SELECT 1 FROM sqlite_master WHERE name = 'bare'").fetchone()
        if not known:
            self._make()

    def step(self, entry: Entry, text: str) -> None:
        keys, at = entry.keys, entry.at
        for column, key in (("sender", keys.sender), ("domain", keys.domain), ("site", keys.site)):
            query = f"SELECT count(*) FROM bare WHERE {column} = ? AND at > ? AND at < ?"
            self._file.execute(query, (key, at - HOUR, at)).fetchone()
        values = (entry.linkback.id, at, keys.sender, keys.domain, keys.site, text)
        self._file.execute("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?)", values)

    def close(self) -> None:
        self._file.close()

    def _make(self) -> None:
        run = self._file.execute
        run("CREATE TABLE bare (id TEXT, at REAL, sender INTEGER, domain INTEGER, site INTEGER, linkback TEXT)")
        run("INSERT INTO bare SELECT id, at, sender, domain, site, linkback FROM linkbacks")
        for column in ("sender", "domain", "site"):
            run(f"CREATE INDEX bare_{column} ON bare ({column}, at)")
        run("PRAGMA wal_checkpoint(TRUNCATE)")


def timed(moderator: Moderator, bare: Bare, tried: list[Case]) -> tuple[list[float], list[float]]:
    """Seconds of each check, and of each bare step."""
    live, plain = [], []
    for case in tried:
        entry, text = remembered(case), repr(case.linkback)
        begun = time.perf_counter()
        moderator.check(case.linkback, case.post, evidence=case.evidence, verify=False)
        between = time.perf_counter()
        bare.step(entry, text)
        plain.append(time.perf_counter() - between)
        live.append(between - begun)
    return live[WARM:], plain[WARM:]


def at(times: list[float], share: float) -> float:
    """A quantile, in microseconds."""
    return sorted(times)[int(len(times) * share)] * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="linkbacks in the history")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where the history is kept, and found the next time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "history.sqlite3"
        total = options.rows + WARM + CHECKS
        if not path.exists():
            history = SqliteHistory(path)
            fill(history, options.rows, total)
            history.close()
        bare = Bare(path)
        tried = list(itertools.islice(cases(total), options.rows, None))
        moderator = build_moderator(read_settings(environment={}, history=path))
        live, plain = timed(moderator, bare, tried)
        moderator.close()
        bare.close()
    for name, times in (("Moderator.check", live), ("bare insert + 3 counts", plain)):
        print(
            f"  {name:24} p50 {at(times, 0.5):6.0f} us   p99 {at(times, 0.99):6.0f} us   max {max(times) * 1e6:6.0f} us"
        )
    print(f"  ratio of the medians {at(live, 0.5) / at(plain, 0.5):.2f} (to reach: 4)")


if __name__ == "__main__":
    main()
