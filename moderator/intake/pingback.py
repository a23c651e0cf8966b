"""Pingbacks: ``pingback.ping(sourceURI, targetURI)``."""

from __future__ import annotations

import re
from datetime import datetime

from moderator.errors import ProtocolError, shown
from moderator.intake.addresses import web_address
from moderator.intake.xmlrpc import INVALID_PARAMETERS, NOT_FOUND, read_call
from moderator.records import Kind, Linkback

__all__ = ["NO_LINK", "SOURCE_MISSING", "TARGET_UNUSABLE", "pingback_of", "read_pingback"]

SOURCE_MISSING, NO_LINK = 16, 17
TARGET_UNUSABLE = 33
"""Fault codes of the pingback specification (0x10, 0x21)."""
_ESCAPED_AND = re.compile(r"&(?:amp|#0*38|#x26);", re.IGNORECASE)
"""What senders leave of an address that was HTML when they escaped it for XML; WordPress turns it back, too."""


def read_pingback(
    body: bytes, *, sender_ip: str = "", user_agent: str = "", received_at: datetime | None = None, site: str = ""
) -> Linkback:
    """Reads a pingback's XML-RPC body.

    Args:
        body: The request's body; at most 64 KiB. A ``system.multicall`` is not read: it lets one request ask for
            thousands of fetches.
        sender_ip: The address it came from; empty: not known.
        user_agent: Its User-Agent header; empty: not known.
        received_at: When it came; None: not known.
        site: The receiving blog; empty: the target's host.

    Returns:
        The linkback; title and excerpt are empty, since a pingback sends none.

    Raises:
        ProtocolError: Not well-formed (-32700), encoding (-32701), no method call, too large or with a DOCTYPE
            (-32600), another method (-32601), other parameters (-32602), a source that is no web address (16), a
            target that is none (33).

    >>> read_pingback(b"<methodCall><methodName>pingback.ping</methodName><params><param><value>http://a.example/1"
    ... b"</value></param><param><value>http://b.example/2</value></param></params></methodCall>").source_url
    'http://a.example/1'
    """
    return pingback_of(*read_call(body), sender_ip=sender_ip, user_agent=user_agent, received_at=received_at, site=site)


def pingback_of(
    method: str,
    parameters: list[str],
    *,
    sender_ip: str = "",
    user_agent: str = "",
    received_at: datetime | None = None,
    site: str = "",
) -> Linkback:
    """The pingback of a call that was read; see `read_pingback`.

    Args:
        method: The method's name.
        parameters: Its parameters.
        sender_ip: The address it came from; empty: not known.
        user_agent: Its User-Agent header; empty: not known.
        received_at: When it came; None: not known.
        site: The receiving blog; empty: the target's host.

    Raises:
        ProtocolError: Another method (-32601), other parameters (-32602), a source (16) or target (33) that is no
            web address.
    """
    if method != "pingback.ping":
        raise ProtocolError(f"the method {shown(method, 40)} is not known; call pingback.ping", fault_code=NOT_FOUND)
    if len(parameters) != 2:
        raise ProtocolError(
            f"pingback.ping takes the source and the target, not {len(parameters)} parameters",
            fault_code=INVALID_PARAMETERS,
        )
    return Linkback(
        kind=Kind.PINGBACK,
        source_url=_address(parameters[0], "source", SOURCE_MISSING),
        target_url=_address(parameters[1], "target", TARGET_UNUSABLE),
        sender_ip=sender_ip,
        user_agent=user_agent,
        received_at=received_at,
        site=site,
    )


def _address(text: str, what: str, fault_code: int) -> str:
    try:
        return web_address(_ESCAPED_AND.sub("&", text))
    except ValueError as error:
        raise ProtocolError(f"the {what} {shown(text)} {error}", fault_code=fault_code) from None
