"""XML-RPC method calls with string parameters, read with limits."""

from __future__ import annotations

import re
from xml.parsers import expat

from moderator.errors import ProtocolError, shown
from moderator.html.charset import codec_for, decode, guess_codec

__all__ = [
    "INVALID_CALL",
    "INVALID_PARAMETERS",
    "MAX_XML",
    "NOT_FOUND",
    "NOT_WELL_FORMED",
    "NO_CHARSET",
    "call_text",
    "read_call",
]

MAX_XML = 64 * 1024
"""Largest call that is read, in bytes; a pingback takes some 500."""
NOT_WELL_FORMED = -32700
NO_CHARSET = -32701
INVALID_CALL = -32600
NOT_FOUND = -32601
INVALID_PARAMETERS = -32602
"""Fault codes of the specification for fault code interoperability."""
_MAX_ELEMENTS = 64
_MAX_DEPTH = 8
_DECLARED = re.compile(rb"""<\?xml[^>]{0,80}?encoding\s{0,8}=\s{0,8}["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])+")
"""White space and marks of byte order, in any order, which do no harm before a call."""
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""How a call in UTF-16 begins."""
_METHOD = ["methodCall", "methodName"]
_VALUE = ["methodCall", "params", "param", "value"]
_STRING = [*_VALUE, "string"]


def read_call(body: bytes) -> tuple[str, list[str]]:
    """Reads a method call whose parameters are strings.

    Args:
        body: The request's body, in any encoding that it declares and browsers know.

    Returns:
        The method's name and the parameters, without white space around them.

    Raises:
        ProtocolError: Not well-formed (-32700), an unknown encoding (-32701), too large, with a DOCTYPE or no method
            call (-32600), or with parameters that are no strings (-32602).
    """
    if len(body) > MAX_XML:
        raise ProtocolError(f"the call is larger than {MAX_XML} bytes", fault_code=INVALID_CALL)
    call = _Call()
    try:
        _parser(call).Parse(call_text(body).encode("utf-8"), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ProtocolError(
            f"the call is not well-formed XML: {reason}, line {error.lineno}", fault_code=NOT_WELL_FORMED
        ) from None
    return call.method.strip(), [value.strip() for value in call.values]


class _Call:
    """Collects a call while its elements go by."""

    def __init__(self) -> None:
        self.method = ""
        self.values: list[str] = []
        self._path: list[str] = []
        self._elements = 0
        self._text: list[str] = []
        self._string: str | None = None

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if not self._path and name != "methodCall":
            raise ProtocolError(f"a methodCall is expected, not {shown(name, 40)}", fault_code=INVALID_CALL)
        self._path.append(name)
        if self._elements > _MAX_ELEMENTS or len(self._path) > _MAX_DEPTH:
            raise ProtocolError("the call holds too many or too deep elements", fault_code=INVALID_CALL)
        if self._path[:4] == _VALUE and len(self._path) > 4 and self._path != _STRING:
            raise ProtocolError(f"a parameter is a string, not {shown(name, 40)}", fault_code=INVALID_PARAMETERS)
        if self._path == _VALUE:
            self._string = None
        self._text.clear()

    def end(self, _name: str) -> None:
        if self._path == _METHOD:
            self.method = "".join(self._text)
        elif self._path == _STRING:
            self._string = "".join(self._text)
        elif self._path == _VALUE:
            self.values.append("".join(self._text) if self._string is None else self._string)
        self._text.clear()
        self._path.pop()

    def text(self, data: str) -> None:
        self._text.append(data)


def _parser(call: _Call) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = call.start
    parser.EndElementHandler = call.end
    parser.CharacterDataHandler = call.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def _refuse(*_: object) -> int:
    raise ProtocolError("the call holds a DOCTYPE or entities; send it without", fault_code=INVALID_CALL)


def call_text(body: bytes) -> str:
    """A call as text, without its declaration; one that names no encoding is UTF-8, or else the likeliest one.

    Raises:
        ProtocolError: Its encoding is unknown (-32701), or it is not in the encoding that it names (-32700).
    """
    body = _BEFORE.sub(b"", body, count=1) if _BEFORE.match(body) else body
    declared = _DECLARED.match(body[:200])
    codec = _WIDE.get(body[:2]) or (codec_for(declared[1].decode("ascii")) if declared else _undeclared(body))
    if codec is None:
        name = shown(declared[1].decode("ascii"), 40) if declared else ""
        raise ProtocolError(f"the call's encoding {name} is not known; send UTF-8", fault_code=NO_CHARSET)
    if codec.startswith("utf-16") and declared:
        codec = "utf-8"  # it is not, since its declaration could be read byte by byte
    try:
        text = decode(body, codec, strict=True).removeprefix("\ufeff")
    except UnicodeError:
        raise ProtocolError(f"the call is not in {codec}, as it says", fault_code=NOT_WELL_FORMED) from None
    return _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text


def _undeclared(body: bytes) -> str:
    return "utf-8" if b"\0" in body else guess_codec(body)
