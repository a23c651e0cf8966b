"""A JSON array of objects, as ``wp comment list --format=json`` prints it: read one object at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moderator.errors import QueueError, shown
from moderator.tables.base import QueueRow
from moderator.tables.files import MAX_LINE, read_bytes

__all__ = ["read_array"]

_decode = json.JSONDecoder().raw_decode
_SPACE = " \t\r\n"


def read_array(path: Path, after: int = 0) -> Iterator[QueueRow]:
    """The objects of a JSON array behind the position `after`.

    Args:
        path: The file; ``.gz`` is unpacked.
        after: A position.

    Raises:
        QueueError: It is no JSON array of objects, or is cut off; where it breaks nothing behind it can be read.
    """
    text, ended = _Text(path), False
    if text.next() != "[":
        raise QueueError(f"{path} is no JSON: neither an array of objects nor one object a line")
    text.skip()
    position = 0
    while not ended:
        if not position and text.next() == "]":
            return
        value = text.value(position + 1)
        position += 1
        if position > after:
            yield _row(position, value)
        mark = text.next()
        if mark not in (",", "]"):
            raise QueueError(f"{path} is cut off or broken behind object {position}; print it again")
        text.skip()
        ended = mark == "]"


def _row(position: int, value: object) -> QueueRow:
    if isinstance(value, dict):
        values: dict[str, Any] = value
        return QueueRow(position, position, values, "", sum(len(str(part)) for part in values.values()), "")
    error = f"line {position}: this is no JSON object: {shown(value)}"
    return QueueRow(position, position, {}, json.dumps(value), 0, error)


class _Text:
    """The file as text, of which only the part that is being read is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chunks = read_bytes(path)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        self._text = ""
        self._at = 0

    def next(self) -> str:
        """The next character that is no space, which stays; empty: there is none."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self) -> None:
        """Goes on by one character."""
        self._at += 1

    def value(self, number: int) -> object:
        """The next value."""
        self.next()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except RecursionError:
                raise QueueError(f"{self._path}: object {number} is nested too deeply") from None
            except ValueError:
                # maybe only the rest of it is still to come
                if len(self._text) - self._at > MAX_LINE or not self._more():
                    raise QueueError(
                        f"{self._path} is cut off or broken at object {number}: "
                        f"{shown(self._text[self._at : self._at + 80])}; print it again"
                    ) from None
            else:
                # a number may go on in the next chunk; objects end with their brace
                self._at = end
                return value

    def _more(self) -> bool:
        for chunk in self._chunks:
            self._text, self._at = self._text[self._at :] + self._decoder.decode(chunk), 0
            return True
        return False
