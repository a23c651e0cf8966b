"""WordPress's export (WXR): linkbacks and the posts that they point to, read as a stream in flat memory.

WordPress leaves spam out of its exports, so an export alone cannot teach what spam is; `MISSING_SPAM` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from moderator.errors import QueueError, RowError, shown
from moderator.records import LABEL_DELAY, Case
from moderator.tables.base import QueueRow
from moderator.tables.files import read_bytes
from moderator.tables.rows import case_of
from moderator.tables.wordpress_columns import MAX_POST, WEBMENTION_META, linkback_columns, linkback_kind
from moderator.wordpress.markup import Event, export_text, read_markup

__all__ = ["MISSING_SPAM", "ExportReader", "ExportedComment", "WxrExport"]

MISSING_SPAM = (
    "WordPress leaves spam out of its exports: pings marked as spam are missing here. "
    "The database or https:// address of the blog has them."
)
_MAX_TEXT = 1_000_000
"""Characters of one field that are kept, about; no ping is that long, and its row is refused for it."""
_MAX_NOTES = 100
"""Broken places that are listed one by one."""
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


class ExportedComment(NamedTuple):
    """A comment of an export that is a linkback, or that cannot be read."""

    line: int
    columns: dict[str, str]
    """Its columns, with ``target_url``, ``target_title``, ``target_text`` of the post and ``site``, the blog."""
    error: str
    """What cannot be read of it; empty: nothing."""


class ExportReader:
    """Reads an export, post by post.

    Args:
        name: What to call it in messages.
    """

    def __init__(self, name: str) -> None:
        self.left_out: dict[str, int] = {}
        """Comments that are no linkbacks, by their type."""
        self.notes: list[str] = []
        """Broken places outside linkbacks, the first hundred."""
        self._name = name
        self._channel: dict[str, str] = {}
        self._is_export = False
        self._inside: list[str] = []
        self._item: dict[str, str] = {}
        self._comment: dict[str, str] = {}
        self._line = 0
        self._error = ""
        self._meta = ""

    def read(self, chunks: Iterable[bytes]) -> Iterator[ExportedComment]:
        """Reads the linkbacks.

        Args:
            chunks: The file, unpacked.

        Raises:
            QueueError: It is no XML, is cut off, declares a document type, or is no export of WordPress.
        """
        try:
            for event in read_markup(export_text(chunks)):
                if event.kind == "field":
                    self._field(event.name, event.text)
                elif event.kind == "bad":
                    self._broken(event)
                else:
                    # its end, or that of a comment that was never closed
                    ends = "wp:comment" in self._inside and event.name in ("wp:comment", "item")
                    if ends and (found := self._finished()) is not None:
                        yield found
                    self._enter_or_leave(event)
        except QueueError as error:
            raise QueueError(f"{self._name}: {error}") from None
        if not self._is_export:
            raise QueueError(f"{self._name} is XML, but no export of WordPress (it has no wp:wxr_version)")

    def _enter_or_leave(self, event: Event) -> None:
        if event.name in self._inside:
            del self._inside[self._inside.index(event.name) :]
        if event.kind == "close":
            return
        if event.name in ("item", "wp:comment") and "wp:comment" in self._inside:
            del self._inside[self._inside.index("wp:comment") :]
        self._inside.append(event.name)
        if event.name == "item":
            self._item = {}
        elif event.name == "wp:comment":
            self._comment, self._line, self._error = {}, event.line, ""
        elif event.name == "wp:commentmeta":
            self._meta = ""

    def _field(self, name: str, text: str) -> None:
        within = self._inside[-1] if self._inside else ""
        if within == "wp:comment" and name in _COMMENT:
            self._comment[_COMMENT[name]] = text[:_MAX_TEXT]
        elif within == "wp:commentmeta":
            if name == "wp:meta_key":
                self._meta = text
            elif name == "wp:meta_value" and self._meta in WEBMENTION_META:
                self._comment[self._meta] = text[:_MAX_TEXT]
        elif within == "item" and name in _ITEM:
            self._item[_ITEM[name]] = text[:MAX_POST]
        elif within == "channel" and name in _CHANNEL:
            self._channel[_CHANNEL[name]] = text
        elif within == "channel" and name == "wp:wxr_version":
            self._is_export = True

    def _broken(self, event: Event) -> None:
        what = f"line {event.line}: {shown(event.name)} has no end where it should; it is skipped"
        if "wp:comment" in self._inside:
            self._error = self._error or what
        elif len(self.notes) < _MAX_NOTES:
            self.notes.append(what)

    def _finished(self) -> ExportedComment | None:
        columns = self._comment | self._item
        columns["site"] = self._channel.get("link") or self._channel.get("base", "")
        kind = columns.get("comment_type", "").strip().lower() or "comment"
        if linkback_kind(columns) or (self._error and "comment_type" not in columns):
            return ExportedComment(self._line, columns, self._error)
        self.left_out[kind] = self.left_out.get(kind, 0) + 1
        return None


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
        self.left_out: dict[str, int] = {}
        self.notes: list[str] = []
        self._delay = delay
        if not path.is_file():
            raise QueueError(f"there is no file {shown(path)}")

    def read(self, after: int = 0) -> Iterator[QueueRow]:
        """The linkbacks behind the position `after`, in the file's order: post by post, not by date.

        Once they are read, `left_out` counts the comments that are none, by type, and `notes` tells broken places.
        """
        reader = ExportReader(shown(self.path))
        self.left_out, self.notes = reader.left_out, reader.notes
        for position, found in enumerate(reader.read(read_bytes(self.path)), 1):
            if position > after:
                yield self._row(position, found)

    def case(self, row: QueueRow) -> Case:
        """What a row says."""
        if row.error:
            raise RowError(row.error, line=row.line)
        return case_of(row.values, row.line)

    def _row(self, position: int, found: ExportedComment) -> QueueRow:
        columns = found.columns
        size = sum(map(len, columns.values()))
        values: dict[str, Any] = {}
        error = found.error
        try:
            values = linkback_columns(columns, columns["site"], self._delay)
        except RowError as problem:
            error = error or f"line {found.line}: {problem}"
        return QueueRow(position, found.line, values, "", size, error)
