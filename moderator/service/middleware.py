"""What holds for every request: how large its body may be, and that its answer is counted."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderator.service.metrics import Metrics
from moderator.service.requests import BodyError

__all__ = ["AnswerCounter", "BodyLimit"]

_MOST = 4 << 20
"""Bytes of any request's body; the doors of strangers allow less."""
_TOO_LARGE = b'{"error":{"what":"the body is too large","do":"send less at once"}}'
_DOORS = ("pingback", "xmlrpc.php", "trackback", "webmention", "api", "1.1", "1.2", "health", "metrics", "static")


class BodyLimit:
    """Refuses bodies that are too large, before they are kept in memory.

    Args:
        app: What comes behind.
        most: Bytes.
    """

    def __init__(self, app: ASGIApp, most: int = _MOST) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; see ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if lengths and (not lengths[0].isdigit() or int(lengths[0][:20]) > self._most):
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            return await send({"type": "http.response.body", "body": _TOO_LARGE})
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise BodyError("the body is too large", 413)
            return message

        await self._app(scope, counted, send)


class AnswerCounter:
    """Counts answers by door.

    Args:
        app: What comes behind.
        metrics: Counts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; see ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        first = scope["path"].strip("/").partition("/")[0]
        door = first if first in _DOORS else "page"

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.answered(door, message["status"])
            await send(message)

        await self._app(scope, receive, counted)
