"""A queue judged by several processes: the very bytes that one process writes, whatever befalls them."""

import contextlib
import csv
import gzip
import json
import logging
import os
import random
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderator.batch import rescore as module
from moderator.batch import runner, spool
from moderator.batch.rescore import rescore
from moderator.batch.summary import Summary
from moderator.engine import Moderator
from moderator.errors import HistoryError, QueueError, RowError, WorkersError
from moderator.execution.base import Executor
from moderator.execution.inline import InlineExecutor
from moderator.execution.processes import ProcessExecutor
from moderator.features.base import Group
from moderator.features.context import FeatureContext
from moderator.features.extractor import GROUPS, Extractor
from moderator.history.base import Entry
from moderator.history.memory import MemoryHistory
from moderator.history.sqlite import SqliteHistory
from moderator.model.policy import Cutoffs, Policy
from moderator.records import Case
from moderator.tables.base import QueueRow
from moderator.tables.rows import case_of
from tests.small_model import small_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals")
SPLITS = {
    "sending.sender_1h": (2.5, -1.0, 1.0),
    "sending.domain_24h": (1.5, -0.5, 1.0),
    "sending.network_1h": (9.5, -0.1, 0.3),
    "sending.target_1h": (4.5, -0.2, 0.2),
    "sending.site_1h": (6.5, -0.3, 0.1),
    "sending.template_1h": (2.5, 0.3, -0.3),
    "reputation.site_spam": (0.5, -0.7, 2.0),
    "reputation.site_approved": (0.5, 0.0, -2.0),
}
Workers = dict[int, Executor]
BAD = [
    b'{"source_url": "https://a.example/"',
    b'{"id": "no source", "target_url": "https://b.example/", "kept": 1}',
    b'{"id": "half", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "\\ud800"}',
    b'{"id": "latin", "source_url": "https://a.example/", "target_url": "https://b.example/", "excerpt": "\xe9"}',
    b"\x00\x01\xff",
    b"[]",
    b"",
]


def picky(material: FeatureContext) -> tuple[float, ...]:
    """A feature that fails, and one that takes its process with it, the first time or each time."""
    title = material.linkback.title
    if title == "fails":
        raise ZeroDivisionError("a secret")
    if title.startswith("kills "):
        mark = Path(title.removeprefix("kills "))
        if not mark.exists() or mark.is_dir():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return (0.0,)


def moderator(history: Any = None) -> Moderator:
    extractor = Extractor(None, (*GROUPS, Group("picky", "t", ("picky.x",), ("x",), picky)))
    model = small_model(extractor.schema, SPLITS)
    return Moderator(
        model=model,
        policy=Policy(Cutoffs(0.3, 0.7)),
        history=MemoryHistory(keys=None) if history is None else history,
        extractor=extractor,
    )


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Rows in order of time, many at equal times, with repeated ids and late labels, some without id, the last ones
    without a date."""
    source, second, made = random.Random(seed), 0, []
    for number in range(count):
        second += source.choice([0, 0, 0, 1, 600])
        at = f"2020-01-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
        late = f"2020-01-{1 + second // 86400:02d}T{(second // 3600 + 1) % 24:02d}:00:00Z"
        row: dict[str, Any] = {
            "id": f"{source.randrange(10**6):06d}" if number % 11 else f"{number % 3}",
            "source_url": f"https://s{source.randrange(12)}.example/{number}",
            "target_url": f"https://b{source.randrange(3)}.example/",
            "title": source.choice(["", "Tulips", 'cheap, "quoted" pills', "Zwölf\nBücher"]),
            "excerpt": source.choice(["", "I read of tulips", "buy now"]),
            "sender_ip": f"203.0.113.{source.randrange(6)}",
            "received_at": at,
            "label": source.choice(["", "", "spam", "ham"]),
            "labelled_at": late,
            "mine": number,
        }
        if number % 13 == 5:
            del row["id"]
        if number >= count - count // 15:
            row["received_at"] = None
        if number % 7 == 1:
            row["evidence"] = {"status": "found", "snippet": "as they say"}
        if number % 29 == 7:
            row["title"] = "fails"
        made.append(row)
    return made


def jsonl(path: Path, rows: list[dict[str, Any]], bad: bool = True) -> Path:
    """Writes rows; unreadable lines among them where they are in no order, and behind them where they are."""
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    times = [row["received_at"] or "9" for row in rows]
    for place, line in enumerate(BAD if bad else ()):
        lines.insert(len(lines) if times == sorted(times) else place * 7 + 1, line)
    path.write_bytes(b"\n".join(lines))
    return path


def as_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        names = dict.fromkeys(name for row in rows for name in row)
        writer = csv.DictWriter(file, list(names))
        writer.writeheader()
        for row in rows:
            writer.writerow({k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items()})
        file.write('broken,"row\n')
    return path


def as_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    arrow = pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [{k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items()} for row in rows]
    names = dict.fromkeys(name for row in texts for name in row)
    parquet.write_table(arrow.Table.from_pylist([{name: row.get(name) for name in names} for row in texts]), path)
    return path


def as_array(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps([*rows, 7]), encoding="utf-8")
    return path


def as_gz(path: Path, rows: list[dict[str, Any]]) -> Path:
    plain = jsonl(path.with_name("plain.jsonl"), rows)
    path.write_bytes(gzip.compress(plain.read_bytes()))
    return path


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_PART", 20_000)
    monkeypatch.setattr(module, "_CHUNK", 40)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Executors by their number of workers, started once for all tests that do not kill them."""
    with ProcessExecutor(2) as two, ProcessExecutor(3) as three:
        yield {1: InlineExecutor(), 2: two, 3: three}


