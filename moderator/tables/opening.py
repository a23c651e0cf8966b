"""Tables of linkbacks: a file's name says what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from moderator.errors import QueueError, RowError, shown
from moderator.records import Case
from moderator.tables.base import QueueRow, Sink, Source
from moderator.tables.delimited import CsvSink, delimiter_of, header_of, read_csv
from moderator.tables.files import read_bytes
from moderator.tables.json_array import read_array
from moderator.tables.jsonl import JsonlSink, read_jsonl
from moderator.tables.rows import case_of

__all__ = ["Table", "case_of_row", "check_output", "format_of", "open_sink"]

_FORMATS = (".csv", ".jsonl", ".parquet")
_ARRAY = (".json", ".json.gz")
"""Names of a JSON array, which is read, but not written."""


def format_of(path: Path, default: str = "") -> str:
    """The format that a file's name tells: ``.csv``, ``.jsonl`` or ``.parquet``, with or without ``.gz``.

    Args:
        path: The file.
        default: What a name that tells nothing stands for; empty: it is refused.

    Raises:
        QueueError: The name tells nothing.

    >>> format_of(Path("queue.csv.gz"))
    '.csv'
    """
    suffixes = path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]
    found = suffixes[0] if suffixes else ""
    if found in _FORMATS:
        return found
    if default:
        return default
    raise QueueError(f"{shown(path)} tells no format; name it {', '.join(_FORMATS)}, or one of them with .gz")


def case_of_row(row: QueueRow) -> Case:
    """What a row of any table says; see `Source.case`."""
    if row.error:
        raise RowError(row.error, line=row.line)
    return case_of(row.values, row.line)


class Table:
    """A file of linkbacks as a source.

    Args:
        path: The file.

    Raises:
        QueueError: Its name tells no format, there is no such file, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        by_name = ".json" if path.name.endswith(_ARRAY) else format_of(path)
        if not path.is_file():
            raise QueueError(f"there is no file {shown(path)}")
        self.format = _json_format(path, by_name) if by_name in (".json", ".jsonl") else by_name

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The rows behind the position `after`, in the file's order."""
        if self.format == ".jsonl":
            return read_jsonl(self.path, after)
        if self.format == ".csv":
            return read_csv(self.path, after)
        if self.format == ".json":
            return read_array(self.path, after)
        from moderator.tables.parquet import read_parquet

        return read_parquet(self.path, after)

    def case(self, row: QueueRow) -> Case:
        """What a row says."""
        return case_of_row(row)


def _json_format(path: Path, by_name: str) -> str:
    """Whether a file is a JSON array or JSON Lines, by how it begins: people name either like the other."""
    start = next(read_bytes(path), b"")[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if by_name == ".json":
        return ".jsonl" if start.startswith(b"{") else by_name
    return ".json" if start.startswith(b"[") and start[1:].lstrip().startswith(b"{") else by_name


def check_output(path: Path, source: Source) -> None:
    """Refuses an output that cannot work, before anything is read.

    Raises:
        QueueError: It is the source's own file, its folder is missing, or its name tells no format.
    """
    if isinstance(source, Table) and path.exists() and path.samefile(source.path):
        raise QueueError(f"{shown(path)} is the queue itself; name another file for the verdicts")
    if not path.absolute().parent.is_dir():
        raise QueueError(f"there is no folder {shown(path.absolute().parent)} to write into")
    format_of(path, _format(source))


def _format(source: Source) -> str:
    return source.format if isinstance(source, Table) and source.format in _FORMATS else ".jsonl"


def open_sink(path: Path, source: Source, *, columns: list[str], raw: bool) -> Sink:
    """A table for the verdicts; in the source's format where its name tells none.

    Args:
        path: The file to write, which `check_output` did not refuse.
        source: Where the rows come from.
        columns: The columns that the source has, in order.
        raw: Whether the source has rows that could not be taken apart.
    """
    form, table = format_of(path, _format(source)), source if isinstance(source, Table) else None
    if form == ".jsonl":
        return JsonlSink(path)
    if form == ".csv":
        if table is not None and table.format == ".csv":
            return CsvSink(path, header_of(table.path), raw=raw, delimiter=delimiter_of(table.path))
        return CsvSink(path, columns, raw=raw)
    from moderator.tables.parquet import ParquetSink, columns_of, schema_of

    if table is not None and table.format == ".parquet":
        return ParquetSink(path, columns_of(table.path), schema_of(table.path))
    return ParquetSink(path, columns)
