r"""CSV, with commas, semicolons or tabs, as spreadsheets write it, and as PHP (``wp comment list``) does.

PHP leaves the quote of a ``\"`` undoubled, and Excel for the Mac ended lines with a carriage return alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from moderator.errors import QueueError, shown
from moderator.tables.base import ADDED, RAW, QueueRow, merged
from moderator.tables.files import Line, read_lines
from moderator.tables.jsonl import encode
from moderator.tables.line_sink import LineSink
from moderator.tables.rows import MAX_FIELD, missing_columns
from moderator.tables.wordpress_columns import is_wordpress

__all__ = ["CsvForm", "CsvSink", "delimiter_of", "header_of", "read_csv"]

_FIELD = 2 * MAX_FIELD
"""Characters from which a field is taken for a quote that was never closed."""
_AGAIN = 8
"""How often, on average, a character may be read again behind broken quotes; then they are taken as they are."""
_PHP_LINES = 500
"""Lines that one record of PHP may have."""
_BARE_RETURN = re.compile(r"(?<=\r)(?!\n)")
_PHP_QUOTE = re.compile(r'\\"|""')


class _Records:
    """Takes lines apart into records, and knows from which lines each came."""

    def __init__(self, lines: Iterator[Line], delimiter: str) -> None:
        # the limit is the module's own, for the whole process; the usual one would refuse a long post
        csv.field_size_limit(max(csv.field_size_limit(), _FIELD))
        self._lines = lines
        self._again: list[tuple[int, str, str]] = []
        self._taken: list[tuple[int, str, str]] = []
        self._budget = _AGAIN * _FIELD
        self._returns = 0
        self._reader = self._fresh(delimiter)
        self._delimiter = delimiter

    def _fresh(self, delimiter: str) -> Iterator[list[str]]:
        # strict: a quote that is never closed must not swallow the rows behind it
        return csv.reader(self._texts(), delimiter=delimiter, strict=True)

    def _texts(self) -> Iterator[str]:
        while (taken := self._next()) is not None:
            yield taken[1]

    def _next(self) -> tuple[int, str, str] | None:
        """The next line, and notes that it was taken."""
        if not self._again:
            line = next(self._lines, None)
            if line is None:
                return None
            text = line.data.decode(errors="surrogateescape") + "\n"
            self._budget += _AGAIN * len(text)
            # a carriage return alone ends a line, too; inside of quotes the reader puts it back
            parts = _BARE_RETURN.split(text) if "\r" in text[:-2] else [text]
            places = range(line.number + self._returns, line.number + self._returns + len(parts))
            self._again.extend(
                (place, part, line.error) for place, part in reversed(list(zip(places, parts, strict=True)))
            )
            self._returns += len(parts) - 1
        taken = self._again.pop()
        self._taken.append(taken)
        return taken

    def __iter__(self) -> Iterator[tuple[int, list[str], str, str]]:
        """Yields first line, cells, text and error of each record; empty lines are none."""
        while True:
            self._taken.clear()
            error = ""
            try:
                cells = next(self._reader)
            except StopIteration:
                # a reader that ended is done for good, even where lines were laid back
                if not self._again:
                    return
                self._reader = self._fresh(self._delimiter)
                continue
            except csv.Error as problem:
                cells, error = [], f"this is no CSV ({problem})"
            error = "; ".join(error for _, _, error in self._taken if error) or error
            if cells or error:
                yield self._taken[0][0], cells, "".join(text for _, text, _ in self._taken), error

    def reread_last_lines(self) -> bool:
        """Lets every line of the last record but the first be read again: its quotes are broken.

        Returns:
            Whether there was anything to read again.
        """
        size = sum(len(text) for _, text, _ in self._taken[1:])
        if not size or size > self._budget:
            return False
        self._budget -= size
        self._again.extend(reversed(self._taken[1:]))
        return True

    def as_php(self, count: int) -> tuple[list[str], str] | None:
        """Reads the last record again as PHP writes it.

        Args:
            count: How many cells it must have.

        Returns:
            Its cells and its text; None: it is no such record, and everything is as it was before.
        """
        before = len(self._taken)
        cells, used = _php_cells([text for _, text, _ in self._taken], self._delimiter)
        while not used and len(self._taken) < _PHP_LINES and self._next() is not None:
            cells, used = _php_cells([text for _, text, _ in self._taken], self._delimiter)
        kept = used if used and len(cells) == count else before
        self._again.extend(reversed(self._taken[kept:]))
        del self._taken[kept:]
        if not used or len(cells) != count:
            return None
        return cells, "".join(text for _, text, _ in self._taken)

    @property
    def first(self) -> str:
        """The text of the last record's first line."""
        return self._taken[0][1]


def _php_cells(lines: Sequence[str], delimiter: str) -> tuple[list[str], int]:
    """The cells of the record that begins with the first line, and how many lines it takes; 0: it goes on behind."""
    text = "".join(lines)
    part = re.escape(delimiter)
    cell = re.compile(rf'(?:"((?:[^"\\]++|\\"|\\|"")*+)"|([^{part}"\r\n]*))({part}|\r?\n|\r|\Z)')
    cells: list[str] = []
    place = 0
    while (found := cell.match(text, place)) is not None:
        quoted = found[1]
        cells.append(found[2] if quoted is None else _PHP_QUOTE.sub(lambda one: one[0].replace('""', '"'), quoted))
        place = found.end()
        if found[3] != delimiter:
            length = 0
            for number, line in enumerate(lines, 1):
                length += len(line)
                if length >= place:
                    return cells, number
    return cells, 0