def judged(queue: Any, output: Path | None, executor: Executor | None, **options: Any) -> tuple[Summary, bytes]:
    summary = rescore(queue, output, moderator(), executor, remember=False, **options)
    summary.seconds, summary.output = 0.0, ""
    return summary, b"" if output is None else output.read_bytes()


FORMS = {
    ".jsonl": (jsonl, ".jsonl"),
    ".jsonl.gz": (as_gz, ".jsonl.gz"),
    ".csv": (as_csv, ".csv"),
    ".json": (as_array, ".jsonl"),
    ".parquet": (as_parquet, ".parquet"),
    ".jsonl to csv": (jsonl, ".csv"),
    ".csv to jsonl": (as_csv, ".jsonl"),
    ".jsonl to parquet": (jsonl, ".parquet"),
    ".csv to parquet": (as_csv, ".parquet"),
}


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_every_format_has_the_same_bytes(tmp_path: Path, form: str, mixed: bool, workers: Workers) -> None:
    write, suffix = FORMS[form]
    if "parquet" in form:
        pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    queue = rows(300)
    if mixed:
        random.Random(5).shuffle(queue)
    path = write(tmp_path / f"q{form.split()[0]}", queue)
    alone = judged(path, tmp_path / f"out{suffix}", None)
    assert alone[0].failed
    assert alone[0].unreadable or "parquet" in form.split()[0]
    assert min(alone[0].verdicts.values()) > 10
    for count in (2, 3):
        assert judged(path, tmp_path / f"many{suffix}", workers[count]) == alone
    assert judged(path, None, workers[2])[0] == alone[0]
    assert judged(path, tmp_path / f"many{suffix}", workers[2], reasons=0) == judged(
        path, tmp_path / f"out{suffix}", None, reasons=0
    )
    left = {entry.name for entry in tmp_path.iterdir()}
    assert left <= {path.name, "plain.jsonl", f"out{suffix}", f"many{suffix}"}


