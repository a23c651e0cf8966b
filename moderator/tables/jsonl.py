"""JSON Lines: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moderator.errors import shown
from moderator.serialization import from_text
from moderator.tables.base import ADDED, QueueRow, merged
from moderator.tables.files import read_lines
from moderator.tables.line_sink import LineSink

__all__ = ["JsonlSink", "RawLine", "encode", "line_of", "raw_jsonl", "read_jsonl", "row_of"]

encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
"""Writes a value as JSON; what JSON lacks (dates, decimals) becomes text."""
_encode_ascii = json.JSONEncoder(ensure_ascii=True, default=str).encode
_NO_EVIDENCE = tuple(name for name in ADDED if name != "evidence")
RawLine = tuple[int, int, bytes, str]
"""A row's position, its line's number, the line without its line feed, and why it is not a whole line."""


def read_jsonl(path: Path, after: int = 0) -> Iterator[QueueRow]:
    """The rows of a JSON Lines file behind the position `after`; empty lines are no rows.

    Bytes that are not UTF-8 become lone surrogates, so that the row can be refused and still be kept.

    Raises:
        QueueError: The file cannot be read at all.
    """
    return (row_of(raw) for raw in raw_jsonl(path, after))


def raw_jsonl(path: Path, after: int = 0) -> Iterator[RawLine]:
    """The same rows as they stand in the file, for taking them apart elsewhere with `row_of`."""
    position = 0
    for line in read_lines(path):
        if line.number == 1:
            line = line._replace(data=line.data.removeprefix(b"\xef\xbb\xbf"))
        if not line.data.strip() and not line.error:
            continue
        position += 1
        if position > after:
            yield (position, *line)


def row_of(raw: RawLine) -> QueueRow:
    """The row in a line."""
    position, number, data, error = raw
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
    values: dict[str, Any] = {}
    if not error:
        try:
            loaded = from_text(text)
        except RecursionError:
            error = "the JSON is nested too deeply"
        except ValueError as problem:
            error = f"this is no JSON ({problem}): {shown(text)}"
        else:
            if isinstance(loaded, dict):
                values = loaded
            else:
                error = f"this is no JSON object: {shown(text)}"
    return QueueRow(position, number, values, text, len(text), error and f"line {number}: {error}")


def line_of(row: QueueRow, added: str) -> bytes:
    """The line of any source's row with its verdict, line feed included.

    A row that was JSON keeps its text to the letter, and the new columns stand behind it.
    """
    text = row.text
    # without evidence and error, what is added ends with its reasons
    news = _NO_EVIDENCE if added.endswith("]}") else ADDED
    if not row.error and text.startswith("{") and row.values.keys().isdisjoint(news):
        line = f"{text.rstrip()[:-1]}, {added[1:]}\n"
    else:
        line = encode(merged(row, added)) + "\n"
    try:
        return line.encode()
    except UnicodeEncodeError:
        # lone surrogates: JSON can say them with escapes only
        return _encode_ascii(json.loads(line)).encode() + b"\n"


class JsonlSink(LineSink):
    """Writes the rows of any source as JSON Lines.

    Args:
        path: The file; ``.gz`` is packed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, line_of)
