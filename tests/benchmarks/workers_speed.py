"""What `moderator rescore --workers N` gains over one process: ``python -m tests.benchmarks.workers_speed``.

    python -m tests.benchmarks.workers_speed                        # 100,000 rows, one process and two workers
    python -m tests.benchmarks.workers_speed --workers 2 3 --rows 20000 --suffix .csv .parquet

For each format, in order of time and shuffled, the runs take turns, so that other work on the machine meets all of
them alike; of each the best round counts. Told are linkbacks a second by the clock, the ratio to one process, and the
processor time of all processes together against that of one: with two free cores, two workers cannot gain more than
two over that. Every output is compared with that of one process, byte by byte.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.rescore_speed import child, write_tables


def converted(table: Path, suffix: str) -> Path:
    """The same rows in another format."""
    if suffix == ".jsonl":
        return table
    rows = [json.loads(line) for line in table.open(encoding="utf-8")]
    path = table.with_suffix(suffix)
    names = dict.fromkeys(name for row in rows for name in row)
    texts = [{k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items()} for row in rows]
    if suffix == ".csv":
        import csv

        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(names))
            writer.writeheader()
            writer.writerows(texts)
        return path
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([{n: row.get(n) for n in names} for row in texts]), path)
    return path


def compared(table: Path, counts: list[int], rounds: int, reasons: int, cores: int, rows: int, folder: Path) -> None:
    clock = {count: float("inf") for count in counts}
    processor = dict(clock)
    peak = dict.fromkeys(counts, 0.0)
    outputs = {count: folder / f"verdicts{count}{table.suffix}" for count in counts}
    bound = ("taskset", "-c", f"0-{cores - 1}") if shutil.which("taskset") else ()
    for _ in range(rounds):
        for count in counts:
            words = ("rescore", str(table), "--output", str(outputs[count]), "--json", "--workers", str(count))
            words = (*bound, sys.executable, "-m", "moderator", *words, "--reasons", str(reasons))
            out, spent, busy, memory = child(*words)
            assert json.loads(out)["rows"] == rows
            clock[count] = min(clock[count], spent)
            processor[count] = min(processor[count], busy)
            peak[count] = max(peak[count], memory)
    for count in counts:
        same = filecmp.cmp(outputs[counts[0]], outputs[count], shallow=False)
        print(
            f"  {table.name:16} {'alone' if count == 1 else f'{count} workers':10} {rows / clock[count]:7,.0f}/s   "
            f"{clock[counts[0]] / clock[count]:5.2f} times one   processor {processor[count]:7.1f} s, "
            f"{processor[count] / processor[counts[0]]:5.2f} times one   largest process {peak[count]:4,.0f} MB   "
            f"{'same bytes' if same else 'OTHER BYTES'}",
            flush=True,
        )
        if not same:
            sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reasons", type=int, default=8)
    parser.add_argument("--suffix", nargs="*", default=[".jsonl"], help=".jsonl, .csv, .parquet")
    parser.add_argument("--cores", type=int, default=2, help="cores that all processes share")
    parser.add_argument("--order", nargs="*", default=["in order", "shuffled"])
    parser.add_argument("--like", type=Path, help="a .jsonl[.gz] file whose rows are repeated")
    parser.add_argument("--folder", type=Path, help="where tables are written")
    options = parser.parse_args()
    print(
        f"{options.rows:,} rows, {options.reasons} reasons; load {os.getloadavg()[0]:.1f} before it began", flush=True
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        tables = write_tables(options.rows, options.like, Path(name))
        for suffix in options.suffix:
            for order in options.order:
                table = converted(tables[order], suffix)
                counts = [1, *options.workers]
                compared(table, counts, options.rounds, options.reasons, options.cores, options.rows, Path(name))


if __name__ == "__main__":
    main()