@pytest.mark.parametrize("chunk", [1, 7, 1000])
@pytest.mark.parametrize("longest", [100, 1 << 20])
def test_the_size_of_a_piece_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, longest: int, workers: Workers
) -> None:
    path = jsonl(tmp_path / "q.jsonl", rows(150, seed=chunk))
    alone = judged(path, tmp_path / "out.jsonl", None)
    monkeypatch.setattr(module, "_CHUNK", chunk)
    monkeypatch.setattr(module, "_TIE", longest)
    assert judged(path, tmp_path / "out.jsonl", workers[2]) == alone
    monkeypatch.setattr(module, "_BYTES", 300)
    assert judged(path, tmp_path / "out.jsonl", workers[2]) == alone


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_queue_in_any_order_has_the_same_bytes(workers: Workers, data: st.DataObject) -> None:
    times = [None, *(f"2020-01-01T0{hour}:00:00Z" for hour in range(4))]
    queue = [
        {
            "id": data.draw(st.sampled_from(["", "1", "2", "12345678a", "12345678b"])),
            "source_url": f"https://s{data.draw(st.integers(0, 2))}.example/{number}",
            "target_url": "https://b.example/",
            "sender_ip": "203.0.113.9",
            "received_at": data.draw(st.sampled_from(times)),
            "label": data.draw(st.sampled_from(["", "spam", "ham"])),
            "labelled_at": data.draw(st.sampled_from(times)),
        }
        for number in range(data.draw(st.integers(0, 25)))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = jsonl(Path(folder) / "q.jsonl", queue, bad=data.draw(st.booleans()))
        assert judged(path, Path(folder) / "a.jsonl", workers[2]) == judged(path, Path(folder) / "b.jsonl", None)


@pytest.mark.parametrize("mixed", [False, True])
def test_a_source_that_is_no_table(tmp_path: Path, mixed: bool, workers: Workers) -> None:
    class Listed:
        def read(self, after: int = 0) -> Iterator[QueueRow]:
            queue = rows(100)
            for number in range(after, 100):
                yield QueueRow(number + 1, 0, queue[99 - number if mixed else number], "", 10, "")

        def case(self, row: QueueRow) -> Case:
            if row.position == 3:
                raise RowError("comment 3 says nothing")
            return case_of(row.values)

    alone = judged(Listed(), tmp_path / "a.csv", None)
    assert alone[0].problems == ["comment 3 says nothing"]
    assert judged(Listed(), tmp_path / "b.csv", workers[2]) == alone
    assert judged(Listed(), tmp_path / "b.jsonl", workers[2]) == judged(Listed(), tmp_path / "a.jsonl", None)


@pytest.mark.parametrize("mixed", [False, True])
def test_a_history_that_stays_knows_the_same(tmp_path: Path, mixed: bool, workers: Workers) -> None:
    queue = rows(200)
    if mixed:
        queue.reverse()
    path = jsonl(tmp_path / "q.jsonl", queue)
    outputs, kept = [], []
    for count in (1, 2):
        history = SqliteHistory(tmp_path / f"{count}.sqlite3")
        rescore(path, tmp_path / "out.jsonl", moderator(history), workers[count])
        history.close()
        outputs.append((tmp_path / "out.jsonl").read_bytes())
        with sqlite3.connect(tmp_path / f"{count}.sqlite3") as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            kept.append({name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in tables})
        connection.close()
    assert outputs[0] == outputs[1]
    assert len(kept[0]["linkbacks"]) > 100
    assert kept[0] == kept[1]


@pytest.mark.parametrize("method", ["snapshot", "observe"])
def test_a_history_that_fails_at_some_rows_holds_them(
    tmp_path: Path, method: str, caplog: pytest.LogCaptureFixture, workers: Workers
) -> None:
    class Broken(MemoryHistory):
        left = 57

        def fail(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise HistoryError("a value cannot be stored")

        def snapshot(self, *args: Any) -> Any:
            if method == "snapshot":
                self.fail()
            return super().snapshot(*args)

        def observe(self, entry: Entry) -> None:
            if method == "observe":
                self.fail()
            super().observe(entry)

    path, outputs = jsonl(tmp_path / "q.jsonl", rows(150)), []
    for count in (1, 2):
        summary = rescore(path, tmp_path / "out.jsonl", moderator(Broken()), workers[count], remember=False)
        assert summary.failed > 30
        outputs.append((tmp_path / "out.jsonl").read_bytes())
    assert outputs[0] == outputs[1]
    assert b"a value cannot be stored" in outputs[0]


class Busy(SqliteHistory):
    """A history whose transactions fail some times, in the middle, as where the disk is full for a while."""

    def __init__(self, path: Path, failures: list[int]) -> None:
        super().__init__(path)
        self.failures = failures
        """Numbers of the transactions that fail, from 0."""
        self.begun = 0

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            self.begun += 1
            if self.begun - 1 in self.failures:
                raise HistoryError("the disk is full")


@pytest.mark.parametrize("count", [1, 2])
def test_a_history_that_fails_for_a_while_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, workers: Workers
) -> None:
    monkeypatch.setattr(runner, "_PAUSES", (0.0, 0.0))
    queue = [row | {"title": "Tulips"} for row in rows(200)]
    path = jsonl(tmp_path / "q.jsonl", queue, bad=False)
    outputs = []
    for failures in ([], [0, 2, 3, 6, 9]):
        history = Busy(tmp_path / f"{len(failures)}.sqlite3", failures)
        summary = rescore(path, tmp_path / "out.jsonl", moderator(history), workers[count])
        history.close()
        assert summary.failed == 0
        outputs.append((tmp_path / "out.jsonl").read_bytes())
    assert outputs[0] == outputs[1], "labels that had arrived when it failed are not lost"


@pytest.mark.parametrize("count", [1, 2])
def test_a_history_that_stays_full_holds_rows_and_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, workers: Workers
) -> None:
    monkeypatch.setattr(runner, "_PAUSES", (0.0, 0.0))
    path = jsonl(tmp_path / "q.jsonl", [row | {"title": "Tulips"} for row in rows(200)], bad=False)

    class Full(MemoryHistory):
        @contextlib.contextmanager
        def transaction(self) -> Iterator[None]:
            with super().transaction():
                yield
                raise HistoryError("the disk is full")

    summary = rescore(path, tmp_path / "out.jsonl", moderator(Full()), workers[count], remember=False)
    assert summary.failed == summary.verdicts["hold"] == summary.rows == 200
    assert (tmp_path / "out.jsonl").read_bytes().count(b"the disk is full") == 200


