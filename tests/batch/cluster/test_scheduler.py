"""A queue judged on a cluster whose workers are killed has the verdicts of one process."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moderator.batch.cluster.run import rescore_on
from moderator.engine import Moderator
from moderator.execution.dask import LOCAL, DaskExecutor
from moderator.execution.inline import InlineExecutor
from tests.batch.cluster.conftest import Queue, together, without_lines

pytestmark = [pytest.mark.loopback, pytest.mark.slow]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[DaskExecutor]:
    with DaskExecutor(LOCAL, 2) as found:
        yield found


@dataclass(frozen=True)
class KillsOnce:
    """Another work, whose worker is killed at its third piece."""

    work: object
    marks: Path

    def __call__(self, piece: object) -> object:
        for number in range(3):
            try:
                (self.marks / str(number)).touch(exist_ok=False)
            except FileExistsError:
                continue
            if number == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            break
        assert callable(self.work)
        return self.work(piece)


def test_a_queue_judged_with_workers_killed_in_every_step(
    queue: Queue, moderator: Moderator, scheduler: DaskExecutor, tmp_path: Path
) -> None:
    folder, expected = queue
    steps = 0

    class Killing(InlineExecutor):
        """The cluster, with one worker killed in every step."""

        def map_unordered(self, work: Any, pieces: Any, /) -> Iterator[Any]:
            nonlocal steps
            steps += 1
            marks = tmp_path / f"step{steps}"
            marks.mkdir()
            return scheduler.map_unordered(KillsOnce(work, marks), pieces)

    sizes = {"reasons": 3, "partition_rows": 300, "bucket_rows": 400}
    rescore_on(Killing(), folder, tmp_path / "out", moderator.scorer, **sizes)
    assert steps == 4
    assert all((tmp_path / f"step{step}" / "2").exists() for step in range(1, 5)), "one was killed in every step"
    assert without_lines(together(tmp_path / "out")) == without_lines(expected)
