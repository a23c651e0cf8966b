"""Every format of table passes the batteries, packed or not."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import QueueError
from moderator.tables.base import Sink, Source
from moderator.tables.delimited import CsvSink
from moderator.tables.jsonl import JsonlSink
from moderator.tables.opening import Table, check_output, format_of
from tests.batteries.queue_battery import ROWS, SinkBattery, SourceBattery


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


@pytest.mark.parametrize("name", ["q.json", "q.jsonl", "q.json.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_told_by_how_it_begins_not_by_its_name(tmp_path: Path, name: str, encoding: str) -> None:
    told = [{"source_url": "https://a.example/", "title": "ü"}, {"source_url": "https://b.example/"}]
    texts = ["\n".join(json.dumps(row, ensure_ascii=False) for row in told), json.dumps(told, indent=1)]
    for text in texts:
        table = Table(write(tmp_path / name, text.encode(encoding)))
        assert [row.values for row in table.read()] == told


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def delimited(rows: list[dict[str, Any]], path: Path) -> bytes:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    data = path.read_bytes()
    path.unlink()
    return data


class TestJsonlSource(SourceBattery):
    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        return Table(write(folder / "queue.jsonl", jsonl(rows)))


class TestPackedJsonlSource(SourceBattery):
    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        return Table(write(folder / "queue.jsonl.gz", jsonl(rows)))


class TestCsvSource(SourceBattery):
    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        return Table(write(folder / "queue.csv", delimited(rows, folder / "made")))


class TestPackedCsvSource(SourceBattery):
    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        return Table(write(folder / "queue.csv.gz", delimited(rows, folder / "made")))


class TestParquetSource(SourceBattery):
    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        arrow = pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist(rows), folder / "queue.parquet")
        return Table(folder / "queue.parquet")


class TestJsonlSink(SinkBattery):
    def make(self, path: Path) -> Sink:
        return JsonlSink(path)

    def read(self, path: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in read(path).splitlines()]


class TestPackedJsonlSink(TestJsonlSink):
    name = "out.jsonl.gz"


class TestCsvSink(SinkBattery):
    def make(self, path: Path) -> Sink:
        return CsvSink(path, list(ROWS[0]), raw=True)

    def read(self, path: Path) -> list[dict[str, Any]]:
        return list(csv.DictReader(read(path).splitlines(keepends=True)))


class TestPackedCsvSink(TestCsvSink):
    name = "out.csv.gz"


class TestParquetSink(SinkBattery):
    def make(self, path: Path) -> Sink:
        pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
        from moderator.tables.parquet import ParquetSink

        return ParquetSink(path, list(ROWS[0]))

    def read(self, path: Path) -> list[dict[str, Any]]:
        parquet = pytest.importorskip("pyarrow.parquet")
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
        return rows


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("q.csv", ".csv"),
        ("q.csv.gz", ".csv"),
        ("a.b.jsonl", ".jsonl"),
        ("q.jsonl.gz", ".jsonl"),
        ("q.parquet", ".parquet"),
    ],
)
def test_the_name_tells_the_format(name: str, form: str) -> None:
    assert format_of(Path(name)) == form


@pytest.mark.parametrize("name", ["queue", "queue.txt", "queue.gz", "queue.jsonl.zip", "https://blog.example/"])
def test_a_name_that_tells_nothing_is_refused(name: str) -> None:
    with pytest.raises(QueueError, match="format"):
        Table(Path(name))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="no file"):
        Table(tmp_path / "none.csv")


def test_the_queue_is_never_its_own_output(tmp_path: Path) -> None:
    path = write(tmp_path / "queue.jsonl", jsonl(ROWS))
    (tmp_path / "link.jsonl").symlink_to(path)
    (tmp_path / "same.jsonl").hardlink_to(path)
    for name in ("queue.jsonl", "link.jsonl", "same.jsonl"):
        with pytest.raises(QueueError, match="the queue itself"):
            check_output(tmp_path / name, Table(path))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "queue.jsonl", jsonl(ROWS))
    with pytest.raises(QueueError, match="no folder"):
        check_output(tmp_path / "none" / "out.jsonl", Table(path))