@pytest.mark.parametrize("count", [1, 2])
def test_what_fails_inside_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int, workers: Workers
) -> None:
    path = jsonl(tmp_path / "q.jsonl", rows(100))
    with caplog.at_level(logging.ERROR):
        summary, _ = judged(path, None, workers[count])
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == summary.failed > 0
    assert all("is held: ZeroDivisionError" in line for line in lines)


@pytest.mark.parametrize("count", [1, 2])
def test_decisions_that_cannot_be_kept_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, workers: Workers
) -> None:
    monkeypatch.setattr(runner, "_PAUSES", (0.0,))

    class Full(MemoryHistory):
        def decide(self, decisions: Any) -> None:
            raise HistoryError("the disk is full")

    path = jsonl(tmp_path / "q.jsonl", rows(100))
    with pytest.raises(HistoryError, match="full"):
        rescore(path, tmp_path / "out.jsonl", moderator(Full()), workers[count])
    assert [entry.name for entry in tmp_path.iterdir()] == ["q.jsonl"]


@pytest.mark.parametrize("mixed", [False, True])
def test_a_killed_worker_changes_nothing(tmp_path: Path, mixed: bool) -> None:
    queue, mark = rows(300), tmp_path / "killed"
    queue[130]["title"] = f"kills {mark}"
    if mixed:
        queue.reverse()
    path = jsonl(tmp_path / "q.jsonl", queue)
    with ProcessExecutor(2) as executor:
        found = judged(path, tmp_path / "out.jsonl", executor)
    assert mark.exists()
    assert found == judged(path, tmp_path / "alone.jsonl", None)


def test_a_row_that_kills_every_worker_ends_the_run(tmp_path: Path) -> None:
    queue = rows(300)
    queue[130]["title"] = f"kills {tmp_path}"
    path = jsonl(tmp_path / "q.jsonl", queue)
    (tmp_path / "out.jsonl").write_text("before")
    with pytest.raises(WorkersError, match="signal 9"), ProcessExecutor(2) as executor:
        judged(path, tmp_path / "out.jsonl", executor)
    assert (tmp_path / "out.jsonl").read_text() == "before"
    assert {entry.name for entry in tmp_path.iterdir()} == {"q.jsonl", "out.jsonl"}


@pytest.mark.parametrize("more", [b"", b'\n{"source_url": "https://a.example/", "target_url": "https://b.example/"}'])
@pytest.mark.parametrize("mixed", [False, True])
def test_a_queue_that_changes_meanwhile_is_told(tmp_path: Path, more: bytes, mixed: bool, workers: Workers) -> None:
    queue = rows(100)
    if mixed:
        queue.reverse()
    path = jsonl(tmp_path / "q.jsonl", queue, bad=False)

    def meddle(stage: str, done: int, total: int) -> None:
        if stage == "reading" and done == 100:
            path.write_bytes(path.read_bytes() + more if more else path.read_bytes()[:3000])

    with pytest.raises(QueueError, match="changed while it was read"):
        judged(path, tmp_path / "out.jsonl", workers[2], progress=meddle)
    assert [entry.name for entry in tmp_path.iterdir()] == ["q.jsonl"]


def test_an_interruption_leaves_the_former_output_and_no_rubbish(tmp_path: Path, workers: Workers) -> None:
    queue = rows(300)
    path = jsonl(tmp_path / "q.jsonl", queue[::-1])
    (tmp_path / "out.jsonl").write_text("before")

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "judging" and done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(path, tmp_path / "out.jsonl", workers[2], progress=interrupt)
    assert (tmp_path / "out.jsonl").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("count", [1, 2])
def test_progress_is_told_by_stage(tmp_path: Path, count: int, workers: Workers) -> None:
    told: list[tuple[str, int, int]] = []
    path = jsonl(tmp_path / "q.jsonl", rows(200)[::-1], bad=False)
    judged(path, tmp_path / "out.jsonl", workers[count], progress=lambda *args: told.append(args))
    assert {stage for stage, _, _ in told} == {"reading", "judging", "writing"}
    for last in (("reading", 200, 0), ("judging", 200, 200), ("writing", 200, 200)):
        assert last in told


def test_an_empty_queue(tmp_path: Path, workers: Workers) -> None:
    path = jsonl(tmp_path / "q.jsonl", [], bad=False)
    assert judged(path, tmp_path / "out.jsonl", workers[2]) == (Summary(), b"")
