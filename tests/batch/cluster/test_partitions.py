"""Partitions: every row once, in order, whatever the files' row groups."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from moderator.batch.cluster.partitions import files_of, partitions_of
from moderator.errors import QueueError


def write(path: Path, start: int, count: int, group: int = 7, **more: str) -> None:
    rows = [
        {"source_url": f"https://a.example/{n}", "target_url": "https://b.example/", **more}
        for n in range(start, start + count)
    ]
    schema = pa.schema([(name, pa.string()) for name in ("source_url", "target_url", *more)])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, row_group_size=group)


@pytest.mark.parametrize("rows", [1, 3, 7, 10, 14, 100])
@pytest.mark.parametrize("group", [1, 7, 50])
def test_every_row_once_and_in_order(tmp_path: Path, rows: int, group: int) -> None:
    write(tmp_path / "a.parquet", 0, 20, group)
    write(tmp_path / "b.parquet", 20, 0, group)
    write(tmp_path / "c.parquet", 20, 11, group)
    partitions = partitions_of(files_of(tmp_path), rows)
    assert [partition.number for partition in partitions] == list(range(len(partitions)))
    read = [(each.first, row.values["source_url"], row.line) for each in partitions for row in each.read()]
    assert [url for _, url, _ in read] == [f"https://a.example/{n}" for n in range(31)]
    assert [line for *_, line in read] == [*range(1, 21), *range(1, 12)], "lines are the file's own"
    assert all(each.rows == len(list(each.read())) <= rows for each in partitions)


def test_files_of_a_folder_come_by_name(tmp_path: Path) -> None:
    for name in ("b.parquet", "a.parquet", "_note.parquet", ".part.parquet", "c.csv"):
        write(tmp_path / name, 0, 1)
    assert [path.name for path in files_of(tmp_path)] == ["a.parquet", "b.parquet"]
    assert files_of(tmp_path / "b.parquet") == [tmp_path / "b.parquet"]


def test_what_is_no_queue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="there is no file"):
        files_of(tmp_path / "missing")
    with pytest.raises(QueueError, match="no folder of that name with"):
        files_of(tmp_path)
    (tmp_path / "queue.csv").write_text("source_url,target_url\n")
    with pytest.raises(QueueError, match="a cluster reads Parquet"):
        files_of(tmp_path / "queue.csv")
    (tmp_path / "queue.parquet").write_text("no Parquet")
    with pytest.raises(QueueError, match="cannot be read as Parquet"):
        partitions_of(files_of(tmp_path / "queue.parquet"), 10)


def test_files_must_have_the_same_columns(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", 0, 1)
    write(tmp_path / "b.parquet", 0, 1, title="hello")
    with pytest.raises(QueueError, match=r"b\.parquet' has other columns than .*a\.parquet"):
        files_of(tmp_path)
    pq.write_table(pa.table({"url": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(QueueError, match="has no column source_url"):
        files_of(tmp_path)
