"""A queue, file to file: every row in its place, history in order of time, nothing half done."""

import csv
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moderator.batch import rescore as module
from moderator.batch import spool
from moderator.batch.rescore import rescore
from moderator.batch.summary import Summary
from moderator.errors import QueueError, RowError
from moderator.records import Case, Decision, LinkEvidence, LinkStatus
from moderator.serialization import evidence_to_json
from moderator.tables.base import QueueRow
from moderator.tables.opening import Table
from moderator.tables.rows import case_of
from tests.fakes import FakeJudge

BAD = [
    b'{"source_url": "https://a.example/"',
    b'{"id": "no source", "target_url": "https://b.example/", "kept": 1}',
    b'{"id": "nul", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "\\u0000"}',
    b'{"id": "half", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "\\ud800"}',
    b'{"id": "latin", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "\xe9"}',
    b'{"id": "big", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "%s"}'
    % (b"x" * (1 << 20)),
    b'{"id": "kind", "source_url": "https://a.example/", "target_url": "https://b.example/", "kind": "fax"}',
    b"\x00\x01\xff",
    b"[]",
]


def row(number: int, at: str | None, **more: Any) -> dict[str, Any]:
    urls = {"source_url": f"https://a{number}.example/", "target_url": "https://b.example/"}
    return {"id": f"{number:05d}", **urls, "received_at": at, "mine": number, **more}


def dated(count: int) -> list[dict[str, Any]]:
    """Rows of which three share each second, in order."""
    return [row(number, f"2020-01-01T00:{number // 180:02d}:{number // 3 % 60:02d}Z") for number in range(count)]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_PART", 5000)
    monkeypatch.setattr(module, "_CHUNK", 50)


def test_rows_in_order_are_judged_as_they_come(tmp_path: Path) -> None:
    rows, judge = dated(2500), FakeJudge()
    summary = rescore(write(tmp_path / "q.jsonl", rows), tmp_path / "out.jsonl", judge)
    out = read(tmp_path / "out.jsonl")
    assert judge.ids == [row["id"] for row in rows]
    assert [sum(judge.calls), max(judge.calls)] == [2500, 1002]  # three share each second, and are not parted
    assert [{name: row[name] for name in rows[0]} for row in out] == rows
    assert list(out[0])[-4:] == ["verdict", "spam_probability", "reasons", "evidence"]
    assert all("error" not in row for row in out)
    assert summary.rows == 2500
    assert summary.verdicts == {
        word: sum(row["verdict"] == word for row in out) for word in ("approve", "hold", "spam")
    }
    assert (summary.unreadable, summary.problems) == (0, [])


@pytest.mark.usefixtures("small_parts")
def test_any_order_gives_the_same_verdicts_in_the_order_of_the_queue(tmp_path: Path) -> None:
    rows, in_order, mixed = dated(1000), FakeJudge(), FakeJudge()
    rescore(write(tmp_path / "q.jsonl", rows), tmp_path / "out.jsonl", in_order)
    verdicts = {row["id"]: row for row in read(tmp_path / "out.jsonl")}
    random.Random(7).shuffle(rows)
    rescore(write(tmp_path / "m.jsonl", rows), tmp_path / "mixed.jsonl", mixed)
    assert mixed.ids == in_order.ids
    assert mixed.seen == in_order.seen
    assert read(tmp_path / "mixed.jsonl") == [verdicts[row["id"]] for row in rows]
    assert {path.name for path in tmp_path.iterdir()} == {"q.jsonl", "out.jsonl", "m.jsonl", "mixed.jsonl"}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("longest", [100, 1000])
def test_equal_times_are_ordered_by_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    monkeypatch.setattr(module, "_TIE", longest)  # in files, and in memory
    rows, judge = dated(600), FakeJudge()
    twisted = [row for start in range(0, 600, 3) for row in reversed(rows[start : start + 3])]
    rescore(write(tmp_path / "q.jsonl", twisted), tmp_path / "out.jsonl", judge)
    assert judge.ids == [row["id"] for row in rows]
    assert [row["id"] for row in read(tmp_path / "out.jsonl")] == [row["id"] for row in twisted]
    verdicts = {case.linkback.id: judge.decide(case).verdict for case in judge.seen}
    assert [row["verdict"] for row in read(tmp_path / "out.jsonl")] == [verdicts[row["id"]] for row in twisted]


