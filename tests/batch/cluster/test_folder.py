"""The output folder: how many buckets, and what a run is."""

from pathlib import Path

import pytest

from moderator.batch.cluster.folder import Buckets, RunFolder
from moderator.batch.cluster.key_families import FAMILIES
from moderator.errors import QueueError


@pytest.mark.parametrize(
    ("rows", "count"), [(0, 1), (1, 1), (250_000, 1), (250_001, 2), (10_000_000, 40), (10**9, 1000)]
)
def test_buckets_grow_with_the_rows_up_to_a_bound(rows: int, count: int) -> None:
    assert Buckets.for_rows(rows, 250_000).count == count


def test_every_bucket_of_every_family_once() -> None:
    found = list(Buckets(3).of_families())
    assert len(found) == len(set(found)) == 3 * len(FAMILIES)
    assert [bucket.number for bucket in Buckets(3).of_ids()] == [0, 1, 2]


def test_a_run_is_begun_gone_on_with_and_told(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "deep" / "out")
    assert folder.begin({"rows": 3, "files": [("a", 1)]}) is None
    assert folder.begin({"rows": 3, "files": [("a", 1)]}) is None, "the same run goes on"
    with pytest.raises(QueueError, match="a run with another rows;"):
        folder.begin({"rows": 4, "files": [("a", 1)]})
    folder.end({"rows": 3, "files": [("a", 1)]}, {"verdicts": 3})
    assert folder.begin({"rows": 3, "files": [("a", 1)]}) == {"verdicts": 3}


def test_counts_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.begin({})
    for number in (2, 0, 1):
        folder.write_counts(number, {"rows": number})
    assert [counts["rows"] for counts in folder.read_counts(range(3))] == [0, 1, 2]


def test_a_damaged_folder_is_told(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.begin({})
    (tmp_path / "_moderator" / "run.json").write_text("{")
    with pytest.raises(QueueError, match="cannot be used for the verdicts"):
        folder.begin({})
    (tmp_path / "file").touch()
    with pytest.raises(QueueError, match="cannot be used for the verdicts"):
        RunFolder(tmp_path / "file").begin({})
