"""The answers that senders understand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from moderator.errors import ProtocolError
from moderator.records import Kind

__all__ = ["fault_response", "methods_response", "multicall_response", "success_response"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def fault_response(error: ProtocolError, kind: Kind) -> bytes:
    """The body that tells a sender what was wrong; send it with ``error.http_status``.

    Args:
        error: What the reader raised.
        kind: The protocol that the sender speaks.

    Returns:
        UTF-8: an XML-RPC fault for a pingback, a TrackBack response for a trackback (both ``text/xml``), and plain
        text for a webmention.
    """
    message = _text(str(error))
    if kind is Kind.PINGBACK:
        return (
            f"{_DECLARATION}<methodResponse><fault><value>{_fault(error)}</value></fault></methodResponse>\n".encode()
        )
    if kind is Kind.TRACKBACK:
        return (
            f"{_DECLARATION}<response><error>{error.fault_code}</error><message>{message}</message></response>\n"
        ).encode()
    return f"{_NOT_XML.sub('?', str(error))}\n".encode()


def multicall_response(answers: Sequence[str | ProtocolError]) -> bytes:
    """The body that answers a ``system.multicall``: for each call its value or its fault."""
    parts = []
    for answer in answers:
        if isinstance(answer, ProtocolError):
            parts.append(f"<value>{_fault(answer)}</value>")
        else:
            parts.append(f"<value><array><data><value><string>{_text(answer)}</string></value></data></array></value>")
    return _array_response("".join(parts))


def methods_response(names: Sequence[str]) -> bytes:
    """The body that answers ``system.listMethods``."""
    return _array_response("".join(f"<value><string>{_text(name)}</string></value>" for name in names))


def _array_response(values: str) -> bytes:
    return (
        f"{_DECLARATION}<methodResponse><params><param><value><array><data>{values}</data></array></value></param>"
        "</params></methodResponse>\n"
    ).encode()


def _fault(error: ProtocolError) -> str:
    return (
        f"<struct><member><name>faultCode</name><value><int>{error.fault_code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{_text(str(error))}</string></value></member></struct>"
    )


def success_response(kind: Kind, message: str = "Received.") -> bytes:
    """The body that tells a sender that its linkback has arrived; it says nothing of the verdict.

    Args:
        kind: The protocol that the sender speaks.
        message: A sentence for people; a trackback's response has no room for it.

    Returns:
        UTF-8: an XML-RPC response for a pingback, a TrackBack response for a trackback (both ``text/xml``, HTTP 200),
        and plain text for a webmention (HTTP 202).
    """
    if kind is Kind.PINGBACK:
        return (
            f"{_DECLARATION}<methodResponse><params><param><value><string>{_text(message)}</string></value></param>"
            "</params></methodResponse>\n"
        ).encode()
    if kind is Kind.TRACKBACK:
        return f"{_DECLARATION}<response><error>0</error></response>\n".encode()
    return f"{_NOT_XML.sub('?', message)}\n".encode()


def _text(message: str) -> str:
    return escape(_NOT_XML.sub("?", message), quote=False)
