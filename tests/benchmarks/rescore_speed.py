"""How fast the whole engine is: ``python -m tests.benchmarks.rescore_speed``.

Prints, each measured in a process of its own:

* linkbacks a second and peak memory of `moderator rescore`, file to file on one core, at 100,000 and 1,000,000 rows,
  in order of time and shuffled;
* the start of `--help` against ``import typer``, and of `check` against ``import sklearn.linear_model``;
* one live `Moderator.check` without a look at the page, its commit included, in a SQLite history of 1,000,000 rows.

The rows are generated; ``--like FILE`` repeats the rows of a JSON Lines file instead, each time a minute later.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2024, 1, 1, tzinfo=UTC)
CHECKS = 2_000
"""Live checks that are timed."""
STARTS = 7
"""Starts of which the fastest counts: the machine may have other work."""
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def rows(count: int, like: Path | None) -> Iterator[dict[str, Any]]:
    """Linkbacks in order of time."""
    if like is None:
        from datasets.blogosphere import generate

        yield from generate(seed=7, linkbacks=count)
        return
    with (gzip.open if like.suffix == ".gz" else open)(like, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    for number in range(count):
        at = (START + timedelta(minutes=number)).isoformat()
        yield {**found[number % len(found)], "id": f"{number:09d}", "received_at": at}


def write_tables(count: int, like: Path | None, folder: Path) -> dict[str, Path]:
    """The same rows in order of time and shuffled."""
    tables = {name: folder / f"{name}.jsonl" for name in ("in order", "shuffled")}
    places = []
    with tables["in order"].open("w", encoding="utf-8") as file:
        for row in rows(count, like):
            places.append(file.tell())
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    random.Random(7).shuffle(places)
    with tables["in order"].open("rb") as file, tables["shuffled"].open("wb") as shuffled:
        for place in places:
            file.seek(place)
            shuffled.write(file.readline())
    return tables


def child(*words: str, **environment: str) -> tuple[str, float, float, float]:
    """Runs a process: what it printed, seconds by the clock, seconds of processor, peak memory in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, **ONE_CORE, **environment}, text=True)
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)} ended with {process.returncode}")
    spent = time.perf_counter() - begun
    return out, spent, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_process(call: Callable[..., None], *arguments: str) -> str:
    """Runs a function of this module in a process of its own."""
    code = f"import sys; from tests.benchmarks.rescore_speed import {call.__name__}; {call.__name__}(*sys.argv[1:])"
    return child(sys.executable, "-c", code, *arguments)[0]


def rescoring(counts: Iterable[int], like: Path | None, model: Sequence[str], folder: Path) -> None:
    for count in counts:
        tables = write_tables(count, like, folder)
        for name, table in tables.items():
            output = folder / "verdicts.jsonl"
            words = ("rescore", str(table), "--output", str(output), "--json", *model)
            out, spent, processor, peak = child(sys.executable, "-m", "moderator", *words)
            summary = json.loads(out)
            assert summary["rows"] == count
            assert summary["unreadable"] == 0
            size = table.stat().st_size / count
            print(
                f"  {count:>9,} rows of {size:,.0f} bytes, {name:8}: {count / spent:6,.0f} linkbacks/s by the clock, "
                f"{count / processor:6,.0f}/s of processor, peak {peak:4,.0f} MB",
                flush=True,
            )


def starting(model: Sequence[str], folder: Path) -> None:
    urls = ("--source-url", "https://a.example/post", "--target-url", "https://b.example/post")
    check = ("check", *urls, "--excerpt", "a few words", "--history", str(folder / "start.sqlite3"), *model)
    times = {
        "--help": ("-m", "moderator", "--help"),
        "import typer": ("-c", "import typer"),
        "check": ("-m", "moderator", *check),
        "import sklearn.linear_model": ("-c", "import sklearn.linear_model"),
        "import moderator": ("-c", "import moderator"),
    }
    best = {name: min(child(sys.executable, *words)[2] for _ in range(STARTS)) for name, words in times.items()}
    for name, seconds in best.items():
        print(f"  {name:28} {seconds * 1000:5.0f} ms of processor")
    print(f"  --help / import typer: {best['--help'] / best['import typer']:.2f} (to reach: 3)")
    ratio = best["check"] / best["import sklearn.linear_model"]
    print(f"  check / import sklearn.linear_model: {ratio:.2f} (to reach: 0.5)", flush=True)


def fill(count: str, path: str) -> None:
    """Writes a SQLite history."""
    from moderator.history.sqlite import SqliteHistory
    from tests.benchmarks.history_speed import stream

    history = SqliteHistory(Path(path))
    for first in range(0, int(count), 1000):
        with history.transaction():
            for entry in stream(first, min(1000, int(count) - first), int(count)):
                history.observe(entry)
    history.close()


def live(path: str, like: str, model: str) -> None:
    """Times single checks in a history."""
    from moderator.config.settings import read_settings
    from moderator.tables.rows import case_of
    from moderator.wiring import build_moderator

    moderator = build_moderator(read_settings(history=Path(path), model=model or None))
    cases = [case_of(row) for row in rows(CHECKS + 100, Path(like) if like else None)]
    times = []
    for case in cases:
        begun = time.perf_counter()
        moderator.check(case.linkback, case.post, evidence=case.evidence, verify=False)
        times.append(time.perf_counter() - begun)
    times = sorted(times[100:])
    p50, p99 = (1000 * times[int(CHECKS * share)] for share in (0.5, 0.99))
    print(f"  p50 {p50:.2f} ms (to reach: 1), p99 {p99:.2f} ms, longest {1000 * times[-1]:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000], help="sizes of queues")
    parser.add_argument("--history", type=int, default=1_000_000, help="rows of the history for live checks; 0: none")
    parser.add_argument("--like", type=Path, help="a .jsonl[.gz] file whose rows are repeated")
    parser.add_argument("--model", type=Path, help="the model's folder; default: the one that comes with the package")
    parser.add_argument("--folder", type=Path, help="where tables are written; 1,000,000 rows take several GB")
    options = parser.parse_args()
    model = ("--model", str(options.model)) if options.model else ()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        print("starting", flush=True)
        starting(model, folder)
        if options.rows:
            print("rescore, file to file, one core", flush=True)
            rescoring(options.rows, options.like, model, folder)
        if options.history:
            print(f"one live check in a history of {options.history:,} linkbacks, commit included", flush=True)
            in_process(fill, str(options.history), str(folder / "live.sqlite3"))
            print(
                in_process(live, str(folder / "live.sqlite3"), str(options.like or ""), str(options.model or "")),
                end="",
            )


if __name__ == "__main__":
    main()
