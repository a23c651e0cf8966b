"""A tolerant streaming parser for the XML of WordPress exports, like that of WordPress's own importer.

An export is called XML and often is none: a theme prints a blank line or a notice before it, addresses hold a bare
``&``, texts hold ``]]>``, control characters or ``&nbsp;``. So tags are looked for, and what stands between a field's
tags is taken as it is. No entity is ever defined or expanded beyond HTML's own characters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Literal, NamedTuple

from moderator.errors import QueueError, shown
from moderator.html.charset import codec_for

__all__ = ["Event", "export_text", "read_markup"]

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_FIRST = 4096
"""Bytes in which the declaration stands, behind whatever a theme printed before it."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Bytes that XML does not allow and WordPress writes all the same."""
_MAX_MARKUP = 8 << 20
"""Characters of one tag or field that are waited for."""
_CONTAINERS = frozenset(
    ("rss", "channel", "image", "item", "wp:comment", "wp:commentmeta", "wp:postmeta")  # what an export is made of
)
_TAG = re.compile(r"<(?:(/?)([A-Za-z_][\w:.-]{0,80}+)([^<>]*+)>|(!--|!\[CDATA\[|!DOCTYPE|\?))", re.IGNORECASE)
_SPACE = re.compile(r"\s*")
_BORDER = re.compile(r"</?(?:wp:comment|item)>")
"""Where a field must have ended."""
_CDATA = "<![CDATA["
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


class Event(NamedTuple):
    """One thing found in the markup."""

    kind: Literal["open", "close", "field", "bad"]
    """A container begins or ends; a field was read, or cannot be."""
    name: str
    text: str
    """A field's text; empty for everything else."""
    line: int
    """From 1."""


