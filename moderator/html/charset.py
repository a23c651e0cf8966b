"""The characters of a page, as browsers find them: mark, header, ``<meta>``, then a guess."""

from __future__ import annotations

import re

__all__ = ["decode_page"]

PRESCAN = 4096
"""Bytes searched for ``<meta charset>``. Browsers search 1,024; long heads of old templates need more."""

# Labels and what browsers take them for (WHATWG Encoding Standard), to the codecs of Python. Nothing else is looked
# up, because Python has codecs that unpack and execute.
_GROUPS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-16 utf-16le utf-16be utf-16-le utf-16-be",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 ascii us-ascii ansi "
    "ansi_x3.4-1968 x-user-defined",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "iso8859-2": "iso-8859-2 iso8859-2 iso_8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i hebrew",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8 koi koi8_r",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "ibm866 cp866 866",
    "mac-roman": "macintosh mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "cp874": "windows-874 tis-620 iso-8859-11 iso8859-11 dos-874",
    "gb18030": "gb18030 gb2312 gbk gb_2312 gb_2312-80 x-gbk chinese iso-ir-58 euc-cn",
    "big5hkscs": "big5 big5-hkscs big-5 cn-big5 x-x-big5",
    "euc_jp": "euc-jp x-euc-jp",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji ms932",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 iso-ir-149 cp949",
}
_CODECS = {label: codec for codec, labels in _GROUPS.items() for label in labels.split()}
_HEADER_ONLY = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
"""A page that calls itself UTF-16 in ASCII letters is not; a header may tell the truth."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_META = re.compile(rb"<meta[\s/][^>]{0,1000}?charset\s*+=\s*+(?:[\"']\s*+)?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


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
    label = header.strip("\"' \t").lower()
    named = _HEADER_ONLY.get(label) or _CODECS.get(label) or _from_markup(data[:PRESCAN])
    if named:
        return data.decode(named, "replace"), named
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
    return _CODECS.get(found[1].decode("ascii").lower()) if found else None
