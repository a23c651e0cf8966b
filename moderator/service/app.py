"""The service as a web application: the doors, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderator.service.akismet.routes import router as akismet
from moderator.service.api.routes import router as api
from moderator.service.container import Container
from moderator.service.dashboard.routes import not_found_page
from moderator.service.dashboard.routes import router as page
from moderator.service.errors import handle_errors, http_error
from moderator.service.lists.routes import router as lists
from moderator.service.metrics import Metrics
from moderator.service.receivers.routes import router as receivers
from moderator.service.requests import BodyError
from moderator.version import __version__

__all__ = ["AnswerCounter", "BodyLimit", "create_app"]

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


async def _not_found(request: Request, error: Exception) -> Response:
    """A page for people, JSON for programs."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        answer: Response = await run_in_threadpool(not_found_page, request)
        return answer
    return await http_error(request, error)


def create_app(container: Container) -> FastAPI:
    """Builds the application.

    Args:
        container: What the doors share; started with the application, and stopped and closed with it.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        container.start()
        try:
            yield
        finally:
            await run_in_threadpool(container.stop)

    app = FastAPI(title="moderator", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.container = container
    handle_errors(app)
    app.add_exception_handler(404, _not_found)
    app.add_middleware(BodyLimit)
    app.add_middleware(AnswerCounter, metrics=container.metrics)
    for router in (receivers, api, akismet, lists, page):
        app.include_router(router)
    return app