@pytest.mark.usefixtures("small_parts")
def test_undated_rows_come_last_wherever_they_stand(tmp_path: Path) -> None:
    rows = dated(300)
    mixed = [*(row(900 + number, None) for number in range(100)), *rows, row(1000, "")]
    judge = FakeJudge()
    rescore(write(tmp_path / "q.jsonl", mixed), tmp_path / "out.jsonl", judge)
    assert judge.ids == [row["id"] for row in rows] + [f"{number:05d}" for number in range(900, 1001)]
    assert [row["id"] for row in read(tmp_path / "out.jsonl")] == [row["id"] for row in mixed]


@pytest.mark.usefixtures("small_parts")
def test_rows_without_id_are_ordered_by_their_digest(tmp_path: Path) -> None:
    rows = [{name: value for name, value in row.items() if name != "id"} for row in dated(300)]
    judges = []
    for seed in (1, 2):
        random.Random(seed).shuffle(rows)
        judges.append(FakeJudge())
        rescore(write(tmp_path / "q.jsonl", rows), None, judges[-1])
    assert judges[0].seen == judges[1].seen
    keys = [(case.linkback.received_at, case.linkback.id) for case in judges[0].seen]
    assert keys == sorted(keys)


@pytest.mark.parametrize("mixed", [False, True])
def test_rows_that_cannot_be_read_are_held_and_told(tmp_path: Path, mixed: bool) -> None:
    rows = dated(100)
    if mixed:
        rows.reverse()
    lines = [json.dumps(row).encode() for row in rows]
    for place, bad in enumerate(BAD):
        lines.insert(place * 7 + 1, bad)
    (tmp_path / "q.jsonl").write_bytes(b"\n".join(lines))
    judge = FakeJudge()
    summary = rescore(tmp_path / "q.jsonl", tmp_path / "out.jsonl", judge)
    out = read(tmp_path / "out.jsonl")
    assert len(out) == len(lines) == summary.rows
    assert len(judge.seen) == 100
    assert summary.unreadable == len(BAD) == len(summary.problems)
    for place in range(len(BAD)):
        line = place * 7 + 1
        assert (out[line]["verdict"], out[line]["spam_probability"], out[line]["reasons"]) == ("hold", 0.5, [])
        assert out[line]["error"].startswith(f"line {line + 1}: ")
    assert sorted(summary.problems) == sorted(row["error"] for row in out if "error" in row)
    assert out[8]["kept"] == 1
    assert len(out[36]["excerpt"]) == 1 << 20
    assert [row["id"] for row in out if "error" not in row] == [row["id"] for row in rows]
    assert sum(summary.verdicts.values()) == len(lines)


def test_a_cut_off_file_is_judged_up_to_its_end(tmp_path: Path) -> None:
    text = write(tmp_path / "q.jsonl", [row | {"pad": random.Random(1).random()} for row in dated(2000)]).read_bytes()
    (tmp_path / "q.jsonl.gz").write_bytes(gzip.compress(text)[:-3000])
    summary = rescore(tmp_path / "q.jsonl.gz", tmp_path / "out.jsonl", FakeJudge())
    *whole, last = read(tmp_path / "out.jsonl")
    assert summary.unreadable == 1
    assert len(whole) > 1000
    assert "cut off" in last["error"]
    assert text.splitlines()[len(whole)].startswith(last["raw"].encode())


