"""Whatever a row holds, a sink writes it and a source reads it back."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.tables.base import QueueRow
from moderator.tables.delimited import CsvSink
from moderator.tables.jsonl import JsonlSink
from moderator.tables.opening import Table

COLUMNS = ["source_url", "target_url", "mine", 'comment, "quoted"']
_text = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ['"', '",', "\r\n", "\n\n", "\r", " ", "{"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)


def written(rows: list[dict[str, Any]], suffix: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{suffix}"
        sink = JsonlSink(path) if ".jsonl" in suffix else CsvSink(path, COLUMNS)
        with sink:
            for place, values in enumerate(rows, 1):
                sink.write(QueueRow(place, 0, values, "", 0, ""), '{"verdict": "hold"}')
        read = list(Table(path).read())
    assert not any(row.error for row in read)
    return [{name: value for name, value in row.values.items() if name in COLUMNS} for row in read]


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, _text)), max_size=5))
@settings(max_examples=80, deadline=None)
def test_csv(rows: list[dict[str, Any]]) -> None:
    assert written(rows, ".csv") == rows


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), _json), max_size=5))
@settings(max_examples=50, deadline=None)
def test_jsonl(suffix: str, rows: list[dict[str, Any]]) -> None:
    assert written(rows, suffix) == rows


@given(
    st.lists(
        st.binary(max_size=30).filter(lambda line: not {10, 13} & {*line} and line.strip()), min_size=1, max_size=6
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_rows_and_none_is_lost(lines: list[bytes]) -> None:
    if lines[0].startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_bytes(b"\n".join(lines))
        with JsonlSink(target) as sink:
            for row in Table(source).read():
                sink.write(row, '{"verdict": "hold"}')
        out = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    kept = [row["raw"].encode(errors="surrogateescape") for row in out if "raw" in row]
    assert len(out) == len(lines)
    assert kept == [line for line in lines if not line.strip().startswith(b"{") or line in kept]
