"""JSON Lines: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from moderator.errors import QueueError, shown
from moderator.queues.base import ADDED, QueueRow, merged
from moderator.queues.files import Line, NewFile, read_lines

__all__ = ["JsonlSink", "encode", "read_jsonl"]

encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
"""Writes a value as JSON; what JSON lacks (dates, decimals) becomes text."""
_encode_ascii = json.JSONEncoder(ensure_ascii=True, default=str).encode
_NO_EVIDENCE = tuple(name for name in ADDED if name != "evidence")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_jsonl(path: Path, after: int = 0) -> Iterator[QueueRow]:
    """The rows of a JSON Lines file behind the position `after`; empty lines are no rows.

    Bytes that are not UTF-8 become lone surrogates, so that the row can be refused and still be kept.

    Raises:
        QueueError: The file cannot be read at all.
    """
    position = 0
    for line in read_lines(path):
        if line.number == 1:
            if line.data.startswith(_UTF16):
                raise QueueError(f"{path} is UTF-16; save it as UTF-8")
            line = line._replace(data=line.data.removeprefix(b"\xef\xbb\xbf"))
        if not line.data.strip() and not line.error:
            continue
        position += 1
        if position > after:
            yield _row(position, line)


def _row(position: int, line: Line) -> QueueRow:
    try:
        text = line.data.decode()
    except UnicodeDecodeError:
        text = line.data.decode(errors="surrogateescape")
    values: dict[str, Any] = {}
    error = line.error
    if not error:
        try:
            loaded = json.loads(text)
        except RecursionError:
            error = "the JSON is nested too deeply"
        except ValueError as problem:
            error = f"this is no JSON ({problem}): {shown(text)}"
        else:
            if isinstance(loaded, dict):
                values = loaded
            else:
                error = f"this is no JSON object: {shown(text)}"
    return QueueRow(position, line.number, values, text, len(text), error and f"line {line.number}: {error}")


class JsonlSink:
    """Writes the rows of any source as JSON Lines.

    A row that was JSON keeps its text to the letter, and the new columns stand behind it.

    Args:
        path: The file; ``.gz`` is packed.
    """

    def __init__(self, path: Path) -> None:
        self._new = NewFile(path)

    def __enter__(self) -> JsonlSink:
        self._file: IO[bytes] = self._new.__enter__()
        return self

    def write(self, row: QueueRow, added: str) -> None:
        """Writes one line."""
        text = row.text
        # without evidence and error, what is added ends with its reasons
        news = _NO_EVIDENCE if added.endswith("]}") else ADDED
        if not row.error and text.startswith("{") and row.values.keys().isdisjoint(news):
            line = f"{text.rstrip()[:-1]}, {added[1:]}"
        else:
            line = encode(merged(row, added))
        try:
            data = line.encode()
        except UnicodeEncodeError:
            # lone surrogates: JSON can say them with escapes only
            data = _encode_ascii(json.loads(line)).encode()
        self._file.write(data)
        self._file.write(b"\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._new.__exit__(kind, error, trace)
