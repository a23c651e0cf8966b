"""Forgetting nine tenths of a large history while it is in use: ``python -m tests.benchmarks.prune_speed``.

Prints the time, the size on the disk before and after, how long live steps (snapshot, observe, commit) take meanwhile
beside the same steps before it, and of how many later linkbacks the snapshot is another one: reputations, windows of
seven days and first dates are not forgotten with the linkbacks, so that must be none. The stream is that of
`tests.benchmarks.history_speed`; every second linkback's page was read, and every fiftieth is labelled.
"""

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from moderator.history.base import DAY, Entry, Snapshot
from moderator.history.sqlite import SqliteHistory
from moderator.records import Label, LinkEvidence, LinkPosition, LinkStatus
from tests.benchmarks.history_speed import START, YEAR, step, stream

ASKED = 4_000
"""Later linkbacks whose snapshots are compared."""


def entries(first: int, count: int, rows: int) -> Iterator[Entry]:
    """The stream, with what pages show."""
    for entry in stream(first, count, rows):
        if hash(entry.linkback.id) % 2:
            yield entry
            continue
        seen = LinkEvidence(
            status=LinkStatus.FOUND,
            checked_at=datetime.fromtimestamp(entry.at, UTC),
            position=LinkPosition.ARTICLE,
            snippet="[...] an excerpt of the usual length, with what stood around the link on the page, and more [...]",
            page_title="A title as long as titles are",
            text_length=4_000,
        )
        decision = None if entry.decision is None else replace(entry.decision, evidence=seen)
        yield replace(entry, evidence=seen, decision=decision)


def fill(path: Path, rows: int) -> None:
    """Writes a year's linkbacks, with labels."""
    history = SqliteHistory(path)
    for first in range(0, rows, 2_000):
        with history.transaction():
            for number, entry in enumerate(entries(first, min(2_000, rows - first), rows)):
                history.observe(entry)
                if number % 50 == 0:
                    label = Label.SPAM if number % 100 else Label.HAM
                    history.label(entry.linkback.id, label, entry.at + DAY)
    history.close()


def snapshots(history: SqliteHistory, rows: int) -> list[Snapshot]:
    """What is known before linkbacks that come a day later, of those who wrote lately and of others."""
    asked = stream(rows - ASKED, ASKED, rows)
    return [history.snapshot(each.keys, START + YEAR + DAY, f"later{number}") for number, each in enumerate(asked)]


def live(history: SqliteHistory, rows: int, ends: object, first: int) -> tuple[list[float], int]:
    """Live steps, some 200 a second, until a process has ended, or 2,000; their seconds, and the next number."""
    times, number, pause = [], first, random.Random(first)
    process = ends if isinstance(ends, subprocess.Popen) else None
    while process.poll() is None if process is not None else number < first + 2_000:
        [entry] = stream(number, 1, rows)
        begun = time.perf_counter()
        step(history, entry, labels=False)
        times.append(time.perf_counter() - begun)
        number += 1
        time.sleep(pause.uniform(0.0, 0.01))
    return times, number


def told(name: str, times: list[float]) -> None:
    times = sorted(times)
    p50, p99 = (times[int(len(times) * share)] * 1e3 for share in (0.5, 0.99))
    print(f"  live steps {name}: {len(times):,}, p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {times[-1] * 1e3:.0f} ms")


def size(path: Path) -> float:
    return sum(side.stat().st_size for side in path.parent.iterdir() if side.name.startswith(path.name)) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="linkbacks in the history")
    parser.add_argument("--keep", type=float, default=0.1, help="the share that is kept")
    options = parser.parse_args()
    rows = options.rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        begun = time.perf_counter()
        fill(path, rows)
        print(f"a history of {rows:,} linkbacks of a year, made in {time.perf_counter() - begun:.0f} s")
        history = SqliteHistory(path)
        # live steps come from years later: what is known of the linkbacks that are asked about is not changed by them
        quiet, number = live(history, rows, None, 10 * rows)
        told("before", quiet)
        before, large = snapshots(history, rows), size(path)
        oldest = START + (1 - options.keep) * YEAR
        code = (
            "import sys, resource; from moderator.history.sqlite import SqliteHistory\n"
            "history = SqliteHistory(sys.argv[1]); count = history.prune(float(sys.argv[2])); history.close()\n"
            "used = resource.getrusage(resource.RUSAGE_SELF)\n"
            "print(f'  {count:,} forgotten, {used.ru_utime + used.ru_stime:.0f} s of processor')"
        )
        begun = time.perf_counter()
        pruning = subprocess.Popen([sys.executable, "-c", code, str(path), str(oldest)])
        times, _ = live(history, rows, pruning, number)
        print(f"  pruned in {time.perf_counter() - begun:.0f} s; ended with {pruning.wait()}")
        told("meanwhile", times)
        history.close()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            left = connection.execute("SELECT count(*), count(label) FROM linkbacks").fetchone()
        connection.close()
        print(f"  {left[0]:,} are left, {left[1]:,} of them labelled; {large:.0f} MB before, {size(path):.0f} MB after")
        history = SqliteHistory(path)
        changed = sum(repr(one) != repr(other) for one, other in zip(before, snapshots(history, rows), strict=True))
        history.close()
        print(f"  snapshots of {ASKED:,} later linkbacks that are not the same: {changed}")


if __name__ == "__main__":
    main()
