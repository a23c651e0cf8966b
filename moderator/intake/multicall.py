"""``system.multicall``: several calls in one request, read with limits.

It lets one request ask for thousands of fetches, so few calls are read and each is answered by itself.
"""

from __future__ import annotations

import xmlrpc.client
from xml.parsers import expat

from moderator.errors import ProtocolError, shown
from moderator.intake.xmlrpc import INVALID_CALL, INVALID_PARAMETERS, MAX_XML, NOT_WELL_FORMED, call_text

__all__ = ["MAX_CALLS", "read_multicall"]

MAX_CALLS = 10
"""Calls that one request may hold."""
_MAX_ELEMENTS = 1000
_MAX_DEPTH = 20


def read_multicall(body: bytes) -> list[tuple[str, list[str]] | ProtocolError]:
    """Reads the calls of a ``system.multicall``.

    Args:
        body: The request's body, in any encoding that it declares and browsers know.

    Returns:
        For each call its method and parameters as text, or what is wrong with that one call.

    Raises:
        ProtocolError: The request as a whole: not well-formed (-32700), too large, too deep or with a DOCTYPE (-32600),
            no array of calls or too many (-32602).
    """
    if len(body) > MAX_XML:
        raise ProtocolError(f"the call is larger than {MAX_XML} bytes", fault_code=INVALID_CALL)
    text = call_text(body).encode("utf-8", "replace")
    _check_shape(text)
    try:
        parameters, method = xmlrpc.client.loads(text)
    except Exception:  # it raises whatever its converters raise
        raise ProtocolError("the call is no XML-RPC that can be read", fault_code=NOT_WELL_FORMED) from None
    if method != "system.multicall" or len(parameters) != 1 or not isinstance(parameters[0], list):
        raise ProtocolError("system.multicall takes one array of calls", fault_code=INVALID_PARAMETERS)
    calls = parameters[0]
    if len(calls) > MAX_CALLS:
        raise ProtocolError(f"{len(calls)} calls are too many; send at most {MAX_CALLS}", fault_code=INVALID_PARAMETERS)
    return [_call(call) for call in calls]


def _call(call: object) -> tuple[str, list[str]] | ProtocolError:
    if not isinstance(call, dict) or not isinstance(call.get("methodName"), str):
        return ProtocolError("a call is a struct with methodName and params", fault_code=INVALID_PARAMETERS)
    name, parameters = call["methodName"], call.get("params", [])
    if name == "system.multicall":
        return ProtocolError("system.multicall may not call itself", fault_code=INVALID_CALL)
    if not isinstance(parameters, list) or not all(isinstance(each, str) for each in parameters):
        return ProtocolError(f"{shown(name, 40)} takes strings", fault_code=INVALID_PARAMETERS)
    return name, [each.strip() for each in parameters]


def _check_shape(body: bytes) -> None:
    """Lets nothing through whose parts cost more than their bytes."""
    depth = elements = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > _MAX_DEPTH or elements > _MAX_ELEMENTS:
            raise ProtocolError("the call holds too many or too deep elements", fault_code=INVALID_CALL)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> int:
        raise ProtocolError("the call holds a DOCTYPE or entities; send it without", fault_code=INVALID_CALL)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise ProtocolError("the call is not well-formed XML", fault_code=NOT_WELL_FORMED) from None
