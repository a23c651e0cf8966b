"""Bytes in and out: lines of a file that may be gzipped, too long or cut off, and a file that is whole or not there.

What PowerShell writes (UTF-16) is read as if it were UTF-8, and so are lines that end as Excel for the Mac ended them.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import itertools
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import IO, NamedTuple, cast

from moderator.errors import QueueError

__all__ = ["MAX_LINE", "Line", "NewFile", "read_lines", "read_text"]

MAX_LINE = 4_000_000
"""Bytes from which a line is cut; every piece is a row that cannot be read, so that memory stays flat."""
_CHUNK = 1 << 18
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Line(NamedTuple):
    """One line of a file."""

    number: int
    """From 1."""
    data: bytes
    """The line without its line feed."""
    error: str
    """Why it is not a whole line; empty: it is."""


def read_bytes(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces; ``.gz`` is unpacked, and UTF-16 becomes UTF-8.

    Raises:
        QueueError: The file cannot be read, or the gzip file is damaged or cut off.
    """
    try:
        yield from _as_utf8(_chunks(path))
    except zlib.error as error:
        raise QueueError(f"{path} is no whole gzip file ({error}); copy it again") from None


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file; ``.gz`` is unpacked.

    A gzip file that is cut off or damaged ends with a line that says so and holds what was left.

    Raises:
        QueueError: The file cannot be read at all.
    """
    number, rest, chunks, ending = 1, b"", _as_utf8(_chunks(path)), b""
    while True:
        try:
            chunk = next(chunks)
        except StopIteration:
            break
        except zlib.error as error:
            yield Line(number, rest, f"the gzip file is cut off or damaged here ({error}); what follows is lost")
            return
        ending = ending or (b"\r" if b"\r" in chunk[:-1] and b"\n" not in chunk else b"\n")
        *whole, rest = (rest + chunk).split(ending)
        for data in whole:
            if len(data) > MAX_LINE:
                yield from _pieces(number, data)
            else:
                yield Line(number, data, "")
            number += 1
        if len(rest) > MAX_LINE:
            yield Line(number, rest, _too_long())
            rest = b""
    if rest:
        yield Line(number, rest, "")


def read_text(path: Path) -> str:
    """A small text file; ``-`` is the standard input. Of a larger one only the first `MAX_LINE` bytes are read.

    Raises:
        QueueError: It cannot be read.
    """
    try:
        with contextlib.ExitStack() as stack:
            file = sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))
            return file.read(MAX_LINE).decode(errors="surrogateescape")
    except OSError as error:
        raise QueueError(f"{path} cannot be read: {error.strerror or error}") from error


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text in UTF-8 where it is UTF-16, which a mark or its zero bytes tell; otherwise the same bytes."""
    first = next(chunks, b"")
    wide = _WIDE.get(first[:2]) or ("utf-16-le" if first[:1] in (b"{", b"[") and first[1:4:2] == b"\0\0" else "")
    if not wide:
        yield from itertools.chain((first,) if first else (), chunks)
        return
    decoder = codecs.getincrementaldecoder(wide)(errors="replace")
    for chunk in itertools.chain((first,), chunks):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _pieces(number: int, data: bytes) -> Iterator[Line]:
    for start in range(0, len(data), MAX_LINE):
        yield Line(number, data[start : start + MAX_LINE], _too_long())


def _too_long() -> str:
    return f"the line has more than {MAX_LINE} bytes"


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            if path.suffix == ".gz":
                yield from _unpacked(file, path)
            else:
                while chunk := file.read(_CHUNK):
                    yield chunk
    except OSError as error:
        raise QueueError(f"{path} cannot be read: {error.strerror or error}") from error


def _unpacked(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """Unpacks gzip, member by member, in pieces of bounded size; zlib.error: cut off or damaged."""
    packed = file.read(_CHUNK)
    if not packed.startswith(b"\x1f\x8b"):
        raise QueueError(f"{path} is no gzip file; unpack it or name it without .gz")
    while packed.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            data = member.decompress(packed, _CHUNK)
            packed = member.unconsumed_tail
            if data:
                yield data
            if not packed and not member.eof:
                packed = file.read(_CHUNK)
                if not packed:
                    raise zlib.error("end of file")
        packed = member.unused_data
        if len(packed) < 2:
            packed += file.read(_CHUNK)
    # zero bytes behind the last member are padding
    if packed.strip(b"\0"):
        raise zlib.error("no gzip data behind the last part")


class NewFile:
    """A file that appears whole, under its name, when the context is left well, and not at all otherwise.

    Args:
        path: Its name; ``.gz`` is packed. Something that is no ordinary file (``/dev/stdout``) is written directly.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve() if path.is_symlink() else path
        self._direct = self._path.exists() and not self._path.is_file()
        self._part = self._path if self._direct else self._path.with_name(f".{self._path.name}.{token_hex(8)}.part")
        self._files = contextlib.ExitStack()

    def __enter__(self) -> IO[bytes]:
        """Opens it for writing.

        Raises:
            QueueError: It cannot be opened.
        """
        try:
            file: IO[bytes] = self._files.enter_context(self._opened())
        except OSError as error:
            raise QueueError(f"{self._path} cannot be written: {error.strerror or error}") from error
        if self._path.suffix == ".gz":
            # no name and no time: the same verdicts give the same bytes
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
            self._files.callback(packed.close)
            return cast(IO[bytes], packed)
        return file

    def _opened(self) -> IO[bytes]:
        if self._direct:
            return self._part.open("wb", buffering=1 << 18)
        # nobody may have planted a link under the name, which nobody can guess, to have another file overwritten
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        return open(os.open(self._part, flags, 0o666), "wb", buffering=1 << 18)  # noqa: PTH123 - a descriptor

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self._files.close()
            if kind is None and not self._direct:
                self._part.replace(self._path)
        except OSError as failure:
            raise QueueError(f"{self._path} cannot be written: {failure.strerror or failure}") from failure
        finally:
            if not self._direct:
                self._part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise QueueError(f"{self._path} cannot be written: {error.strerror or error}") from error
