"""How fast and how large the histories are: ``python -m tests.benchmarks.history_speed``.

Prints the time of one live step (snapshot, observe, commit) in SQLite beside a bare insert with three indexed counts
in the same file, and the memory history's time and room. The stream is invented: linkbacks of a year to 50 blogs, half
of them from campaigns that come in bursts.
"""

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from moderator.history.base import DAY, HOUR, Entry, History, Keys
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from moderator.records import Decision, Label, Linkback, LinkEvidence, Verdict

START = 1_700_000_000.0
YEAR = 365 * DAY
STEPS = 4_000
"""Live steps that are timed."""


def stream(first: int, count: int, rows: int) -> Iterator[Entry]:
    """Linkbacks `first` to `first + count` of a year with `rows` of them."""
    chance = random.Random(first)
    for number in range(first, first + count):
        at = START + number * YEAR / rows
        campaign = number % 2
        family = number // 400 * 10 + chance.randrange(10) if campaign else chance.randrange(rows)
        sender = _key(1, family * 3 + chance.randrange(3))
        site = chance.randrange(50)
        keys = Keys(
            sender=sender,
            network=_key(2, family),
            domain=_key(3, family if campaign else chance.randrange(rows // 4)),
            template=_key(4, family),
            target=_key(5, int(chance.paretovariate(0.5)) % 40_000),
            site=_key(6, site),
            site_author=_key(7, family * 50 + site),
        )
        linkback = Linkback(
            kind="pingback",  # type: ignore[arg-type]
            source_url=f"https://blog{family}.example.com/2024/05/{number}/a-post-with-a-long-name",
            target_url=f"https://site{site}.example.org/2024/04/our-post-{keys.target}",
            title="A title as long as titles are",
            excerpt="[...] an excerpt of the usual length, with what stood around the link on the page, and more [...]",
            blog_name="Somebody's weblog",
            sender_ip="203.0.113.7",
            received_at=datetime.fromtimestamp(at, UTC),
            id=f"{number * 2654435761 % 2**64:016x}",
        )
        decision = Decision(linkback.id, Verdict.HOLD, 0.5, decided_at=linkback.received_at, model="default-0123456789")
        yield Entry(linkback, keys, at, LinkEvidence(), decision)


def _key(family: int, number: int) -> int:
    return ((number + 1) * 0x9E3779B97F4A7C15 + family * 0xD1B54A32D192ED03) % 2**64 - 2**63


def step(history: History, entry: Entry, labels: bool) -> None:
    history.snapshot(entry.keys, entry.at, entry.linkback.id)
    history.observe(entry)
    if labels:
        history.judge(entry.keys, Label.SPAM, entry.at)


def memory_history(rows: int, labels: bool, forgets: bool) -> None:
    part = list(stream(0, min(10_000, rows), rows))  # the stream's own room is not the history's
    before = _peak()
    history = MemoryHistory() if forgets else MemoryHistory(entries=0, keys=None)
    name = "memory" if forgets else "memory without bounds"
    spent = 0.0
    for first in range(0, rows, 10_000):
        part = list(stream(first, min(10_000, rows - first), rows))
        begun = time.process_time()
        for entry in part:
            step(history, entry, labels)
        spent += time.process_time() - begun
        if (first + len(part)) * 4 % rows < 40_000:
            print(f"  {name}: {first + len(part):>9,} linkbacks, {_peak() - before:5.0f} MB more than at the start")
    told = " + judge" if labels else ""
    print(f"  {name}: {spent / rows * 1e6:.1f} us of CPU per linkback (snapshot + observe{told})")


def sqlite_history(rows: int, folder: Path) -> None:
    path = folder / "history.sqlite3"
    history = SqliteHistory(path)
    begun = time.perf_counter()
    for first in range(0, rows, 1_000):
        with history.transaction():
            for entry in stream(first, min(1_000, rows - first), rows):
                history.observe(entry)
    spent = time.perf_counter() - begun
    size = path.stat().st_size / 1e6
    print(f"  SQLite: {rows:,} rows written in {spent:.0f} s, {size:.0f} MB, {size / rows * 1e6:.0f} bytes a row")
    bare = _bare_table(path)
    live, plain = [], []
    for entry in stream(rows, STEPS, rows):
        begun = time.perf_counter()
        step(history, entry, labels=False)
        live.append(time.perf_counter() - begun)
        text = repr(entry.linkback)
        begun = time.perf_counter()
        _bare_step(bare, entry, text)
        plain.append(time.perf_counter() - begun)
    _print_times("snapshot + observe + commit", live)
    _print_times("bare insert + 3 counts", plain)
    print(f"  SQLite: ratio of the medians {sorted(live)[STEPS // 2] / sorted(plain)[STEPS // 2]:.2f}")
    bare.close()
    history.close()


def _bare_table(path: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA synchronous = normal")
    bare.execute("PRAGMA cache_size = -16384")
    bare.execute("CREATE TABLE bare (id TEXT, at REAL, sender INTEGER, domain INTEGER, site INTEGER, linkback TEXT)")
    bare.execute("INSERT INTO bare SELECT id, at, sender, domain, site, linkback FROM linkbacks")
    for column in ("sender", "domain", "site"):
        bare.execute(f"CREATE INDEX bare_{column} ON bare ({column}, at)")
    bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bare.execute("PRAGMA wal_autocheckpoint = 4000")
    return bare


def _bare_step(bare: sqlite3.Connection, entry: Entry, text: str) -> None:
    keys, since = entry.keys, entry.at - HOUR
    for column, key in (("sender", keys.sender), ("domain", keys.domain), ("site", keys.site)):
        bare.execute(f"SELECT count(*) FROM bare WHERE {column} = ? AND at > ? AND at < ?", (key, since, entry.at))
    bare.execute(
        "INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?)",
        (entry.linkback.id, entry.at, keys.sender, keys.domain, keys.site, text),
    )


def _print_times(name: str, times: list[float]) -> None:
    times = sorted(times)
    p50, p99 = (times[int(len(times) * share)] * 1e6 for share in (0.5, 0.99))
    print(f"  SQLite: {name:28} p50 {p50:6.0f} us   p99 {p99:6.0f} us   max {times[-1] * 1e6:6.0f} us")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="linkbacks in the history")
    parser.add_argument("--labels", action="store_true", help="let the memory history be given a label for each")
    parser.add_argument("--only", choices=("memory", "unbounded", "sqlite"), help="measure one of them")
    options = parser.parse_args()
    print(f"histories with {options.rows:,} linkbacks of a year")
    if options.only != "sqlite":
        memory_history(options.rows, options.labels, options.only != "unbounded")
    if options.only in ("memory", "unbounded"):
        return
    with tempfile.TemporaryDirectory() as folder:
        sqlite_history(options.rows, Path(folder))


if __name__ == "__main__":
    main()