@pytest.mark.parametrize(("source", "target"), [("jsonl", "csv"), ("jsonl", "parquet"), ("csv", "jsonl")])
def test_formats_lead_into_each_other(tmp_path: Path, source: str, target: str) -> None:
    if "parquet" in (source, target):
        pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    write(tmp_path / "q.jsonl", [*dated(20), {"id": "bad", "late": [1]}])
    if source == "csv":
        rescore(tmp_path / "q.jsonl", tmp_path / "q.csv", FakeJudge())
    rescore(tmp_path / f"q.{source}", tmp_path / f"out.{target}", FakeJudge())
    rows = list(Table(tmp_path / f"out.{target}").read())
    assert [row.values["id"] for row in rows] == [f"{number:05d}" for number in range(20)] + ["bad"]
    assert rows[-1].values["late"] in ([1], "[1]")
    assert rows[-1].values["error"]
    assert {str(row.values["mine"]) for row in rows[:20]} == {str(number) for number in range(20)}


def test_verdicts_can_be_judged_again(tmp_path: Path) -> None:
    write(tmp_path / "q.jsonl", [row | {"evidence": {"status": "found"}} for row in dated(20)])
    rescore(tmp_path / "q.jsonl", tmp_path / "a.jsonl", FakeJudge())
    rescore(tmp_path / "a.jsonl", tmp_path / "b.jsonl", FakeJudge())
    assert read(tmp_path / "a.jsonl") == read(tmp_path / "b.jsonl")
    assert read(tmp_path / "a.jsonl")[0]["evidence"]["status"] == "found"


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_error_of_before_goes_when_the_row_is_put_right(tmp_path: Path, form: str) -> None:
    rows = [dated(1)[0] | {"kind": "fax"}, dated(2)[1] | {"kind": ""}]
    rescore(write(tmp_path / "q.jsonl", rows), tmp_path / f"a.{form}", FakeJudge())
    path = tmp_path / f"a.{form}"
    assert [bool(row.values.get("error")) for row in Table(path).read()] == [True, False]
    path.write_text(path.read_text(encoding="utf-8").replace("fax", "pingback", 1), encoding="utf-8")
    rescore(path, tmp_path / f"b.{form}", FakeJudge())
    assert [bool(row.values.get("error")) for row in Table(tmp_path / f"b.{form}").read()] == [False, False]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [row | {"number": 7, "nested": {"a": [1]}, "raw": b"\0"} for row in dated(20)]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "q.parquet")
    rescore(tmp_path / "q.parquet", tmp_path / "out.parquet", FakeJudge())
    out = parquet.read_table(tmp_path / "out.parquet")
    assert out.select(list(rows[0])).to_pylist() == rows
    assert out.schema.names[-5:] == ["verdict", "spam_probability", "reasons", "evidence", "error"]


@pytest.mark.parametrize("mixed", [False, True])
def test_an_interruption_leaves_the_former_output_and_no_rubbish(tmp_path: Path, mixed: bool) -> None:
    rows = [*dated(30), row(30, "2021-01-01", title="stop"), row(31, "2022-01-01")]
    if mixed:
        rows.reverse()
    write(tmp_path / "q.jsonl", rows)
    (tmp_path / "out.jsonl").write_text("before")
    with pytest.raises(KeyboardInterrupt):
        rescore(tmp_path / "q.jsonl", tmp_path / "out.jsonl", FakeJudge())
    assert (tmp_path / "out.jsonl").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_queue_is_never_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", dated(3))
    before, judge = path.read_bytes(), FakeJudge()
    with pytest.raises(QueueError, match="the queue itself"):
        rescore(path, path, judge)
    assert path.read_bytes() == before
    assert judge.calls == []


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("more", [b"", b"{}\n"])
def test_a_queue_that_changes_between_its_readings_is_told(tmp_path: Path, more: bytes, mixed: bool) -> None:
    rows = dated(30)
    path = write(tmp_path / "q.jsonl", list(reversed(rows)) if mixed else rows)

    def meddle(stage: str, done: int, total: int) -> None:
        if stage == "reading":
            path.write_bytes(path.read_bytes() + more if more else path.read_bytes()[:300])

    with pytest.raises(QueueError, match="changed while it was read"):
        rescore(path, tmp_path / "out.jsonl", FakeJudge(), progress=meddle)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("mixed", [False, True])
