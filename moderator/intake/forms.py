"""Form posts, read with limits."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from moderator.html.charset import codec_for, decode, guess_codec, is_refused

__all__ = ["MAX_FIELDS", "MAX_FORM", "FormError", "is_plain_form", "read_form"]

MAX_FORM = 256 * 1024
"""Largest form that is read, in bytes; WordPress keeps 252 characters of an excerpt."""
MAX_FIELDS = 64
"""Most fields that a form may have; a trackback has five."""


class FormError(Exception):
    """A form cannot be read; the reader of each protocol turns it into that protocol's error.

    Attributes:
        too_large: Whether its size is what is wrong.
    """

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large


def read_form(body: bytes, content_type: str, query: str = "", *, guess: bool = False) -> dict[str, str]:
    """Reads a URL-encoded form.

    Args:
        body: The request's body.
        content_type: Its Content-Type header; empty: taken for a URL-encoded form.
        query: The query of the address it was sent to; its fields fill in where the body has none.
        guess: Whether text that names no charset and is not UTF-8 is read by the likeliest one.

    Returns:
        Each field's first value, by lower-case name. The charset is the one of the Content-Type, else the one in a
        field ``charset``, else UTF-8 or a guess; what it cannot decode is replaced.

    Raises:
        FormError: Too large, too many fields, another media type, a refused charset or NUL bytes.

    >>> read_form(b"url=http%3A%2F%2Fa.example%2F&title=caf%E9", "application/x-www-form-urlencoded; charset=latin-1")
    {'url': 'http://a.example/', 'title': 'café'}
    """
    if len(body) > MAX_FORM or len(query) > MAX_FORM:
        raise FormError(f"the form is larger than {MAX_FORM} bytes", too_large=True)
    media, _, parameters = content_type.partition(";")
    if media.strip().lower() not in ("", "application/x-www-form-urlencoded"):
        raise FormError("send the form as application/x-www-form-urlencoded")
    raw = _pairs(body)
    for name, value in _pairs(query.encode("utf-8", "replace")).items():
        raw.setdefault(name, value)
    codec = _codec(parameters, raw.get(b"charset", b""))
    if not codec:
        codec = guess_codec(b"\n".join(raw.values())) if guess else "utf-8"
    return {name.decode("ascii", "replace"): _field(value, codec) for name, value in raw.items()}


def is_plain_form(body: bytes) -> bool:
    """Whether a form says the same whoever reads it: it is UTF-8, and no charset or guess was needed.

    >>> is_plain_form(b"title=caf%C3%A9"), is_plain_form(b"title=caf%E9"), is_plain_form(b"title=%1B$B%30%42")
    (True, False, False)
    """
    data = unquote_to_bytes(body)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x1b$" not in data  # ISO-2022-JP looks like ASCII


def _pairs(data: bytes) -> dict[bytes, bytes]:
    if data.count(b"&") >= MAX_FIELDS:
        raise FormError(f"the form has more than {MAX_FIELDS} fields")
    pairs: dict[bytes, bytes] = {}
    for part in data.strip().split(b"&"):
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        if name:
            pairs.setdefault(unquote_to_bytes(name).strip().lower(), unquote_to_bytes(value))
    return pairs


def _codec(parameters: str, field: bytes) -> str:
    """The charset that the form names; empty: none that is known."""
    labels = (_parameter(parameters), field.decode("ascii", "replace"))
    for label in labels:
        if is_refused(label):
            raise FormError(f"the charset {label.strip()[:20]} is refused")
    codec = next(filter(None, map(codec_for, labels)), "")
    return "utf-8" if codec.startswith("utf-16") else codec  # as browsers do: a form is ASCII outside


def _parameter(parameters: str) -> str:
    """The charset among a media type's parameters; empty: none."""
    for parameter in parameters.split(";")[:8]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value
    return ""


def _field(value: bytes, codec: str) -> str:
    text = decode(value, codec)
    if "\0" in text:
        raise FormError("the form holds NUL bytes")
    return text
