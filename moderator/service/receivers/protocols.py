"""Parses each protocol's request within limits, hands it to the acceptor, and makes its answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import NamedTuple
from urllib.parse import parse_qs, quote

from moderator.config.service import Blog
from moderator.errors import ModeratorError, ProtocolError
from moderator.intake import read_trackback, success_response
from moderator.intake.addresses import web_address
from moderator.intake.forms import is_plain_form
from moderator.intake.multicall import read_multicall
from moderator.intake.pingback import NO_LINK, pingback_of
from moderator.intake.responses import methods_response, multicall_response
from moderator.intake.trackback import TRACKBACK_ERROR
from moderator.intake.webmention import read_webmention_and_vouch
from moderator.intake.xmlrpc import INVALID_PARAMETERS, read_call
from moderator.records import Kind
from moderator.service.accept import BusyError
from moderator.service.container import Container
from moderator.service.records import Mention, Status

__all__ = ["Arrival", "answer_pingback", "answer_trackback", "answer_webmention", "target_below", "target_in"]

_METHODS = ("pingback.ping", "system.listMethods", "system.multicall")
_INNER = 50
"""Fault code for "come again later" within a multicall: the specification's "upstream server" (0x32)."""
PATIENCE = 3.0
"""Seconds that a pingback's sender is kept waiting for the look at its page; WordPress waits for 3 s at least."""
_PAUSE = 0.05
_AT_ONCE = BoundedSemaphore(8)
"""Senders that wait at once, so that threads are left for the others."""
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
    mention = _ping(container, arrival, method, parameters)
    if is_refused_at_once(container, mention):
        raise ProtocolError("the source does not link to the target", fault_code=NO_LINK)
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


def is_refused_at_once(
    container: Container, kept: Mention, seconds: float = PATIENCE, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Waits a moment for a look at the source page, as a pingback's sender does; its answer is the last it hears.

    Args:
        container: The service.
        kept: The mention, as it was before it is judged.
        seconds: How long to wait at most; pages that take longer are judged afterwards.
        sleep: Waits some seconds.

    Returns:
        Whether the page was read whole and does not link; False, too, where nothing is known yet.
    """
    if not container.settings.verify or not container.workers.running or not _AT_ONCE.acquire(blocking=False):
        return False
    try:
        for _ in range(round(seconds / _PAUSE)):
            mention = container.store.get(kept.linkback.id)
            if mention is None:
                return False
            waited_first = kept.status is Status.WAITING and mention.status is not Status.WAITING
            if waited_first or mention.changed_at != kept.changed_at:
                return mention.status is Status.GONE
            sleep(_PAUSE)
        return False
    finally:
        _AT_ONCE.release()


def _ping(container: Container, arrival: Arrival, method: str, parameters: list[str]) -> Mention:
    linkback = pingback_of(
        method,
        parameters,
        sender_ip=arrival.sender_ip,
        user_agent=arrival.user_agent,
        received_at=container.clock(),
    )
    return container.acceptor.accept(linkback)


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
    container.acceptor.accept(linkback, raw=b"" if is_plain_form(arrival.body) else arrival.body)
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
