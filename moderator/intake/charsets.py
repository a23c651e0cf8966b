"""Bytes to text by a charset that a stranger names."""

from __future__ import annotations

import codecs

__all__ = ["REFUSED", "codec_for", "decode"]

REFUSED = frozenset(
    {"utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "charmap", "mbcs"}
)
"""Codecs that hide ASCII characters from filters (UTF-7), take quadratic time or are no charsets at all."""
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""Labels that mean Windows' Western European charset on the web (WHATWG Encoding)."""


def codec_for(label: str) -> str | None:
    """Python's name of a charset; None: unknown or not a charset.

    Args:
        label: The name as sent, with or without quotes.

    Raises:
        ValueError: The charset is refused.

    >>> codec_for("ISO-8859-1"), codec_for("x-nonsense")
    ('cp1252', None)
    """
    label = label.strip().strip("\"'")
    if not label or len(label) > 40 or not label.isascii() or not label.isprintable():
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        return None
    if name.replace("_", "-") in REFUSED:
        raise ValueError(f"the charset {name} is refused")
    try:
        b"a".decode(name, "replace")
    except (LookupError, ValueError):  # a codec from bytes to bytes
        return None
    return _AS_BROWSERS_DO.get(name, name)


def decode(data: bytes, codec: str) -> str:
    """Decodes with replacement, so that every text can be stored and sent on: no lone surrogates."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        text = data.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
