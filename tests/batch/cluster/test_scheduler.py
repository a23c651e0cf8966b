"""Dask: results in any order, failures as they are, and a worker that is killed changes nothing."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from moderator.batch.cluster.run import rescore_on
from moderator.engine import Moderator
from moderator.errors import QueueError, WorkersError
from moderator.execution.dask import LOCAL, Scheduler
from tests.batch.cluster.conftest import Queue, together, without_lines

pytestmark = [pytest.mark.loopback, pytest.mark.slow]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Scheduler]:
    with Scheduler(LOCAL, 2) as found:
        yield found


def test_every_piece_is_done_once(scheduler: Scheduler) -> None:
    assert sorted(scheduler(abs, range(-40, 0))) == list(range(1, 41))
    assert list(scheduler(abs, [])) == []


@dataclass(frozen=True)
class Refuses:
    """Fails at one piece."""

    at: int

    def __call__(self, piece: int) -> int:
        if piece == self.at:
            raise QueueError(f"piece {piece} cannot be read")
        return piece


def test_a_failure_inside_is_told_as_it_is(scheduler: Scheduler) -> None:
    with pytest.raises(QueueError, match="piece 3 cannot be read"):
        list(scheduler(Refuses(3), range(9)))
    assert sorted(scheduler(Refuses(99), range(9))) == list(range(9)), "and the next run is not disturbed"


@dataclass(frozen=True)
class Dies:
    """Kills its own process at some pieces, the first few times."""

    folder: Path
    times: int

    def __call__(self, piece: int) -> int:
        if piece == 2 and len(list(self.folder.iterdir())) < self.times:
            (self.folder / str(len(list(self.folder.iterdir())))).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return piece


def test_pieces_of_a_killed_worker_are_begun_again(scheduler: Scheduler, tmp_path: Path) -> None:
    assert sorted(scheduler(Dies(tmp_path, 1), range(9))) == list(range(9))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_piece_that_kills_every_worker_ends_the_run(scheduler: Scheduler, tmp_path: Path) -> None:
    with pytest.raises(WorkersError, match="again and again"):
        list(scheduler(Dies(tmp_path, 99), range(4)))


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
    queue: Queue, moderator: Moderator, scheduler: Scheduler, tmp_path: Path
) -> None:
    folder, expected = queue
    steps = 0

    def each(work: object, pieces: object) -> Iterator[object]:
        nonlocal steps
        steps += 1
        marks = tmp_path / f"step{steps}"
        marks.mkdir()
        return scheduler(KillsOnce(work, marks), pieces)  # type: ignore[arg-type]  # whatever a run gives

    sizes = {"reasons": 3, "partition_rows": 300, "bucket_rows": 400}
    rescore_on(each, folder, tmp_path / "out", moderator.scorer, **sizes)  # type: ignore[arg-type]
    assert steps == 4
    assert all((tmp_path / f"step{step}" / "2").exists() for step in range(1, 5)), "one was killed in every step"
    assert without_lines(together(tmp_path / "out")) == without_lines(expected)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nobody", "tcp://127.0.0.1", ""])
def test_who_does_not_answer_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderator.execution.dask._TIMEOUT", 1)
    with pytest.raises(WorkersError, match="no Dask scheduler answers at"):
        Scheduler(address)
