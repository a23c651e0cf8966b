"""A run: the same verdicts as one process for any cut, on from where it was cut off, and nothing foreign touched."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from moderator.batch.cluster.run import rescore_on
from moderator.engine import Moderator
from moderator.errors import QueueError
from moderator.execution.inline import InlineExecutor
from tests.batch.cluster.conftest import ROWS, Queue, alone, odd_rows, together, without_lines

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("partition_rows", "bucket_rows"), [(10_000, 10_000), (256, 300), (97, 40)])
def test_the_verdicts_are_those_of_one_process(
    queue: Queue, moderator: Moderator, tmp_path: Path, partition_rows: int, bucket_rows: int
) -> None:
    folder, expected = queue
    summary = rescore_on(
        InlineExecutor(),
        folder,
        tmp_path / "out",
        moderator.scorer,
        reasons=3,
        partition_rows=partition_rows,
        bucket_rows=bucket_rows,
    )
    assert without_lines(together(tmp_path / "out")) == without_lines(expected)
    assert summary.rows == ROWS == sum(summary.verdicts.values())
    assert summary.unreadable > 0
    assert len(list((tmp_path / "out").glob("*.parquet"))) == -(-400 // partition_rows) + -(-700 // partition_rows) + -(
        -400 // partition_rows
    )


def test_one_file_gives_the_very_same_table(moderator: Moderator, tmp_path: Path) -> None:
    table = pa.Table.from_pylist(odd_rows(9, 300))
    expected = alone(table, tmp_path)
    rescore_on(
        InlineExecutor(), tmp_path / "alone.parquet", tmp_path / "out", moderator.scorer, reasons=3, partition_rows=70
    )
    assert together(tmp_path / "out").equals(expected)


class CutOff(Exception):
    """Ends a run in the middle."""


class Ending(InlineExecutor):
    """Gives up after so many pieces of a run."""

    def __init__(self, count: int) -> None:
        self.left = count

    def map_unordered(self, work: Callable[[Any], Any], pieces: Iterable[Any], /) -> Iterator[Any]:
        for piece in pieces:
            if self.left == 0:
                raise CutOff
            self.left -= 1
            yield work(piece)


@pytest.mark.parametrize("pieces", [0, 2, 6, 9, 23, 25])
def test_a_run_that_was_cut_off_goes_on(queue: Queue, moderator: Moderator, tmp_path: Path, pieces: int) -> None:
    folder, expected = queue
    sizes = {"reasons": 3, "partition_rows": 400, "bucket_rows": 500}
    with pytest.raises(CutOff):
        rescore_on(Ending(pieces), folder, tmp_path / "out", moderator.scorer, **sizes)
    done: list[tuple[str, int]] = []

    def progress(stage: str, so_far: int, total: int) -> None:
        done.append((stage, so_far))

    rescore_on(InlineExecutor(), folder, tmp_path / "out", moderator.scorer, **sizes, progress=progress)
    assert without_lines(together(tmp_path / "out")) == without_lines(expected)
    # the first word about each step is how much of it was done before
    first = dict(reversed(done))
    assert sum(first.values()) == pieces


def test_a_finished_run_is_not_done_again(moderator: Moderator, tmp_path: Path) -> None:
    queue, output = tmp_path / "queue.parquet", tmp_path / "out"
    pq.write_table(pa.Table.from_pylist(odd_rows(3, 60)), queue)
    first = rescore_on(InlineExecutor(), queue, output, moderator.scorer)
    left = sorted(path.name for path in output.rglob("*"))
    assert left == ["_moderator", "part-000000.parquet", "run.json"], "what lay between the steps is gone"
    assert rescore_on(Ending(0), queue, output, moderator.scorer) == first


def test_another_run_is_refused(moderator: Moderator, tmp_path: Path) -> None:
    queue, output = tmp_path / "queue.parquet", tmp_path / "out"
    pq.write_table(pa.Table.from_pylist(odd_rows(3, 60)), queue)
    rescore_on(InlineExecutor(), queue, output, moderator.scorer)
    with pytest.raises(QueueError, match="a run with another reasons"):
        rescore_on(InlineExecutor(), queue, output, moderator.scorer, reasons=1)
    pq.write_table(pa.Table.from_pylist(odd_rows(4, 60)), queue)
    with pytest.raises(QueueError, match="a run with another files"):
        rescore_on(InlineExecutor(), queue, output, moderator.scorer)


def test_a_folder_with_something_else_is_left_alone(moderator: Moderator, tmp_path: Path) -> None:
    queue, output = tmp_path / "queue", tmp_path / "out"
    queue.mkdir()
    output.mkdir()
    pq.write_table(pa.Table.from_pylist(odd_rows(3, 60)), queue / "a.parquet")
    (output / "letters.txt").write_text("dear")
    with pytest.raises(QueueError, match="is not empty"):
        rescore_on(InlineExecutor(), queue, output, moderator.scorer)
    with pytest.raises(QueueError, match="is the queue itself"):
        rescore_on(InlineExecutor(), queue, queue, moderator.scorer)
    assert [path.name for path in output.iterdir()] == ["letters.txt"]


def test_an_empty_queue_gives_an_empty_folder(moderator: Moderator, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(odd_rows(3, 60)).slice(0, 0), tmp_path / "queue.parquet")
    summary = rescore_on(InlineExecutor(), tmp_path / "queue.parquet", tmp_path / "out", moderator.scorer)
    assert summary.rows == 0
    assert not list((tmp_path / "out").glob("*.parquet"))
