"""How long one live check takes: ``python -m tests.benchmarks.live_speed``.

Fills a SQLite history with generated linkbacks (1,000,000, some minutes), then judges those that come next one by one
with `Moderator.check`, without a look at the page and with the commit, as a receiver does. Between every two checks
the same file is given a bare insert, its commit included, and three indexed counts in a table of as many rows with an
index for each count; with a linkback of its own, the history's part of a check alone (snapshot, observe, commit); and
with another one a check step by step, to see where its time goes. Prints p50 and p99 of each, and the ratios to the
bare step: all of it from one run, once with commits that survive the death of their process (``synchronous = normal``,
the default), once with commits that wait for the disk (``full``).
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from datasets.blogosphere import generate
from moderator.config.settings import read_settings
from moderator.engine import Moderator
from moderator.history.base import HOUR, Entry, History
from moderator.history.connection import Synchronous
from moderator.history.keys import keys_of
from moderator.history.sqlite import SqliteHistory
from moderator.records import Case, Decision, LinkEvidence, Reason, Verdict
from moderator.replay import keys_of_case, received
from moderator.tables.rows import case_of
from moderator.urls import parse_url
from moderator.wiring import build_moderator

CHECKS = 4_000
"""Live checks that are timed."""
WARM = 500
"""Checks before the clock runs."""
CHECK, STEP, BARE = "Moderator.check", "snapshot + observe", "bare insert + 3 counts"
PARTS = ("  keys", "  snapshot", "  features", "  score and reasons", "  observe and commit")
SYNCHRONOUS: tuple[Synchronous, ...] = ("normal", "full")
REASONS = tuple(Reason(f"group.feature_{number}", number / 7, number / 9, "what it means") for number in range(8))
"""As many as a decision names by default."""


def cases(count: int) -> Iterator[Case]:
    """Generated linkbacks in order of time."""
    return map(case_of, generate(seed=7, linkbacks=count))


def remembered(case: Case) -> Entry:
    """A case as the history remembers it after a check without a look at the page."""
    linkback = case.linkback
    keys = keys_of(linkback, parse_url(linkback.source_url), parse_url(linkback.target_url))
    assert linkback.received_at is not None
    decision = Decision(linkback.id, Verdict.HOLD, 0.5, REASONS, decided_at=linkback.received_at)
    return Entry(linkback, keys, linkback.received_at.timestamp(), LinkEvidence(), decision)


def fill(history: History, count: int, total: int) -> None:
    """Lets a history remember the first `count` of `total` linkbacks."""
    stream = itertools.islice(cases(total), count)
    while part := list(itertools.islice(stream, 1000)):
        with history.transaction():
            for case in part:
                history.observe(remembered(case))


class Bare:
    """What a program without an engine would do: three counts, one insert."""

    def __init__(self, history: SqliteHistory) -> None:
        # The history's own connection: each commit of another one would empty the page cache of both.
        file = history._file._connection
        assert file is not None
        self._file = file
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

    def _make(self) -> None:
        run = self._file.execute
        run("CREATE TABLE bare (id TEXT, at REAL, sender INTEGER, domain INTEGER, site INTEGER, linkback TEXT)")
        run("INSERT INTO bare SELECT id, at, sender, domain, site, linkback FROM linkbacks")
        for column in ("sender", "domain", "site"):
            run(f"CREATE INDEX bare_{column} ON bare ({column}, at)")
        run("PRAGMA wal_checkpoint(TRUNCATE)")


def timed(moderator: Moderator, history: History, bare: Bare, tried: list[Case]) -> dict[str, list[float]]:
    """Seconds of each check, of the history's part in another one, of a third one's steps, and of each bare step."""
    times: dict[str, list[float]] = {name: [] for name in (CHECK, STEP, *PARTS, BARE)}
    for place, case in enumerate(tried):
        if place == WARM:
            for found in times.values():
                found.clear()
        if place % 3 == 0:
            clock = Clock(times)
            moderator.check(case.linkback, case.post, verify=False)
            clock.lap(CHECK)
        elif place % 3 == 1:
            entry = remembered(case)
            clock = Clock(times)
            history.snapshot(entry.keys, entry.at, entry.linkback.id)
            history.observe(entry)
            clock.lap(STEP)
        else:
            clock = Clock(times)
            step_by_step(moderator, history, replace(case, evidence=LinkEvidence()), clock)
        entry, text = remembered(case), repr(case.linkback)
        clock = Clock(times)
        bare.step(entry, text)
        clock.lap(BARE)
    return times


def step_by_step(moderator: Moderator, history: History, case: Case, clock: Clock) -> None:
    """What `Moderator.check` does, timed between the steps."""
    keys = keys_of_case(case)
    clock.lap("  keys")
    snapshot = history.snapshot(keys, received(case), case.linkback.id)
    clock.lap("  snapshot")
    reading = moderator.scorer.extract(case, keys, snapshot)
    clock.lap("  features")
    [decision] = moderator.scorer.decide([reading])
    clock.lap("  score and reasons")
    history.observe(Entry(case.linkback, keys, reading.at, case.evidence, decision))
    clock.lap("  observe and commit")


class Clock:
    """Notes the seconds since the last lap."""

    def __init__(self, times: dict[str, list[float]]) -> None:
        self._times = times
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._times[name].append(now - self._last)
        self._last = time.perf_counter()


def at(times: list[float], share: float) -> float:
    """A quantile, in microseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="linkbacks in the history")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where the history is kept, and found the next time")
    parser.add_argument("--only", choices=SYNCHRONOUS, help="measure with this kind of commit alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "history.sqlite3"
        total = options.rows + WARM + CHECKS
        if not path.exists():
            history = SqliteHistory(path)
            fill(history, options.rows, total)
            history.close()
        later = list(itertools.islice(cases(total), options.rows, None))
        for synchronous in [options.only] if options.only else SYNCHRONOUS:
            # ids of their own: a history that was kept has met these linkbacks before
            tag = f"-{time.time()}"
            tried = [replace(each, linkback=replace(each.linkback, id=each.linkback.id + tag)) for each in later]
            history = SqliteHistory(path, synchronous=synchronous)
            bare = Bare(history)
            times = timed(build_moderator(read_settings(environment={}), history=history), history, bare, tried)
            history.close()
            tell(synchronous, times)


def tell(synchronous: str, times: dict[str, list[float]]) -> None:
    """Prints one table."""
    for name, found in times.items():
        p50, p99, longest = (at(found, share) for share in (0.5, 0.99, 1))
        print(f"  {synchronous:6}  {name:24} p50 {p50:6.0f} us   p99 {p99:6.0f} us   max {longest:6.0f} us")
    for name in (CHECK, STEP):
        p50, p99 = (at(times[name], share) / at(times[BARE], share) for share in (0.5, 0.99))
        print(f"  {synchronous:6}  {name} / bare: p50 {p50:.2f} (to reach: 4)   p99 {p99:.2f}")


if __name__ == "__main__":
    main()