def delimiter_of(path: Path) -> str:
    """The delimiter of a CSV file: the one that its header has most of."""
    return max(",;\t", key=_first_line(path).count)


def header_of(path: Path) -> list[str]:
    """The column names of a CSV file.

    Raises:
        QueueError: There is no header, a name stands twice, or the URLs have no column.
    """
    text = _first_line(path)
    names = next(csv.reader([text], delimiter=max(",;\t", key=text.count)), [])
    if not any(names):
        raise QueueError(f"{path} is empty; a CSV file starts with a line of column names")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise QueueError(f"{path} has the column {shown(twice[0])} twice; rename one")
    if missing := missing_columns(names):
        found = shown(", ".join(names), 200)
        raise QueueError(f"{path} has no column {' and no column '.join(missing)}; its first line says {found}")
    return names


def _first_line(path: Path) -> str:
    for line in islice(read_lines(path), 1):
        text = line.data.removeprefix(b"\xef\xbb\xbf").decode(errors="surrogateescape").rstrip("\r")
        return text.partition("\r")[0]
    return ""


def _behind_header(path: Path) -> Iterator[Line]:
    """The lines behind the column names."""
    lines, more = read_lines(path), 0
    for line in islice(lines, 1):
        _, bare, rest = line.data.rstrip(b"\r").partition(b"\r")
        if bare:
            more = 1
            yield line._replace(number=line.number + more, data=rest)
    for line in lines:
        yield line._replace(number=line.number + more) if more else line


def read_csv(path: Path, after: int = 0) -> Iterator[QueueRow]:
    """The rows of a CSV file behind the position `after`.

    A record with too few or too many cells is a row with an error. Where it spans several lines, a quote was not
    closed: only its first line is lost to it, the others are read again.

    Raises:
        QueueError: The file cannot be read at all, or has the wrong columns.
    """
    names = header_of(path)
    records, php = _Records(_behind_header(path), delimiter_of(path)), is_wordpress(dict.fromkeys(names))
    for position, (line, cells, text, error) in enumerate(records, 1):
        if '\\"' in text and (php or error or len(cells) != len(names)):
            again = records.as_php(len(names))
            if again is not None:
                (cells, text), error = again, ""
        if not error and len(cells) != len(names):
            error = f"{len(cells)} cells where the first line names {len(names)} columns: {shown(text)}"
        if error and records.reread_last_lines():
            text, cells = records.first, []
        if position > after:
            values: dict[str, Any] = dict(zip(names, map(_unguarded, cells), strict=False))
            kept = text.rstrip("\r\n") if error else ""
            yield QueueRow(position, line, values, kept, len(text), error and f"line {line}: {error}")


class CsvForm:
    """Forms rows as CSV records.

    Args:
        columns: The columns to write, in order.
        delimiter: What stands between cells.
    """

    def __init__(self, columns: Sequence[str], delimiter: str = ",") -> None:
        self.columns = tuple(columns)
        self._delimiter = delimiter
        self._line = StringIO()
        # the writer quotes a carriage return only where lines end with one
        self._writer = csv.writer(self._line, delimiter=delimiter, lineterminator="\r\n")

    def __reduce__(self) -> tuple[type[CsvForm], tuple[tuple[str, ...], str]]:
        return CsvForm, (self.columns, self._delimiter)

    def __call__(self, row: QueueRow, added: str) -> bytes:
        """The record of any source's row with its verdict, line feed included."""
        values = merged(row, added)
        return self.record([_guarded(_cell(values.get(name))) for name in self.columns])

    def record(self, cells: Sequence[str]) -> bytes:
        """A record."""
        self._writer.writerow(cells)
        # half a surrogate pair, or a byte that was no UTF-8, is written as an escape: the file stays UTF-8
        text = self._line.getvalue().removesuffix("\r\n")
        self._line.seek(0)
        self._line.truncate()
        return text.encode(errors="backslashreplace") + b"\n"


class CsvSink(LineSink):
    """Writes the rows of any source as CSV.

    Args:
        path: The file; ``.gz`` is packed.
        columns: The source's columns, in order.
        raw: Whether a column for rows that could not be taken apart is needed.
        delimiter: What stands between cells.
    """

    def __init__(self, path: Path, columns: Sequence[str], *, raw: bool = False, delimiter: str = ",") -> None:
        form = CsvForm([*columns, *(name for name in (RAW,) * raw + ADDED if name not in columns)], delimiter)
        super().__init__(path, form, form.record(form.columns))


_FORMULA = re.compile(r"'*+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet would calculate, perhaps guarded already; some take full-width signs, too."""


def _guarded(cell: str) -> str:
    """A cell that a spreadsheet shows as text: a stranger's title is no formula. A number stays one.

    >>> _guarded("=1+1"), _guarded("-1.5"), _unguarded("'=1+1")
    ("'=1+1", '-1.5', '=1+1')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _is_number(cell) else cell


def _unguarded(cell: str) -> str:
    """What was guarded by `_guarded`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) and not _is_number(cell[1:]) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else encode(value)
