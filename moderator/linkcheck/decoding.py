"""What a response's headers say of its body: its content type, and decompression under a cap.

A thousand bytes must not become a gigabyte.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Any, cast

from moderator.linkcheck.fetch_error import FetchError
from moderator.records import LinkStatus

__all__ = ["ACCEPTED", "decompress", "read_content_type"]

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100})\s*(?:;(.*))?", re.DOTALL)
_CHARSET = re.compile(r"(?:^|;)\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_PART = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+')
_NOTHING = frozenset({"unknown/unknown", "application/unknown"})
"""Types that say nothing, for which browsers look at the page itself, too."""
_LONGEST = 2000
STEP = 64 * 1024
"""Bytes decompressed at a time."""
MEMBERS = 100
"""Gzip members read; a page has one, and each costs time even when it is empty."""
ZSTD_WINDOW = 8 << 20
"""Bytes of window: the limit that RFC 8878 advises and browsers keep."""

ACCEPTED = ", ".join(
    name
    for name, package in (("gzip", "zlib"), ("deflate", "zlib"), ("br", "brotli"), ("zstd", "zstandard"))
    if find_spec(package) is not None
)
"""The Accept-Encoding header."""


def read_content_type(header: str) -> tuple[str, str]:
    """The media type and the charset that a header tells (WHATWG Fetch, "extract a MIME type").

    Args:
        header: The header; several are joined by commas.

    Returns:
        The last type that is one, in lower case, and its charset; empty: not given, so the page itself has to say it.

    >>> read_content_type("text/html; charset=utf-8, text/html"), read_content_type("text/html charset=utf-8")
    (('text/html', 'utf-8'), ('', ''))
    """
    media_type = charset = ""
    for part in _PART.findall(header[:_LONGEST]):
        found = _TYPE.fullmatch(part)
        if found is None or found[1] in _NOTHING or found[1] == "*/*":
            continue
        named = _CHARSET.search(found[2] or "")
        type_ = found[1].lower()
        if named is not None or type_ != media_type:
            charset = named[1] if named is not None else ""
        media_type = type_
    return media_type, charset


def decompress(chunks: Iterable[bytes], encoding: str, limit: int) -> tuple[bytes, str]:
    """Reads a body and decompresses it, and stops reading when it has enough.

    Args:
        chunks: The body as it comes; it may raise `FetchError`.
        encoding: The Content-Encoding header; empty: none.
        limit: Bytes that may come out.

    Returns:
        What could be read, and why it ends before its end: empty (it does not), ``page too large``, or the detail of
        the error that cut it off.

    Raises:
        UnreadError: Nothing can be read of it: an unknown encoding, or an error before the first byte.

    >>> decompress([zlib.compress(b"a" * 1000)], "deflate", 10)
    (b'aaaaaaaaaa', 'page too large')
    """
    steps = _steps(encoding.strip().lower())
    out = bytearray()
    stopped = ""
    try:
        for piece in steps(chunks):
            out += piece
            if len(out) > limit:
                stopped = "page too large"
                break
    except FetchError as error:
        if not out and error.status is not LinkStatus.TOO_LARGE:
            raise
        stopped = error.detail
    except Exception:  # each library has its own family of errors for damaged data
        if not out:
            raise FetchError(LinkStatus.UNREACHABLE, "damaged compression") from None
        stopped = "damaged compression"
    return bytes(out[:limit]), stopped


def _steps(encoding: str) -> Callable[[Iterable[bytes]], Iterator[bytes]]:
    if encoding in ("", "identity", "none", "utf-8"):  # a common mistake
        return iter
    if encoding in ("gzip", "x-gzip"):
        return _gzip
    if encoding == "deflate":
        return _deflate
    if encoding == "br" and find_spec("brotli") is not None:
        return _brotli
    if encoding == "zstd" and find_spec("zstandard") is not None:
        return _zstd
    raise FetchError(LinkStatus.UNREACHABLE, "unknown compression")


def _gzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    members = 1
    for chunk in chunks:
        while chunk:
            yield decoder.decompress(chunk, STEP)
            chunk = decoder.unconsumed_tail
            if decoder.eof:  # several members may follow each other, or zeros
                chunk = decoder.unused_data.lstrip(b"\0")
                decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
                members += 1
                if members > MEMBERS:
                    raise zlib.error("too many members")


def _deflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # By the standard this is zlib's format; some servers send the bare stream.
    decoder: Any = None
    for chunk in chunks:
        if decoder is None and chunk:
            wrapped = chunk[0] & 0x0F == 8 and (len(chunk) < 2 or (chunk[0] * 256 + chunk[1]) % 31 == 0)
            decoder = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        while chunk and not decoder.eof:
            yield decoder.decompress(chunk, STEP)
            chunk = decoder.unconsumed_tail


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import brotli

    decoder = brotli.Decompressor()
    for chunk in chunks:
        yield decoder.process(chunk, output_buffer_limit=STEP)
        while not decoder.is_finished() and not decoder.can_accept_more_data():
            yield decoder.process(b"", output_buffer_limit=STEP)


def _zstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import zstandard

    reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(
        cast(Any, _Source(iter(chunks))), read_size=16 * 1024, read_across_frames=True
    )
    while piece := reader.read(STEP):
        yield piece


class _Source(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        piece, self._rest = (self._rest[:size], self._rest[size:]) if size >= 0 else (self._rest, b"")
        return piece
