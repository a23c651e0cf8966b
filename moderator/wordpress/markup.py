"""The text of a WordPress export, piece by piece: decoded, and mended where WordPress writes XML that is none."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from moderator.errors import QueueError, shown

__all__ = ["export_text"]

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Bytes that XML does not allow and WordPress writes all the same."""
_ADDRESS = re.compile(r"<wp:comment_author_url>([^<]*)</wp:comment_author_url>")
_BARE_AND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NEVER = ("utf-16", "utf-32", "utf-7")
"""Encodings that would have to be decoded before control characters are taken out, or that hide markup."""
_LONGEST_LINE = 1 << 20
"""Characters of a line that are kept together; an address is far shorter."""


def export_text(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decodes an export as it declares, and mends what WordPress gets wrong.

    WordPress writes the ``&`` of a ping's address bare, and control characters as they are. Bytes that are nonsense
    in the declared encoding become U+FFFD.

    Args:
        chunks: The file, the first chunk with the XML declaration.

    Yields:
        Pieces that hold whole lines, as long as lines are not too long.

    Raises:
        QueueError: The encoding is unknown or two bytes wide.

    >>> "".join(export_text([b"<wp:comment_author_url>http://a.example/?a=1&b=2</wp:comment_author_url>"]))
    '<wp:comment_author_url>http://a.example/?a=1&amp;b=2</wp:comment_author_url>'
    """
    decoder: codecs.IncrementalDecoder | None = None
    rest = ""
    for chunk in chunks:
        decoder = decoder or _decoder(chunk)
        text = rest + decoder.decode(chunk.translate(None, _CONTROLS))
        cut = text.rfind("\n") + 1
        if not cut and len(text) > _LONGEST_LINE:
            cut = len(text)
        rest = text[cut:]
        if cut:
            yield _mended(text[:cut])
    if decoder is not None:
        rest += decoder.decode(b"", final=True)
    if rest:
        yield _mended(rest)


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:8]:
        raise QueueError("the export is UTF-16 or UTF-32; save it as UTF-8")
    declared = _DECLARED.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        encoding = codecs.lookup(name).name
        if encoding.startswith(_NEVER) or not isinstance(b"<".decode(encoding), str):
            raise LookupError
        return codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(errors="replace")
    except LookupError:
        raise QueueError(f"the export is in the encoding {shown(name)}; save it as UTF-8") from None


def _mended(text: str) -> str:
    if "<wp:comment_author_url>" not in text:
        return text
    return _ADDRESS.sub(lambda found: _BARE_AND.sub("&amp;", found[0]), text)
