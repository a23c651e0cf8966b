"""Parquet, through the optional package pyarrow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from moderator.errors import MissingExtraError, QueueError
from moderator.tables.base import ADDED, RAW, QueueRow, merged
from moderator.tables.files import NewFile
from moderator.tables.jsonl import encode
from moderator.tables.rows import missing_columns

__all__ = ["ParquetSink", "columns_of", "read_parquet", "rows_in", "schema_of"]

_BATCH = 1000
_GROUP = 16 << 20
"""Bytes of rows that are written as one row group: readers skip by groups, and each has a cost of its own."""
_ROUGHLY = 200
"""Bytes that a row takes beside its texts."""


def _arrow() -> tuple[Any, Any]:
    """The packages pyarrow and pyarrow.parquet: loaded when a Parquet file is met, and not before."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("pyarrow", extra="parquet") from None
    return pyarrow, pyarrow.parquet


def _open(path: Path) -> Any:
    arrow, parquet = _arrow()
    if path.suffix == ".gz":
        raise QueueError(f"{path} is packed twice; Parquet packs by itself, so unpack it with gunzip")
    try:
        return parquet.ParquetFile(path)
    except (OSError, arrow.ArrowException) as error:
        raise QueueError(f"{path} cannot be read as Parquet: {error}") from error


def schema_of(path: Path) -> Any:
    """The Arrow schema of a Parquet file."""
    with _open(path) as file:
        return file.schema_arrow


def columns_of(path: Path) -> list[str]:
    """The column names of a Parquet file.

    Raises:
        QueueError: It cannot be read, or the URLs have no column.
    """
    names = [str(name) for name in schema_of(path).names]
    if missing := missing_columns(names):
        raise QueueError(f"{path} has no column {' and no column '.join(missing)}; it has {', '.join(names)[:200]}")
    return names


def rows_in(path: Path) -> int:
    """How many rows a Parquet file has, as it says itself."""
    with _open(path) as file:
        return int(file.metadata.num_rows)


def read_parquet(path: Path, after: int = 0, until: int | None = None) -> Iterator[QueueRow]:
    """The rows of a Parquet file behind the position `after`; a row's line is its number.

    Args:
        path: The file.
        after: Rows that are passed over; whole row groups of them are not even read.
        until: The last row; None: the file's last one.

    Raises:
        MissingExtraError: pyarrow is not installed.
        QueueError: The file cannot be read, or has the wrong columns.
    """
    columns_of(path)
    arrow, _ = _arrow()
    position = after
    with _open(path) as file:
        try:
            groups, begin = _groups(file.metadata, after, until)
            skip = after - begin
            for batch in file.iter_batches(batch_size=_BATCH, row_groups=groups):
                wanted = batch.slice(skip, None if until is None else until - position)
                skip = max(0, skip - batch.num_rows)
                for values in wanted.to_pylist():
                    position += 1
                    size = _ROUGHLY + sum(len(value) for value in values.values() if isinstance(value, str))
                    yield QueueRow(position, position, values, "", size, "")
        except (OSError, arrow.ArrowException) as error:
            raise QueueError(f"{path} cannot be read behind row {position}: {error}") from error


def _groups(metadata: Any, after: int, until: int | None) -> tuple[list[int], int]:
    """The row groups that hold rows behind `after` and up to `until`, and how many rows stand before them."""
    groups, begin, end = list[int](), after, 0
    for number in range(metadata.num_row_groups):
        start, end = end, end + metadata.row_group(number).num_rows
        if end > after and (until is None or start < until):
            begin = begin if groups else start
            groups.append(number)
    return groups, begin


class ParquetSink:
    """Writes the rows of any source as Parquet; the new columns are text, but for the probability.

    Args:
        path: The file.
        columns: The source's columns, in order.
        schema: The source's Arrow schema, whose types are kept; None: every column becomes text.
    """

    def __init__(self, path: Path, columns: Sequence[str], schema: Any = None) -> None:
        self._arrow, self._parquet = _arrow()
        if path.suffix == ".gz":
            raise QueueError(f"{path}: Parquet packs by itself; leave .gz out of the name")
        self._new = NewFile(path)
        self._schema = self._with_added(columns, schema)
        self._typed = set() if schema is None else {name for name in columns if name not in ADDED}
        self._rows: list[dict[str, Any]] = []
        self._batches: list[Any] = []
        self._size = 0

    def _with_added(self, columns: Sequence[str], schema: Any) -> Any:
        text = self._arrow.string()
        types = {name: text if schema is None else schema.field(name).type for name in columns}
        types |= dict.fromkeys((*((RAW,) if schema is None else ()), *ADDED), text)
        types["spam_probability"] = self._arrow.float64()
        return self._arrow.schema(list(types.items()))

    def __enter__(self) -> ParquetSink:
        self._writer = self._parquet.ParquetWriter(self._new.__enter__(), self._schema, compression="zstd")
        return self

    def write(self, row: QueueRow, added: str) -> None:
        """Takes one row; they are written by row groups."""
        values = merged(row, added)
        for name, value in values.items():
            if name not in self._typed and name != "spam_probability" and value is not None:
                values[name] = _text(value)
        self._rows.append(values)
        self._size += row.size + len(added)
        if self._size >= _GROUP:
            self._flush()
        elif len(self._rows) == _BATCH:
            self._pack()

    def _pack(self) -> None:
        """Lays the rows out column by column, as they will be written."""
        if not self._rows:
            return
        try:
            batch = self._arrow.RecordBatch.from_pylist(self._rows, schema=self._schema)
        except self._arrow.ArrowException as error:
            raise QueueError(f"a Parquet file cannot hold these rows: {error}") from error
        self._rows.clear()
        self._batches.append(batch)

    def _flush(self) -> None:
        self._pack()
        if not self._batches:
            return
        rows = self._arrow.Table.from_batches(self._batches, schema=self._schema)
        try:
            self._writer.write_table(rows, row_group_size=rows.num_rows)
        except self._arrow.ArrowException as error:
            raise QueueError(f"a Parquet file cannot hold these rows: {error}") from error
        self._batches.clear()
        self._size = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.ExitStack() as last:
            last.push(self._new)
            if kind is None:
                last.callback(self._writer.close)
                self._flush()
                return
            # the file goes away; its writer must be closed all the same, whatever it thinks of that
            with contextlib.suppress(Exception):
                self._writer.close()
            last.pop_all()
        self._new.__exit__(kind, error, trace)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text