def test_without_output_there_is_a_summary(tmp_path: Path, mixed: bool) -> None:
    rows = dated(100)
    if mixed:
        rows.reverse()
    summary = rescore(write(tmp_path / "q.jsonl", rows), None, FakeJudge())
    assert (summary.rows, summary.output) == (100, "")
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]
    assert json.loads(json.dumps(summary.to_json()))["rows"] == 100


@pytest.mark.parametrize("mixed", [False, True])
def test_evidence_stays_in_its_own_words_unless_the_page_was_looked_at(tmp_path: Path, mixed: bool) -> None:
    words: list[Any] = [{"status": "gone", "mine": 1.0}, {}, None, "", '{"status": "gone"}', {"status": "not_checked"}]
    rows = [row | {"evidence": evidence} for row, evidence in zip(dated(6), words, strict=True)]
    if mixed:
        rows.reverse()
    write(tmp_path / "q.jsonl", rows)

    class Looking(FakeJudge):
        def decide(self, case: Case, reasons: int = 8) -> Decision:
            return replace(super().decide(case, reasons), evidence=LinkEvidence(status=LinkStatus.FOUND))

    rescore(tmp_path / "q.jsonl", tmp_path / "a.jsonl", FakeJudge())
    told = {row["id"]: row["evidence"] for row in read(tmp_path / "a.jsonl")}
    unseen = {"status": "not_checked"}
    full = evidence_to_json(LinkEvidence(status=LinkStatus.GONE))
    assert [told[name] for name in sorted(told)] == [words[0], unseen, unseen, unseen, full, unseen]
    rescore(tmp_path / "q.jsonl", tmp_path / "b.jsonl", Looking())
    assert {row["evidence"]["status"] for row in read(tmp_path / "b.jsonl")} == {"found"}


def test_any_source_can_be_judged(tmp_path: Path) -> None:
    class Listed:
        def read(self, after: int = 0) -> Iterator[QueueRow]:
            for number in range(after + 1, 6):
                yield QueueRow(number, 0, {"number": number}, "", 10, "")

        def case(self, row: QueueRow) -> Case:
            if row.position == 3:
                raise RowError("comment 3 says nothing")
            return case_of({"source_url": f"https://a{row.position}.example/", "target_url": "https://b.example/"})

    summary = rescore(Listed(), tmp_path / "out.csv", FakeJudge())
    assert (summary.rows, summary.problems) == (5, ["comment 3 says nothing"])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert [row["number"] for row in csv.DictReader(file)] == ["1", "2", "3", "4", "5"]


def test_an_empty_queue(tmp_path: Path) -> None:
    summary = rescore(write(tmp_path / "q.jsonl", []), tmp_path / "out.jsonl", FakeJudge())
    assert summary.verdicts == Summary().verdicts
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_reasons_can_be_left_out(tmp_path: Path) -> None:
    rescore(write(tmp_path / "q.jsonl", dated(3)), tmp_path / "out.jsonl", FakeJudge(), reasons=0)
    assert [row["reasons"] for row in read(tmp_path / "out.jsonl")] == [[], [], []]


def test_progress_is_told_by_stage(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    rows = list(reversed(dated(2000)))
    rescore(
        write(tmp_path / "q.jsonl", rows),
        tmp_path / "out.jsonl",
        FakeJudge(),
        progress=lambda *args: told.append(args),
    )
    assert {stage for stage, _, _ in told} == {"reading", "judging", "writing"}
    assert ("judging", 2000, 2000) in told


def test_long_rows_come_in_small_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BYTES", 10_000)
    rows = [row | {"target_text": "x" * 3000} for row in dated(20)]
    for name, order in (("a", rows), ("b", rows[::-1])):
        judge = FakeJudge()
        rescore(write(tmp_path / f"{name}.jsonl", order), None, judge)
        assert max(judge.calls) <= 6  # four make 10,000 bytes, and those of one second stay together