def export_text(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decodes an export as it declares; control characters are left out, nonsense becomes U+FFFD.

    Args:
        chunks: The file, the first chunk with the XML declaration.

    Raises:
        QueueError: The encoding is unknown or two bytes wide.
    """
    decoder: codecs.IncrementalDecoder | None = None
    for chunk in chunks:
        decoder = decoder or _decoder(chunk)
        yield decoder.decode(chunk.translate(None, _CONTROLS))
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def read_markup(pieces: Iterable[str]) -> Iterator[Event]:
    """Finds containers and fields.

    Args:
        pieces: The text.

    Raises:
        QueueError: A document type is declared, a tag has no end, or the text ends in the middle of the export.

    >>> [event.text for event in read_markup(["<rss><title>Tea &amp; bread & more</title></rss>"]) if event.text]
    ['Tea & bread & more']
    """
    scanner = _Scanner()
    for piece in pieces:
        yield from scanner.feed(piece, final=False)
    yield from scanner.feed("", final=True)


class _Scanner:
    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._open: list[str] = []
        self._any = False

    def feed(self, piece: str, *, final: bool) -> Iterator[Event]:
        """Takes the next piece; `final`: there are no more."""
        self._text = self._text[self._at :] + piece
        self._counted -= self._at
        self._at = 0
        while (found := _TAG.search(self._text, self._at)) is not None:
            line = self._line_at(found.start())
            event, after = self._element(found, line, final) if not found[4] else (None, self._markup(found, line))
            if event is not None:
                yield event
            if after == -1:
                self._wait(found.start(), line, final)
                return
            self._at = after
        # what looks like the beginning of a tag may go on in the next piece
        start = self._text.rfind("<", self._at)
        if start != -1 and self._text.find(">", start) == -1:
            self._wait(start, self._line_at(start), final)
        else:
            self._line_at(len(self._text))
            self._at = len(self._text)
        if final and (self._open or not self._any):
            raise self._cut_off()

    def _markup(self, found: re.Match[str], line: int) -> int:
        """Passes over what is neither container nor field; -1: it goes on in the next piece."""
        kind = found[4].upper()
        if kind == "!DOCTYPE":
            raise QueueError(
                f"a document type is declared on line {line}, as entity bombs do; "
                "WordPress writes none, so it is not read"
            )
        ending = {"!--": "-->", "![CDATA[": "]]>", "?": ">"}[kind]
        end = self._text.find(ending, found.end())
        return -1 if end == -1 else end + len(ending)

    def _element(self, found: re.Match[str], line: int, final: bool) -> tuple[Event | None, int]:
        """A container or a field, and where to go on; -1: it goes on in the next piece."""
        self._any = True
        name, after = found[2], found.end()
        if name in _CONTAINERS:
            if found[3].endswith("/"):
                return None, after
            return (self._close(name, line) if found[1] else self._begin(name, line)), after
        if found[1] or found[3].endswith("/"):
            return None, after
        text, after = self._field(name, after, final)
        if after == -1:
            return None, -1
        if text is None:
            return Event("bad", name, "", line), after
        return Event("field", name, text, line), after

    def _begin(self, name: str, line: int) -> Event:
        if name in self._open:  # it was never closed
            del self._open[self._open.index(name) :]
        self._open.append(name)
        return Event("open", name, "", line)

    def _close(self, name: str, line: int) -> Event | None:
        if name not in self._open:
            return None
        del self._open[self._open.index(name) :]
        return Event("close", name, "", line)

    def _field(self, name: str, start: int, final: bool) -> tuple[str | None, int]:
        """A field's text (None: it is broken) and where to go on (-1: it goes on in the next piece)."""
        body = _space_after(self._text, start)
        packed = self._text.startswith(_CDATA, body)
        if packed:
            body += len(_CDATA)
            sure = self._sections_end(body)
            ending = _closing(name, packed=True).search(self._text, body) if sure != -1 else None
        else:
            sure = start
            ending = _closing(name, packed=False).search(self._text, start)
        # a ]]> that was not escaped is part of the text, as long as the comment or the post does not end first
        stop = len(self._text) if ending is None else ending.start()
        border = _BORDER.search(self._text, sure, stop) if sure != -1 and sure < stop else None
        if border is not None:
            return None, border.start()
        if ending is None:
            if len(self._text) - start > _MAX_MARKUP:
                return None, start
            return (None, start) if final and self._open else ("", -1)
        text = self._text[body : ending.start()] if packed else self._text[start : ending.start()]
        return (text.replace("]]" + "]]>" + _CDATA + ">", "]]>") if packed else _unescaped(text)), ending.end()

    def _sections_end(self, body: int) -> int:
        """Where CDATA ends by the rules, sections that follow directly included; -1: not in this piece."""
        end = self._text.find("]]>", body)
        while end != -1 and self._text.startswith(_CDATA, end + 3):
            end = self._text.find("]]>", end + 3 + len(_CDATA))
        return end

    def _wait(self, start: int, line: int, final: bool) -> None:
        if final and (self._open or not self._any):
            raise self._cut_off()
        if len(self._text) - start > _MAX_MARKUP:
            raise QueueError(f"line {line} has a tag of more than {_MAX_MARKUP} bytes")
        self._at = start

    def _cut_off(self) -> QueueError:
        if not self._any:
            return QueueError("it holds no XML; export it again: Tools > Export")
        return QueueError(f"it is cut off at line {self._line} (no whole XML); export it again: Tools > Export")

    def _line_at(self, place: int) -> int:
        self._line += self._text.count("\n", self._counted, place)
        self._counted = place
        return self._line


def _space_after(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return start if found is None else found.end()


@cache
def _closing(name: str, *, packed: bool) -> re.Pattern[str]:
    return re.compile((r"\]\]>\s*" if packed else "") + rf"</{re.escape(name)}\s*>")


def _unescaped(text: str) -> str:
    """Text as XML and HTML escape it; an ``&`` that escapes nothing stays."""
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:8]:
        raise QueueError("the export is UTF-16 or UTF-32; save it as UTF-8")
    declared = _DECLARED.search(start[:_FIRST])
    name = declared[1].decode("ascii") if declared else "utf-8"
    codec = codec_for(name)
    if codec is not None and codec.startswith("utf-16"):
        codec = "utf-8"  # its declaration could be read byte by byte, so it was converted and still says what it was
    if codec is None:
        raise QueueError(f"the export is in the encoding {shown(name)}; save it as UTF-8")
    return codecs.getincrementaldecoder("utf-8-sig" if codec == "utf-8" else codec)(errors="replace")
