"""How fast a model is retrained from generated labelled rows, and how much memory it takes.

    python tests/benchmarks/retrain_speed.py                       # 100,000 rows
    python tests/benchmarks/retrain_speed.py --rows 1000000
    python tests/benchmarks/retrain_speed.py --workers 2

Each part is told with its seconds; rows a second count every row read. Set OMP_NUM_THREADS=1 on a busy machine:
threads that wait for each other burn more than they gain.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from datasets.blogosphere import generate
from moderator.execution.processes import ProcessExecutor
from moderator.features.extractor import Extractor
from moderator.model.folder import scorer_bytes
from moderator.tables.rows import case_of
from moderator.training.labels import gather
from moderator.training.train import train


class Stages:
    """Tells the seconds of each stage when it ends."""

    def __init__(self) -> None:
        self._stage, self._began = "", time.perf_counter()

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        if stage != self._stage:
            now = time.perf_counter()
            if self._stage:
                print(f"{self._stage:26} {now - self._began:9.1f} s", flush=True)
            self._stage, self._began = stage, now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work; 1: none")
    parser.add_argument("--seed", type=int, default=3)
    given = parser.parse_args()
    stages = Stages()
    with contextlib.ExitStack() as stack:
        workers = stack.enter_context(ProcessExecutor(given.workers)) if given.workers > 1 else None
        measure(given.rows, given.seed, workers, stages)
        largest = max(map(_peak, [] if workers is None else workers.ids), default=0.0)
    if workers is not None:
        others = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = f"{others.ru_utime + others.ru_stime:.1f} s of CPU, the largest {largest:,.0f} MB"
        print(f"{given.workers} workers took {told}")


def _peak(process: int) -> float:
    """The most memory that a process had, in MB; what `getrusage` tells of children counts this process's own, too."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def measure(count: int, seed: int, workers: ProcessExecutor | None, stages: Stages) -> None:
    stages("generating")
    rows = [case_of(row) for row in generate(seed, count, flipped=0.02)]
    stages("gathering")
    began, busy = time.perf_counter(), time.process_time()
    labelled = gather({"generated": iter(rows)})
    del rows
    trained = train(labelled, Extractor(), executor=workers, progress=stages)
    stages("end")
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = labelled.counts
    print(f"{counts.ham:,} ham, {counts.spam:,} spam, {counts.unlabelled:,} without a label")
    print(f"trained in {seconds:.1f} s ({busy:.1f} s of CPU), {count / seconds:,.0f} rows/s, peak {peak:,.0f} MB")
    digest = hashlib.sha256(scorer_bytes(trained.scorer)).hexdigest()[:16]
    print(f"scorer {digest}, the same for any number of workers")
    print(f"AUC on the last slice {trained.figures.auc:.4f}, {trained.figures.ham + trained.figures.spam:,} rows")


if __name__ == "__main__":
    main()
