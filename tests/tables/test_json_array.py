"""JSON arrays as ``wp comment list`` prints them."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from moderator.batch.rescore import rescore
from moderator.errors import QueueError, RowError
from moderator.tables.json_array import read_array
from moderator.tables.opening import Table
from tests.fakes import FakeJudge

PING = {
    "comment_ID": "12",
    "comment_post_ID": "3",
    "comment_author": "A blog",
    "comment_author_url": "https://a.example/?x=1&amp;y=2",
    "comment_author_IP": "203.0.113.4",
    "comment_date_gmt": "2026-01-02 03:04:05",
    "comment_content": "<strong>A title</strong>\n\nAn excerpt",
    "comment_approved": "spam",
    "comment_type": "trackback",
    "url": "https://blog.example/2026/tea/#comment-12",
}


def _write(folder: Path, rows: object, name: str = "queue.json") -> Path:
    path = folder / name
    path.write_bytes(json.dumps(rows).encode())
    return path


def test_what_wp_cli_prints_is_understood_as_it_is(tmp_path: Path) -> None:
    source = Table(_write(tmp_path, [PING, PING | {"comment_type": "comment"}]))
    ping, comment = source.read()
    case = source.case(ping)
    assert case.linkback.title == "A title" and case.linkback.blog_name == "A blog"
    assert case.linkback.target_url == "https://blog.example/2026/tea/" and case.label == "spam"
    assert case.linkback.id == "blog.example#comment-0000000012"
    with pytest.raises(RowError, match="no linkback"):
        source.case(comment)


def test_csv_with_the_same_columns(tmp_path: Path) -> None:
    names = ",".join(PING)
    cells = ",".join('"' + str(value).replace('"', '""') + '"' for value in PING.values())
    (tmp_path / "queue.csv").write_text(f"{names}\n{cells}\n")
    array, table = Table(_write(tmp_path, [PING])), Table(tmp_path / "queue.csv")
    assert [table.case(row) for row in table.read()] == [array.case(row) for row in array.read()]


def test_csv_without_the_needed_fields_names_them(tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text("comment_ID,comment_post_ID,comment_date,comment_approved,comment_author\n")
    with pytest.raises(QueueError, match="no column comment_author_url and no column comment_type"):
        list(Table(tmp_path / "queue.csv").read())


def test_rows_are_judged_and_kept(tmp_path: Path) -> None:
    rows = [PING | {"comment_ID": str(n), "comment_date_gmt": f"2026-01-01 00:00:{59 - n:02d}"} for n in range(50)]
    output = tmp_path / "out.jsonl"
    judge = FakeJudge()
    rescore(Table(_write(tmp_path, rows)), output, judge)
    told = [json.loads(line) for line in output.read_text().splitlines()]
    assert [row["comment_ID"] for row in told] == [row["comment_ID"] for row in rows]
    assert all(row["verdict"] for row in told)
    assert judge.ids == sorted(judge.ids, reverse=True)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_pieces_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("moderator.tables.files._CHUNK", size)
    rows = [{"a": "ü漢" * 5, "n": number, "d": [1, {"x": None}]} for number in range(30)]
    path = tmp_path / "q.json"
    path.write_text(" \n[" + " ,\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n] \n")
    assert [row.values for row in read_array(path)] == rows
    assert [row.position for row in read_array(path, after=28)] == [29, 30]


def test_gzip_and_nothing(tmp_path: Path) -> None:
    (tmp_path / "q.json.gz").write_bytes(gzip.compress(json.dumps([PING]).encode()))
    assert len(list(Table(tmp_path / "q.json.gz").read())) == 1
    assert list(read_array(_write(tmp_path, []))) == []


BAD = [
    ('[{"a": 1}', "cut off or broken behind object 1"),
    ('[{"a": 1}, {"a": ', "cut off or broken at object 2"),
    ('[{"a": 1} {"a": 2}]', "behind object 1"),
    ("", "neither an array of objects nor one object a line"),
    ('{"a": 1}', "neither an array of objects nor one object a line"),
    ("[" * 100_000, "nested too deeply"),
    ("[{]", "at object 1"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_broken_files_end_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "q.json").write_text(text)
    with pytest.raises(QueueError, match=message):
        list(read_array(tmp_path / "q.json"))


def test_what_is_no_object_is_a_row_with_an_error(tmp_path: Path) -> None:
    source = Table(_write(tmp_path, [1, "x", PING, None]))
    rows = list(source.read())
    assert len(rows) == 4 and source.case(rows[2])
    with pytest.raises(RowError, match="line 2: this is no JSON object: 'x'"):
        source.case(rows[1])


def test_memory_is_flat(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text("[" + ",\n".join(json.dumps(PING) for _ in range(30_000)) + "]")
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_array(path)) == 30_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
