"""CSV: delimiters, broken quotes, wrong columns."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.errors import QueueError
from moderator.tables.base import QueueRow
from moderator.tables.delimited import CsvSink, read_csv

HEAD = b"source_url,target_url,title\n"


def rows(folder: Path, data: bytes) -> list[QueueRow]:
    (folder / "q.csv").write_bytes(data)
    return list(read_csv(folder / "q.csv"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffsource_url,target_url,title\r\na,b,t\r\n".replace(",", delimiter)
    [row] = rows(tmp_path, text.encode())
    assert row.values == {"source_url": "a", "target_url": "b", "title": "t"}


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    found = rows(tmp_path, HEAD + b'a,b,"two\r\nlines"\n\na,b,c\n')
    assert [(row.position, row.line) for row in found] == [(1, 2), (2, 5)]
    assert found[0].values["title"] == "two\r\nlines"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"a,b\n1,2\n", "no column source_url and no column target_url"),
        (b"source_url,title\n", "no column target_url"),
        (b"source_url,target_url,x,x\n", "'x' twice"),
    ],
)
def test_wrong_columns_are_told_before_anything_is_read(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(QueueError, match=told):
        rows(tmp_path, data)


@pytest.mark.parametrize(("bad", "count"), [(b"a,b", 2), (b"a,b,c,d", 4), (b"\xff", 1)])
def test_a_wrong_number_of_cells_is_an_error_row(tmp_path: Path, bad: bytes, count: int) -> None:
    before, row, after = rows(tmp_path, HEAD + b"a,b,1\n" + bad + b"\na,b,2\n")
    assert (before.error, after.error) == ("", "")
    assert row.error.startswith(f"line 3: {count} cells where the first line names 3 columns")
    assert row.text.encode(errors="surrogateescape") == bad


def test_a_quote_that_is_never_closed_costs_one_line_only(tmp_path: Path) -> None:
    good = b"".join(b'a,b,"%d"\n' % number for number in range(500))
    found = rows(tmp_path, HEAD + good + b'a,b,"open\n' + b"".join(b"a,b,%d\n" % number for number in range(500)))
    assert len(found) == 1001
    assert [row.line for row in found if row.error] == [502]
    assert found[500].text == 'a,b,"open'


def test_a_quote_that_another_row_closes_costs_one_line_only(tmp_path: Path) -> None:
    found = rows(tmp_path, HEAD + b'a,b,"open\na,b,"c"\na,b,d\n')
    assert [(row.line, bool(row.error)) for row in found] == [(2, True), (3, False), (4, False)]
    assert found[0].text == 'a,b,"open'


def test_a_field_without_end_costs_one_line_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = csv.field_size_limit(10_000)
    monkeypatch.setattr("moderator.tables.delimited._FIELD", 10_000)
    try:
        found = rows(tmp_path, HEAD + b'a,b,"open\n' + b"a,b,c\n" * 5000 + b"a,b," + b"x" * 20_000 + b"\na,b,c\n")
    finally:
        csv.field_size_limit(old)
    assert len(found) == 5003
    assert [row.line for row in found if row.error] == [2, 5003]
    assert len(found[5001].text) == 20_004


def test_a_file_of_open_quotes_is_read_in_bounded_time(tmp_path: Path) -> None:
    found = rows(tmp_path, HEAD + b'"a\n' * 3001)
    assert "".join(row.text for row in found).count('"a') == 3001


def test_a_cut_off_packed_file_ends_with_an_error_row(tmp_path: Path) -> None:
    import gzip

    data = gzip.compress(HEAD + b"".join(b'a,b,"%x"\n' % (number**9) for number in range(3000)))
    (tmp_path / "q.csv.gz").write_bytes(data[: len(data) // 2])
    *whole, last = read_csv(tmp_path / "q.csv.gz")
    assert len(whole) > 100
    assert not any(row.error for row in whole)
    assert "cut off" in last.error


def test_a_row_passes_through_unchanged(tmp_path: Path) -> None:
    [row] = rows(tmp_path, HEAD + b'" a ","b""c","1+1=2, \r\n\tz"\n')
    with CsvSink(tmp_path / "out.csv", list(row.values)) as sink:
        sink.write(row, '{"verdict": "hold", "reasons": [{"a": 1}], "error": null}')
    with (tmp_path / "out.csv").open(newline="") as file:
        [out] = csv.DictReader(file)
    assert {name: out[name] for name in row.values} == row.values
    assert (out["verdict"], out["reasons"], out["error"]) == ("hold", '[{"a": 1}]', "")


def test_output_is_utf8_whatever_came_in(tmp_path: Path) -> None:
    [row] = rows(tmp_path, HEAD + b"a,b,caf\xe9\0\n")
    with CsvSink(tmp_path / "out.csv", list(row.values)) as sink:
        sink.write(row, "{}")
    assert "caf\\udce9\0" in (tmp_path / "out.csv").read_text(encoding="utf-8")


WORDPRESS = ["comment_ID", "comment_author_url", "comment_type", "comment_content", "url"]


def fputcsv(cells: list[str]) -> str:
    """A record as PHP writes it: a quote behind a backslash is not doubled."""
    written = []
    for cell in cells:
        if not any(character in cell for character in ',"\\\n\r\t '):
            written.append(cell)
            continue
        text, escaped = "", False
        for character in cell:
            if character == "\\":
                escaped = True
            elif not escaped and character == '"':
                text += '"'
            else:
                escaped = False
            text += character
        written.append(f'"{text}"')
    return ",".join(written) + "\n"


CONTENTS = [
    r"he said \"frost\", again, and left",
    '<strong>She wrote \\"no\\"</strong>\n\nand then, after \\"that\\", nothing',
    'a plain "quote", which works',
    r"ends with \"",
    r"ends with a backslash \ ".strip(),
    r"\"",
    "nothing special",
    'first line\n\\"second\\", line',
]


def test_what_php_writes_is_read_as_it_was(tmp_path: Path) -> None:
    table = [
        [str(n), f"https://a.example/{n}", "pingback", text, "https://b.example/"] for n, text in enumerate(CONTENTS)
    ]
    found = rows(tmp_path, (",".join(WORDPRESS) + "\n" + "".join(map(fputcsv, table))).encode())
    assert [row.error for row in found] == [""] * len(CONTENTS)
    assert [row.values["comment_content"] for row in found] == CONTENTS


def test_a_backslash_before_a_quote_stays_what_it_is_in_other_files(tmp_path: Path) -> None:
    found = rows(tmp_path, HEAD + b'a,b,"C:\\path\\"\na,b,"x \\""y"\n')
    assert [(row.values["title"], row.error) for row in found] == [("C:\\path\\", ""), ('x \\"y', "")]


def test_a_broken_record_of_php_costs_one_line_only(tmp_path: Path) -> None:
    good = fputcsv(["1", "https://a.example/", "pingback", r"x \"y\" z", "https://b.example/"])
    bad = '2,"never closed \\" here\n'
    found = rows(tmp_path, (",".join(WORDPRESS) + "\n" + good + bad + good).encode())
    assert [bool(row.error) for row in found] == [False, True, False]
    assert found[2].values["comment_content"] == r"x \"y\" z"


@given(st.lists(st.text(alphabet='ab"\\,\n ', max_size=12), min_size=1, max_size=4))
@settings(max_examples=60)
def test_no_row_of_php_is_lost(texts: list[str]) -> None:
    import tempfile

    table = [[str(n), "https://a.example/", "pingback", "words " + text, "x"] for n, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        found = rows(Path(folder), (",".join(WORDPRESS) + "\n" + "".join(map(fputcsv, table)) + "z,z,z,z,z\n").encode())
    ends = [row for row in found if row.values.get("comment_ID") == "z"]
    # a field that ends with a backslash cannot be told from one that goes on; no other row is lost to it
    assert len(ends) == 1 or any(text.endswith("\\") for text in texts)


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("head_ending", ["\r", "\r\n", "\n"])
def test_lines_end_as_programs_end_them(tmp_path: Path, ending: str, head_ending: str) -> None:
    body = ending.join(["a,b,1", 'a,b,"two' + ending + 'lines"', "a,b,3"]) + ending
    found = rows(tmp_path, (HEAD.decode().rstrip() + head_ending + body).encode())
    assert [row.error for row in found] == ["", "", ""]
    assert [row.values["title"].split() for row in found] == [["1"], ["two", "lines"], ["3"]]
    assert [row.line for row in found] == [2, 3, 5]


def test_utf16_is_read(tmp_path: Path) -> None:
    [row] = rows(tmp_path, (HEAD.decode() + "a,b,ü\r\n").encode("utf-16"))
    assert row.values["title"] == "ü"
