"""WordPress's export (WXR): pings read as they stream by, with the posts that they point to, in flat memory.

WordPress leaves spam out of its exports, so an export alone cannot teach what spam is; `MISSING_SPAM` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from moderator.errors import QueueError, RowError, shown
from moderator.records import LABEL_DELAY, Case
from moderator.tables.base import QueueRow
from moderator.tables.files import read_bytes
from moderator.tables.rows import case_of
from moderator.tables.wordpress_columns import MAX_POST, PING_TYPES, linkback_columns
from moderator.wordpress.markup import export_text

__all__ = ["MISSING_SPAM", "WxrExport", "read_pings"]

MISSING_SPAM = (
    "WordPress leaves spam out of its exports: pings marked as spam are missing here. "
    "The database or https:// address of the blog has them."
)
_MAX_TEXT = 1_000_000
"""Characters of one field that are kept, about; no ping is that long, and its row is refused for it."""
_MAX_MARKUP = 8 << 20
"""Bytes of one tag or comment; the parser keeps it whole, so a longer one would fill the memory."""
_DEEPEST = 50
"""Elements within elements; an export has six."""
_CHANNEL = {"link": "link", "wp:base_blog_url": "base"}
_ITEM = {"title": "target_title", "link": "target_url", "content:encoded": "target_text", "wp:post_id": "post"}
_COMMENT = {
    "wp:comment_id": "comment_ID",
    "wp:comment_author": "comment_author",
    "wp:comment_author_url": "comment_author_url",
    "wp:comment_author_IP": "comment_author_IP",
    "wp:comment_date": "comment_date",
    "wp:comment_date_gmt": "comment_date_gmt",
    "wp:comment_content": "comment_content",
    "wp:comment_approved": "comment_approved",
    "wp:comment_type": "comment_type",
}


class _Reader:
    """Takes the parser's events; finished pings wait in `pings` as (line, columns)."""

    def __init__(self) -> None:
        self.pings: list[tuple[int, dict[str, str]]] = []
        self.channel: dict[str, str] = {}
        self.is_export = False
        self._item: dict[str, str] = {}
        self._comment: dict[str, str] | None = None
        self._line = 0
        self._depth = 0
        self._field = ""
        self._parts: list[str] | None = None
        self._length = 0
        self._fed = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, text: str) -> None:
        """Takes the next piece of the file."""
        data = text.encode("utf-8", "replace")
        self.parser.Parse(data, False)
        self._fed += len(data)
        if self._fed - self.parser.CurrentByteIndex > _MAX_MARKUP:
            raise QueueError(f"line {self.parser.CurrentLineNumber} has a tag of more than {_MAX_MARKUP} bytes")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueueError(f"elements are nested more than {_DEEPEST} deep; this is no export of WordPress")
        if self._comment is not None:
            field = _COMMENT.get(name) if self._depth == 5 else None
        elif name == "wp:comment" and self._depth == 4:
            self._comment, self._line = {}, self.parser.CurrentLineNumber
            return
        elif self._depth == 4:
            field = _ITEM.get(name)
        elif self._depth == 3:
            field = _CHANNEL.get(name)
            if name == "item":
                self._item = {}
            elif name == "wp:wxr_version":
                self.is_export = True
        else:
            field = None
        if field is not None:
            self._field, self._parts, self._length = field, [], 0
            self.parser.CharacterDataHandler = self._text

    def _text(self, data: str) -> None:
        if self._parts is not None and self._length <= _MAX_TEXT:
            self._parts.append(data)
            self._length += len(data)

    def _end(self, name: str) -> None:
        if self._parts is not None:
            text = "".join(self._parts)
            if self._depth == 5 and self._comment is not None:
                self._comment[self._field] = text
            elif self._depth == 4:
                self._item[self._field] = text[:MAX_POST]
            else:
                self.channel[self._field] = text
            self._parts = None
            self.parser.CharacterDataHandler = None
        elif name == "wp:comment" and self._comment is not None:
            if self._comment.get("comment_type", "").strip().lower() in PING_TYPES:
                self.pings.append((self._line, self._comment | self._item))
            self._comment = None
        self._depth -= 1

    def _doctype(self, *_: object) -> None:
        raise QueueError("a document type is declared, as entity bombs do; WordPress writes none, so it is not read")


def read_pings(chunks: Iterable[bytes], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Reads the pings out of an export, post by post.

    Args:
        chunks: The file, unpacked.
        name: What to call it in messages.

    Yields:
        The line of each ping and its columns, together with ``target_url``, ``target_title``, ``target_text`` of
        the post, and ``site``, the blog's address.

    Raises:
        QueueError: It is no XML, is cut off, declares entities, or is no export of WordPress.
    """
    reader = _Reader()
    try:
        for text in export_text(chunks):
            reader.feed(text)
            if reader.pings:
                site = reader.channel.get("link") or reader.channel.get("base", "")
                for line, columns in reader.pings:
                    columns["site"] = site
                    yield line, columns
                reader.pings.clear()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise QueueError(
            f"{name} is no whole XML at line {error.lineno} ({what}); export it again: Tools > Export"
        ) from None
    except QueueError as error:
        raise QueueError(f"{name}: {error}") from None
    if not reader.is_export:
        raise QueueError(f"{name} is XML, but no export of WordPress (it has no wp:wxr_version)")


class WxrExport:
    """An export as a source; it is only read.

    Args:
        path: The file, ``.xml`` or ``.xml.gz``.
        delay: How long after receipt an approved row counts as decided.

    Raises:
        QueueError: There is no such file.
    """

    def __init__(self, path: Path, delay: timedelta = LABEL_DELAY) -> None:
        self.path = path
        self._delay = delay
        if not path.is_file():
            raise QueueError(f"there is no file {shown(path)}")

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The pings behind the position `after`, in the file's order: post by post, not by date."""
        for position, (line, columns) in enumerate(read_pings(read_bytes(self.path), shown(self.path)), 1):
            if position > after:
                yield self._row(position, line, columns)

    def case(self, row: QueueRow) -> Case:
        """What a row says."""
        if row.error:
            raise RowError(row.error, line=row.line)
        return case_of(row.values, row.line)

    def _row(self, position: int, line: int, columns: dict[str, str]) -> QueueRow:
        size = sum(map(len, columns.values()))
        values: dict[str, Any] = {}
        error = ""
        try:
            values = linkback_columns(columns, columns["site"], self._delay)
        except RowError as problem:
            error = f"line {line}: {problem}"
        return QueueRow(position, line, values, "", size, error)
