"""What only Parquet has: row groups."""

from pathlib import Path

import pytest

from moderator.tables.base import QueueRow
from moderator.tables.parquet import ParquetSink, read_parquet

parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [parquet] is not installed")
COLUMNS = ["id", "source_url", "target_url", "excerpt"]
ADDED = '{"verdict": "hold", "spam_probability": 0.5}'


def row(number: int, excerpt: str) -> QueueRow:
    values = dict(zip(COLUMNS, (str(number), "https://a.example/", "https://b.example/", excerpt), strict=True))
    return QueueRow(number, number, values, "", 200 + len(excerpt), "")


def groups(path: Path, excerpts: list[str]) -> list[int]:
    """Rows of each row group when these are written."""
    with ParquetSink(path, COLUMNS) as sink:
        for number, excerpt in enumerate(excerpts, 1):
            sink.write(row(number, excerpt), ADDED)
    about = parquet.ParquetFile(path).metadata
    return [about.row_group(number).num_rows for number in range(about.num_row_groups)]


def test_small_rows_share_a_group(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    assert groups(path, ["short"] * 2500) == [2500]
    assert [each.values["id"] for each in read_parquet(path)] == [str(number) for number in range(1, 2501)]


def test_large_rows_do_not_pile_up(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    large = groups(path, ["x" * 100_000] * 400)
    assert max(large) < 200 and sum(large) == 400
    assert [each.position for each in read_parquet(path, 150, 353)] == list(range(151, 354))


def test_no_rows_are_a_table_with_columns(tmp_path: Path) -> None:
    assert groups(tmp_path / "out.parquet", []) == []
    assert parquet.read_table(tmp_path / "out.parquet").column_names[:4] == COLUMNS
