"""What each protocol's request comes to: read with limits, handed to the acceptor, answered in its own words."""

from __future__ import annotations

import logging
from typing import NamedTuple
from urllib.parse import parse_qs, quote

from moderator.config.service import Blog
from moderator.errors import ModeratorError, ProtocolError
from moderator.intake import read_trackback, success_response
from moderator.intake.addresses import web_address
from moderator.intake.multicall import read_multicall
from moderator.intake.pingback import pingback_of
from moderator.intake.responses import methods_response, multicall_response
from moderator.intake.trackback import TRACKBACK_ERROR
from moderator.intake.webmention import read_webmention_and_vouch
from moderator.intake.xmlrpc import INVALID_PARAMETERS, read_call
from moderator.records import Kind
from moderator.service.accept import BusyError
from moderator.service.container import Container

__all__ = ["Arrival", "answer_pingback", "answer_trackback", "answer_webmention", "target_below", "target_in"]

_METHODS = ("pingback.ping", "system.listMethods", "system.multicall")
_INNER = 50
"""Fault code for "come again later" within a multicall: the specification's "upstream server" (0x32)."""
_log = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """A request as it came."""

    body: bytes
    content_type: str
    target: str
    """The post that the address names, which trackbacks need; empty: none."""
    sender_ip: str
    user_agent: str


def answer_pingback(container: Container, arrival: Arrival) -> tuple[bytes, str]:
    """Answers an XML-RPC call.

    Raises:
        ProtocolError: It is refused.
        BusyError: Too many wait.
    """
    try:
        method, parameters = read_call(arrival.body)
    except ProtocolError as error:
        if error.fault_code != INVALID_PARAMETERS or b"system.multicall" not in arrival.body:
            raise
        return _answer_multicall(container, arrival), ""
    if method == "system.listMethods":
        return methods_response(_METHODS), ""
    _ping(container, arrival, method, parameters)
    return success_response(Kind.PINGBACK), ""


def _answer_multicall(container: Container, arrival: Arrival) -> bytes:
    answers: list[str | ProtocolError] = []
    for place, call in enumerate(read_multicall(arrival.body)):
        if isinstance(call, ProtocolError):
            answers.append(call)
            continue
        try:
            # the first one was counted with the request
            if place and container.limiter.wait(arrival.sender_ip):
                raise BusyError
            _ping(container, arrival, *call)
            answers.append("Received.")
        except ProtocolError as error:
            answers.append(error)
        except (BusyError, ModeratorError) as error:
            _log.warning("a call among several was not kept: %s", type(error).__name__)
            answers.append(ProtocolError("it cannot be kept now; come again later", fault_code=_INNER))
    return multicall_response(answers)


def _ping(container: Container, arrival: Arrival, method: str, parameters: list[str]) -> None:
    linkback = pingback_of(
        method,
        parameters,
        sender_ip=arrival.sender_ip,
        user_agent=arrival.user_agent,
        received_at=container.clock(),
    )
    container.acceptor.accept(linkback)


def target_in(query: str) -> str:
    """The target that an address names in its query; empty: none.

    >>> target_in("target=https%3A%2F%2Fblog.example%2Fpost")
    'https://blog.example/post'
    """
    try:
        return parse_qs(query, max_num_fields=64).get("target", [""])[0]
    except ValueError:
        return ""


def target_below(blog: Blog, path: str, query: str) -> str:
    """The target that an address names by its blog and what stands behind that.

    Args:
        blog: The blog.
        path: The post's path below the blog's address, decoded.
        query: The post's query, as sent.

    >>> target_below(Blog("garden", "https://blog.example/"), "2026/old roses", "p=1")
    'https://blog.example/2026/old%20roses?p=1'
    """
    return f"{blog.url.rstrip('/')}/{quote(path)}" + (f"?{query}" if query else "")


def answer_trackback(container: Container, arrival: Arrival) -> tuple[bytes, str]:
    """Answers a trackback.

    Raises:
        ProtocolError: It is refused.
        BusyError: Too many wait.
    """
    try:
        target = web_address(arrival.target)
    except ValueError as error:
        raise ProtocolError(
            f"the target {error}; name the post: /trackback/BLOG/PATH or /trackback?target=ADDRESS",
            fault_code=TRACKBACK_ERROR,
        ) from None
    linkback = read_trackback(
        arrival.body,
        arrival.content_type,
        target_url=target,
        sender_ip=arrival.sender_ip,
        user_agent=arrival.user_agent,
        received_at=container.clock(),
    )
    container.acceptor.accept(linkback)
    return success_response(Kind.TRACKBACK), ""


def answer_webmention(container: Container, arrival: Arrival) -> tuple[bytes, str]:
    """Answers a webmention.

    Raises:
        ProtocolError: It is refused.
        BusyError: Too many wait.
    """
    linkback, vouch = read_webmention_and_vouch(
        arrival.body,
        arrival.content_type,
        sender_ip=arrival.sender_ip,
        user_agent=arrival.user_agent,
        received_at=container.clock(),
    )
    mention = container.acceptor.accept(linkback, vouch)
    return success_response(Kind.WEBMENTION), mention.linkback.id
