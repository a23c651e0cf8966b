"""Rescoring on a cluster whose scheduler and workers are processes of their own, apart from the client.

    python -m tests.benchmarks.cluster_speed --rows 1000000 --compare
    python -m tests.benchmarks.cluster_speed --rows 1000000 --kill
    python -m tests.benchmarks.cluster_speed --rows 10000000 --reasons 0

Prints time, processor time and peak memory of each worker, and rows a second. ``--kill`` sends SIGKILL to a worker when
half of the buckets are replayed. ``--compare`` judges the same rows without a cluster, too, and the rows of some sites
alone both ways, and says whether the outputs are equal, and how long both took. ``--queue`` takes rows that are there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datasets.blogosphere import generate
from datasets.generate import write

SITES = 5
"""Sites whose rows are judged alone, too."""
MEGABYTE = 1 << 20


@dataclass
class Watched:
    """What the workers took so far."""

    peak: dict[int, int] = field(default_factory=dict)
    """Bytes of resident memory, by worker process."""
    spent: dict[int, float] = field(default_factory=dict)
    """Seconds of processor time, by worker process."""
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Cluster:
    """A scheduler and workers that run."""

    address: str
    nannies: list[subprocess.Popen[bytes]]

    def workers(self) -> list[psutil.Process]:
        """The worker processes, as of now."""
        found: list[psutil.Process] = []
        for nanny in self.nannies:
            with contextlib.suppress(psutil.Error):
                found += [
                    child for child in psutil.Process(nanny.pid).children() if "spawn_main" in " ".join(child.cmdline())
                ]
        return found


@contextlib.contextmanager
def cluster(count: int, memory: str) -> Iterator[Cluster]:
    """A cluster on loopback; its processes end with the context."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "scheduler.json"
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}

        def started(module: str, *options: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(file), *options],
                env=environment,
                **quiet,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        while not file.exists():
            time.sleep(0.1)
        alone = ("--host", "127.0.0.1", "--nthreads", "1", "--memory-limit", memory, "--no-dashboard")
        nannies = [started("dask_worker", *alone, "--local-directory", str(folder)) for _ in range(count)]
        address = json.loads(file.read_text())["address"]
        found = Cluster(address, nannies)
        while len(found.workers()) < count:
            time.sleep(0.2)
        yield found


def watch(found: Cluster, seen: Watched) -> None:
    """Notes memory and processor time of the workers until it is over."""
    while not seen.over.wait(0.2):
        for worker in found.workers():
            with contextlib.suppress(psutil.Error):
                seen.peak[worker.pid] = max(seen.peak.get(worker.pid, 0), worker.memory_info().rss)
                times = worker.cpu_times()
                seen.spent[worker.pid] = times.user + times.system


def kill_half_way(found: Cluster, output: Path, buckets: int, seen: Watched) -> None:
    """Sends SIGKILL to a worker when half of the buckets are replayed."""
    replayed = output / "_moderator" / "replayed"
    while not seen.over.wait(0.05):
        if len(list(replayed.glob("[!.]*"))) >= buckets // 2:
            victim = found.workers()[0]
            os.kill(victim.pid, signal.SIGKILL)
            print(f"worker {victim.pid} was killed when half of the buckets were replayed")
            return


def rescored(queue: Path, output: Path, *options: str) -> float:
    """Runs the command; returns its seconds."""
    started = time.monotonic()
    command = [sys.executable, "-m", "moderator", "rescore", str(queue), "--output", str(output), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return time.monotonic() - started


def whole(folder: Path) -> pa.Table:
    """The table in the files of a folder."""
    return pa.concat_tables([pq.read_table(file) for file in sorted(folder.glob("*.parquet"))])


def compare(queue: Path, output: Path, folder: Path, address: str, reasons: str, seconds: float) -> None:
    """Judges the same rows without a cluster, and the rows of some sites alone both ways."""
    rows = whole(queue)
    pq.write_table(rows, folder / "one.parquet")
    alone = rescored(folder / "one.parquet", folder / "alone.parquet", "--reasons", reasons)
    same = whole(output).equals(pq.read_table(folder / "alone.parquet"))
    print(f"one process, no cluster: {alone:.0f} s; the cluster took {seconds / alone:.2f} of it; equal: {same}")
    for number, site in enumerate(pc.unique(rows["site"]).to_pylist()[:SITES]):
        part, there, here = (
            folder / f"site{number}.parquet",
            folder / f"site{number}",
            folder / f"alone{number}.parquet",
        )
        pq.write_table(rows.filter(pc.equal(rows["site"], site)), part)
        rescored(part, here, "--reasons", reasons)
        rescored(part, there, "--reasons", reasons, "--cluster", address, "--partition-rows", str(100 * 7**number))
        partitions = len(list(there.glob("*.parquet")))
        same = whole(there).equals(pq.read_table(here))
        print(f"  {site}: {pq.read_metadata(part).num_rows:,} rows, {partitions} partitions; equal: {same}")


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queue", type=Path, help="a folder of Parquet files, in place of generated rows")
    parser.add_argument("--reasons", default="8")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2GB", help="what Dask lets a worker have before it is ended")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-speed-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        queue = options.queue or folder / "queue"
        if options.queue is None:
            write(generate(7, options.rows), queue)
        rows = sum(pq.read_metadata(file).num_rows for file in queue.glob("*.parquet"))
        found = stack.enter_context(cluster(options.workers, options.memory))
        seen, output = Watched(), folder / "verdicts"
        threads = [threading.Thread(target=watch, args=(found, seen))]
        if options.kill:
            buckets = 5 * max(1, -(-rows // 250_000))
            threads.append(threading.Thread(target=kill_half_way, args=(found, output, buckets, seen)))
        for thread in threads:
            thread.start()
        try:
            seconds = rescored(queue, output, "--reasons", options.reasons, "--cluster", found.address)
        finally:
            seen.over.set()
            for thread in threads:
                thread.join()
        spent = sum(seen.spent.values())
        print(f"{rows:,} rows by {options.workers} workers: {seconds:.0f} s, {rows / seconds:,.0f} rows a second,")
        print(f"processor time of the workers {spent:.0f} s, {1e6 * spent / rows:.0f} us a row, peak memory by worker:")
        print(", ".join(f"{peak / MEGABYTE:.0f} MB" for peak in seen.peak.values()))
        if options.compare:
            compare(queue, output, folder, found.address, options.reasons, seconds)


if __name__ == "__main__":
    main()
