"""The answers that senders understand."""

from __future__ import annotations

import re
from html import escape

from moderator.errors import ProtocolError
from moderator.records import Kind

__all__ = ["fault_response", "success_response"]

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
            f"{_DECLARATION}<methodResponse><fault><value><struct><member><name>faultCode</name><value>"
            f"<int>{error.fault_code}</int></value></member><member><name>faultString</name><value>"
            f"<string>{message}</string></value></member></struct></value></fault></methodResponse>\n"
        ).encode()
    if kind is Kind.TRACKBACK:
        return (
            f"{_DECLARATION}<response><error>{error.fault_code}</error><message>{message}</message></response>\n"
        ).encode()
    return f"{_NOT_XML.sub('?', str(error))}\n".encode()


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
