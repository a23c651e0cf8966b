"""Bytes to text, as browsers read them: one table of character sets for pages, trackbacks, pingbacks and exports.

Labels mean what the WHATWG Encoding Standard says (``iso-8859-1`` is Windows-1252, ``shift_jis`` is what Windows
writes). Nothing else is ever looked up, because Python has codecs that unpack, execute or hide ASCII characters.
"""

from __future__ import annotations

import re
from functools import lru_cache

import webencodings

__all__ = ["codec_for", "decode", "decode_page", "guess_codec", "is_refused"]

PRESCAN = 4096
"""Bytes searched for ``<meta charset>``. Browsers search 1,024; long heads of old templates need more."""

_PYTHON = {
    "big5": "big5hkscs",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "ibm866": "cp866",
    "iso-2022-jp": "iso2022_jp",
    "iso-8859-8-i": "iso8859-8",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-user-defined": "cp1252",
}
"""Python's codecs for the standard's names, where they are called otherwise or a superset is meant."""
_MORE = {
    "ansi": "cp1252",
    "big-5": "big5hkscs",
    "cp437": "cp437",
    "cp850": "cp850",
    "cp932": "cp932",
    "cp936": "gb18030",
    "cp949": "cp949",
    "cp950": "big5hkscs",
    "euc-cn": "gb18030",
    "euckr": "cp949",
    "eucjp": "euc_jp",
    "eucjp-win": "euc_jp",
    "gb_2312": "gb18030",
    "ibm437": "cp437",
    "ibm850": "cp850",
    "koi8-ru": "koi8-u",
    "latin-1": "cp1252",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis-win": "cp932",
    "utf-16-be": "utf-16-be",
    "utf-16-le": "utf-16-le",
}
"""Labels that senders use and the standard lacks."""
_REFUSED = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "csunicode11utf7"})
"""Charsets that hide ASCII characters from filters."""
_ALSO = {"big5hkscs": "cp950", "euc_jp": "euc_jis_2004", "cp932": "shift_jis_2004"}
"""Codecs with further characters, for text that the first one cannot read."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_META = re.compile(rb"<meta[\s/][^>]{0,1000}?charset\s*+=\s*+(?:[\"']\s*+)?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LETTER = re.compile(rb"[A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LATIN = ["cp1252", "iso8859_2", "cp1254", "cp1257"]
_GUESSES = [
    *("cp1252", "cp1251", "koi8_r", "euc_jp", "cp932", "gb18030", "big5hkscs", "cp949", "iso8859_2", "cp1253"),
    *("cp1254", "cp1255", "cp1256", "cp874", "cp1257"),
]
"""What blogs wrote before UTF-8 won, the likelier first."""
_GUESSED_FROM = 64 * 1024


@lru_cache(maxsize=512)
def codec_for(label: str) -> str | None:
    """Python's name of a charset; None: unknown, or refused (`is_refused`).

    Args:
        label: The name as sent, with or without quotes.

    >>> codec_for("ISO-8859-1"), codec_for("x-sjis"), codec_for("zlib_codec")
    ('cp1252', 'cp932', None)
    """
    label = label.strip().strip("\"'").strip().lower()
    if not label or len(label) > 40 or not label.isascii():
        return None
    if label in _MORE:
        return _MORE[label]
    found = webencodings.lookup(label)
    if found is None or found.name == "replacement":
        return None
    if found.name.startswith("windows-"):
        return "cp" + found.name[8:]
    return _PYTHON.get(found.name, found.name.replace("iso-8859-", "iso8859-"))


def is_refused(label: str) -> bool:
    """Whether a charset must not be used, because it hides ASCII characters from filters.

    >>> is_refused("UTF-7")
    True
    """
    label = label.strip().strip("\"'").strip().lower().replace("_", "-")
    found = webencodings.lookup(label) if label.isascii() else None
    return label in _REFUSED or (found is not None and found.name == "replacement")


def decode(data: bytes, codec: str, *, strict: bool = False) -> str:
    """Decodes with replacement, so that every text can be stored and sent on: no lone surrogates.

    Args:
        data: The text.
        codec: A codec that `codec_for` gave.
        strict: Whether bytes that the codec does not know are refused.

    Raises:
        UnicodeDecodeError: They are refused.
    """
    if strict:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            if codec not in _ALSO:
                raise
            return data.decode(_ALSO[codec])
    text = data.decode(codec, "replace")
    if "\ufffd" in text and codec in _ALSO:
        wider = data.decode(_ALSO[codec], "replace")
        text = wider if wider.count("\ufffd") < text.count("\ufffd") else text
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def guess_codec(data: bytes) -> str:
    """The likeliest codec of text that names none: UTF-8 where it is that, or else by how readable it becomes.

    Args:
        data: All the text there is; some twenty letters make the guess a good one.

    >>> guess_codec("Gelée tardive".encode("latin-1")), guess_codec("Поздние заморозки".encode("cp1251"))
    ('cp1252', 'cp1251')
    """
    data = data[:_GUESSED_FROM]
    if data.isascii():
        return "iso2022_jp" if b"\x1b$" in data else "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    from charset_normalizer import from_bytes

    # few accents among many plain letters are a Western or Central European text, whatever else they would spell
    latin = len(_LETTER.findall(data)) > 2 * len(_HIGH.findall(data))
    best = from_bytes(data, cp_isolation=_LATIN if latin else _GUESSES, enable_fallback=False).best()
    return best.encoding if best is not None else "cp1252"


def decode_page(data: bytes, header: str = "") -> tuple[str, str]:
    r"""Turns a page's bytes into text.

    Args:
        data: The page, decompressed.
        header: The charset that the Content-Type header names; empty: none.

    Returns:
        The text, what cannot be read replaced by U+FFFD, and the codec that was used.

    >>> decode_page(b"caf\xe9")
    ('café', 'cp1252')
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), codec
    named = codec_for(header) or _from_markup(data[:PRESCAN])
    if named:
        return decode(data, named), named
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A page cut in the middle of a character is still UTF-8.
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            return data.decode("utf-8", "replace"), "utf-8"
        return data.decode("cp1252", "replace"), "cp1252"


def _from_markup(head: bytes) -> str | None:
    kept = []
    while head:  # a charset inside a comment is none
        before, opened, rest = head.partition(b"<!--")
        kept.append(before)
        head = rest.partition(b"-->")[2] if opened else b""
    text = b" ".join(kept)
    found = _META.search(text) or _XML.match(text)
    codec = codec_for(found[1].decode("ascii")) if found else None
    # a page that calls itself UTF-16 in ASCII letters is not; a header may tell the truth
    return "utf-8" if codec is not None and codec.startswith("utf-16") else codec
