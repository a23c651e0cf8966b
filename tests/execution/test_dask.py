"""Dask: pieces that kill, clusters that lose their workers, schedulers that are not there."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.blogosphere import generate
from moderator.errors import WorkersError
from moderator.execution.dask import LOCAL, DaskExecutor

pytestmark = [pytest.mark.loopback, pytest.mark.slow]


def kills(piece: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return piece


def slow(piece: int) -> int:
    time.sleep(0.2)
    return piece


def test_a_piece_that_kills_every_worker_ends_the_run() -> None:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        DaskExecutor(LOCAL, 1) as executor,
        pytest.raises(WorkersError, match="again and again"),
    ):
        list(executor.map(kills, range(1)))


class Cluster:
    """A scheduler in a process of its own, and workers that nobody restarts."""

    def __init__(self, folder: Path) -> None:
        self.address_file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")

    def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--scheduler-file", str(self.address_file), *words]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.address_file.parent
        )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--no-dashboard")

    def executor(self, wait: float) -> DaskExecutor:
        for _ in range(600):
            if self.address_file.exists() and self.address_file.read_text().strip():
                return DaskExecutor(json.loads(self.address_file.read_text())["address"], wait=wait)
            time.sleep(0.1)
        raise AssertionError("the scheduler does not start")

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.end()


def test_a_run_whose_workers_all_die_ends_with_a_message(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    workers = [cluster.worker(), cluster.worker()]
    with caplog.at_level(logging.WARNING, "moderator"), cluster.executor(wait=120.0) as executor:
        run = executor.map(slow, range(1000))
        assert [next(run) for _ in range(4)] == [0, 1, 2, 3]
        executor.patience = 3.0
        for worker in workers:
            worker.kill()
        with pytest.raises(WorkersError, match=r"had no worker for 3 seconds; .*dask worker"):
            list(run)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("moderator")]
    assert any("the cluster has no worker; waiting for one" in line for line in told)


def test_a_run_goes_on_when_other_workers_come(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    first = cluster.worker()
    with caplog.at_level(logging.WARNING, "moderator"), cluster.executor(wait=120.0) as executor:
        run = executor.map(slow, range(20))
        found = [next(run) for _ in range(2)]
        first.kill()
        first.wait()
        other = threading.Thread(target=lambda: said(caplog, "waiting for one") and cluster.worker())
        other.start()
        found += run
        other.join()
    assert found == list(range(20))
    assert said(caplog, "workers again")


def said(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    """Waits until the run has said it."""
    for _ in range(600):
        if any(words in record.getMessage() for record in caplog.records):
            return True
        time.sleep(0.1)
    return False


def test_a_run_that_never_has_a_worker_ends(cluster: Cluster) -> None:
    with cluster.executor(wait=2.0) as executor, pytest.raises(WorkersError, match="had no worker for 2 seconds"):
        list(executor.map(slow, range(3)))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nobody", "tcp://127.0.0.1", ""])
def test_who_does_not_answer_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderator.execution.dask._TIMEOUT", 1)
    with pytest.raises(WorkersError, match="no Dask scheduler answers at"):
        DaskExecutor(address)


def test_a_queue_whose_workers_are_all_killed_ends_with_one_line_and_code_one(cluster: Cluster, tmp_path: Path) -> None:
    queue, verdicts = tmp_path / "queue.parquet", tmp_path / "verdicts"
    pq.write_table(pa.Table.from_pylist([{**row, "evidence": ""} for row in generate(6, 3000)]), queue)
    workers = [cluster.worker(), cluster.worker()]
    with cluster.executor(wait=120.0) as executor:
        assert list(executor.map(slow, range(1))) == [0], "somebody works"
    address = json.loads(cluster.address_file.read_text())["address"]
    words = ["rescore", str(queue), "--output", str(verdicts), "--cluster", address, "--cluster-wait", "0.05"]
    command = [sys.executable, "-m", "moderator", *words, "--partition-rows", "500"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        while run.poll() is None and not any(verdicts.rglob("*")):
            time.sleep(0.05)
        for worker in workers:
            worker.kill()
        out, err = run.communicate()
    assert (run.returncode, out) == (1, ""), err
    assert [line for line in err.splitlines() if "had no worker for 3 seconds" in line] == err.splitlines()[-1:]
    assert "Traceback" not in err
