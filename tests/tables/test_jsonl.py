"""JSON Lines: what is a row, what is kept of one that is none."""

import json
from pathlib import Path

import pytest

from moderator.tables.base import QueueRow
from moderator.tables.jsonl import JsonlSink, read_jsonl

ADDED = '{"verdict": "hold", "spam_probability": 0.5}'


def rows(folder: Path, data: bytes) -> list[QueueRow]:
    (folder / "q.jsonl").write_bytes(data)
    return list(read_jsonl(folder / "q.jsonl"))


def written(folder: Path, row: QueueRow) -> bytes:
    with JsonlSink(folder / "out.jsonl") as sink:
        sink.write(row, ADDED)
    return (folder / "out.jsonl").read_bytes()


def test_empty_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"a": 2}')
    assert [(row.position, row.line, row.values) for row in found] == [(1, 1, {"a": 1}), (2, 4, {"a": 2})]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, b"") == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"a": 1', "no JSON"),
        (b"[1]", "no JSON object"),
        (b"null", "no JSON object"),
        (b'"text"', "no JSON object"),
        (b'{"a": 1} {"b": 2}', "no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no JSON"),
        (b"\0\0\0", "no JSON"),
        (b"\xff\xfe\xfd garbage", "no JSON"),
    ],
)
def test_what_is_no_object_is_a_row_with_an_error(tmp_path: Path, line: bytes, told: str) -> None:
    first, bad, last = rows(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 3}\n')
    assert (first.error, last.error) == ("", "")
    assert bad.error.startswith("line 2: ")
    assert told in bad.error
    assert len(bad.error) < 300
    out = json.loads(written(tmp_path, bad))
    assert out["raw"].encode(errors="surrogateescape") == line
    assert out["verdict"] == "hold"


def test_utf16_is_read(tmp_path: Path) -> None:
    text = '{"a": "ü"}\r\n{"a": 2}\n'
    for encoding in ("utf-16", "utf-16-le"):
        assert [row.values for row in rows(tmp_path, text.encode(encoding))] == [{"a": "ü"}, {"a": 2}]


@pytest.mark.parametrize(
    "line",
    [
        '{"price": 1.10, "big": 12345678901234567890, "exp": 1E5, "twice": 1, "twice": 2}',
        '{ "spaced" :  "out"  }',
        '{"escaped": "\\u00fc\\ud83d\\ude00", "half": "\\ud800"}',
        '{"nan": NaN}',
        '{"new": {"lines": "a\\nb"}, "list": [1, {}]}',
    ],
)
def test_a_row_keeps_its_text_to_the_letter(tmp_path: Path, line: str) -> None:
    [row] = rows(tmp_path, line.encode() + b"\r\n")
    out = written(tmp_path, row).decode()
    assert out.startswith(line.rstrip("} "))
    assert json.loads(out)["verdict"] == "hold"


def test_a_row_that_was_judged_before_gets_the_new_verdict_in_place(tmp_path: Path) -> None:
    [row] = rows(tmp_path, b'{"verdict": "spam", "a": 1}')
    assert list(json.loads(written(tmp_path, row)).items()) == [
        ("verdict", "hold"),
        ("a", 1),
        ("spam_probability", 0.5),
    ]


def test_bytes_that_are_no_utf8_are_kept_as_escapes(tmp_path: Path) -> None:
    [row] = rows(tmp_path, b'{"title": "caf\xe9"}')
    assert row.values == {"title": "caf\udce9"}
    out = written(tmp_path, row)
    out.decode()  # the file itself is UTF-8
    assert json.loads(out)["title"].encode(errors="surrogateescape") == b"caf\xe9"
