"""Live checks from several processes, PostgreSQL against SQLite: ``python -m tests.benchmarks.shared_speed``.

Starts a throw-away PostgreSQL server on this machine, lets both histories remember the same generated linkbacks, and
lets four processes judge further ones at once with `Moderator.check` (without a look at the page, commit included):
first all four in one history, then in the other, round after round. Prints checks a second of all processes together,
p50 and p99 of one check, and the ratio of the rates; then the same for the history's part alone (snapshot, observe).

Two promises are compared, each with its like: a commit that survives the death of its process (SQLite's
``synchronous = normal``, PostgreSQL's ``synchronous_commit = off``), and one that survives the loss of power
(``full``, ``on``: each commit waits for the disk).
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from moderator.config.settings import read_settings
from moderator.engine import Moderator
from moderator.history.base import Entry, History
from moderator.history.postgresql.store import PostgresqlHistory
from moderator.history.sqlite import SqliteHistory
from moderator.records import Case
from moderator.wiring import build_moderator
from tests.benchmarks.live_speed import at, cases, fill, remembered
from tests.postgresql_server import running_server

WARM = 30
"""Checks of each process before the clock runs."""
_FORK = multiprocessing.get_context("fork")


def whole(history: History) -> Callable[[Case], object]:
    """The whole live check."""
    moderator: Moderator = build_moderator(read_settings(environment={}), history=history)
    return lambda case: moderator.check(case.linkback, case.post, verify=False)


def history_alone(history: History) -> Callable[[Case], object]:
    """The history's part of it; what is remembered is worked out before."""
    ready: dict[str, Entry] = {}

    def step(case: Case) -> None:
        entry = ready.pop(case.linkback.id, None)
        if entry is None:
            entry = remembered(case)
        history.snapshot(entry.keys, entry.at, entry.linkback.id)
        history.observe(entry)

    return step


def work(
    open_history: Callable[[], History],
    make: Callable[[History], Callable[[Case], object]],
    tried: list[Case],
    ready: Barrier,
    told: Connection,
) -> None:
    """One process: seconds of each check, and of all."""
    history = open_history()
    step = make(history)
    for case in tried[:WARM]:
        step(case)
    ready.wait()
    begun = time.perf_counter()
    times = []
    for case in tried[WARM:]:
        before = time.perf_counter()
        step(case)
        times.append(time.perf_counter() - before)
    told.send((time.perf_counter() - begun, times))
    history.close()


def at_once(
    open_history: Callable[[], History], make: Callable[[History], Callable[[Case], object]], shares: list[list[Case]]
) -> tuple[float, list[float]]:
    """Checks a second of several processes together, and seconds of each check."""
    ready = _FORK.Barrier(len(shares))
    pipes = []
    for share in shares:
        receiver, sender = _FORK.Pipe(duplex=False)
        _FORK.Process(target=work, args=(open_history, make, share, ready, sender), daemon=True).start()
        pipes.append(receiver)
    answers = [pipe.recv() for pipe in pipes]
    times = [each for _, one in answers for each in one]
    return len(times) / max(seconds for seconds, _ in answers), times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000, help="linkbacks in each history")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--checks", type=int, default=300, help="checks of each process in each round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    each = options.checks + WARM
    wanted = each * options.processes
    tried = list(itertools.islice(cases(options.rows + wanted), options.rows, None))
    with running_server(shared_buffers="256MB") as server, tempfile.TemporaryDirectory() as folder:
        path, address = Path(folder) / "history.sqlite3", server.address()
        stores: dict[str, Callable[[], History]] = {
            "SQLite normal": lambda: SqliteHistory(path),
            "PostgreSQL off": lambda: PostgresqlHistory(f"{address}?options=-c%20synchronous_commit%3Doff"),
            "SQLite full": lambda: SqliteHistory(path, synchronous="full"),
            "PostgreSQL on": lambda: PostgresqlHistory(address),
        }
        for name in ("SQLite normal", "PostgreSQL off"):
            history = stores[name]()
            fill(history, options.rows, options.rows + wanted)
            history.close()
        server.run("VACUUM ANALYZE")
        for title, make in (("Moderator.check", whole), ("snapshot + observe", history_alone)):
            print(f"{title}, {options.processes} processes at once, {options.rows:,} linkbacks remembered", flush=True)
            rates: dict[str, list[float]] = defaultdict(list)
            times: dict[str, list[float]] = defaultdict(list)
            for number in range(options.rounds):
                for name, open_history in stores.items():
                    tag = f"-{title[0]}{number}{name}"
                    named = [
                        replace(case, linkback=replace(case.linkback, id=case.linkback.id + tag)) for case in tried
                    ]
                    shares = [named[place :: options.processes] for place in range(options.processes)]
                    rate, spent = at_once(open_history, make, shares)
                    rates[name].append(rate)
                    times[name] += spent
            for name, found in rates.items():
                rate = sorted(found)[len(found) // 2]
                p50, p99 = (at(times[name], share) / 1000 for share in (0.5, 0.99))
                print(f"  {name:15} {rate:6,.0f} checks/s   p50 {p50:5.2f} ms   p99 {p99:6.2f} ms")
            for promise, (first, second) in (("process", list(rates)[:2]), ("power", list(rates)[2:])):
                ratios = sorted(ours / theirs for ours, theirs in zip(rates[second], rates[first], strict=True))
                print(f"  PostgreSQL / SQLite, safe from loss of {promise}: {ratios[len(ratios) // 2]:.2f}", flush=True)


if __name__ == "__main__":
    main()
