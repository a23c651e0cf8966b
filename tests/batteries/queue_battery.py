"""What every source and every sink of a queue must do. A format is a subclass that says how to make one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import RowError
from moderator.tables.base import ADDED, QueueRow, Sink, Source

ROWS: list[dict[str, Any]] = [
    {
        "id": str(number),
        "source_url": f"https://a{number}.example/",
        "target_url": "https://b.example/",
        "title": title,
        "kept": f"as it is: {title}",
        "received_at": f"2020-01-0{number + 1}T00:00:00+00:00",
    }
    for number, title in enumerate(["plain", 'quotes " and , commas', "two\nlines", "Ünïcödé 漢字", "{", ""])
]
ADDED_TEXT = json.dumps({"verdict": "hold", "spam_probability": 0.5, "reasons": [], "evidence": {"status": "found"}})


class SourceBattery:
    """Subclasses say how a source with given rows is made."""

    def make(self, folder: Path, rows: list[dict[str, Any]]) -> Source:
        raise NotImplementedError

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return self.make(tmp_path, ROWS)

    def test_rows_come_in_order_with_every_column(self, source: Source) -> None:
        assert [row.values for row in source.read()] == ROWS
        assert [list(row.values) for row in source.read()] == [list(row) for row in ROWS]

    def test_reading_again_gives_the_same(self, source: Source) -> None:
        assert list(source.read()) == list(source.read())

    def test_positions_grow(self, source: Source) -> None:
        positions = [row.position for row in source.read()]
        assert positions == sorted(set(positions))
        assert positions[0] > 0

    def test_reading_goes_on_behind_any_position(self, source: Source) -> None:
        rows = list(source.read())
        for done, row in enumerate(rows, 1):
            assert list(source.read(row.position)) == rows[done:]

    def test_a_row_says_a_case(self, source: Source) -> None:
        cases = [source.case(row) for row in source.read()]
        assert [case.linkback.source_url for case in cases] == [row["source_url"] for row in ROWS]
        assert [case.linkback.title for case in cases] == [row["title"] for row in ROWS]

    def test_a_row_without_source_is_refused_and_does_not_end_the_reading(self, tmp_path: Path) -> None:
        source = self.make(tmp_path, [ROWS[0], {**ROWS[1], "source_url": ""}, ROWS[2]])
        rows = list(source.read())
        assert len(rows) == 3
        with pytest.raises(RowError, match="source_url") as raised:
            source.case(rows[1])
        assert raised.value.line == rows[1].line
        assert source.case(rows[2]).linkback.id == "2"


class SinkBattery:
    """Subclasses say how a sink is made, and how what it wrote is read."""

    def make(self, path: Path) -> Sink:
        raise NotImplementedError

    def read(self, path: Path) -> list[dict[str, Any]]:
        raise NotImplementedError

    name = "out"

    def rows(self) -> list[QueueRow]:
        return [QueueRow(place, place, dict(row), "", 100, "") for place, row in enumerate(ROWS, 1)]

    def test_every_row_is_written_in_order_with_what_was_added(self, tmp_path: Path) -> None:
        with self.make(tmp_path / self.name) as sink:
            for row in self.rows():
                sink.write(row, ADDED_TEXT)
        written = self.read(tmp_path / self.name)
        assert [{name: row[name] for name in ROWS[0]} for row in written] == ROWS
        assert {row["verdict"] for row in written} == {"hold"}
        assert {float(row["spam_probability"]) for row in written} == {0.5}
        assert [name for name in written[0] if name not in ROWS[0] and name in ADDED] == list(
            ADDED[: len([name for name in written[0] if name in ADDED])]
        )

    def test_a_row_that_could_not_be_taken_apart_is_kept(self, tmp_path: Path) -> None:
        broken = QueueRow(7, 7, {}, "{broken \udcff", 9, "line 7: broken")
        with self.make(tmp_path / self.name) as sink:
            sink.write(self.rows()[0], ADDED_TEXT)
            sink.write(broken, json.dumps({"verdict": "hold", "spam_probability": 0.5, "error": "line 7: broken"}))
        last = self.read(tmp_path / self.name)[-1]
        assert last["raw"].startswith("{broken ")
        assert last["error"] == "line 7: broken"

    def test_nothing_is_there_after_a_failure(self, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt), self.make(tmp_path / self.name) as sink:
            sink.write(self.rows()[0], ADDED_TEXT)
            raise KeyboardInterrupt
        assert list(tmp_path.iterdir()) == []

    def test_what_was_there_stays_until_all_is_written(self, tmp_path: Path) -> None:
        (tmp_path / self.name).write_bytes(b"before")
        with pytest.raises(KeyboardInterrupt), self.make(tmp_path / self.name) as sink:
            sink.write(self.rows()[0], ADDED_TEXT)
            raise KeyboardInterrupt
        assert (tmp_path / self.name).read_bytes() == b"before"
