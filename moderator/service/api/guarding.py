"""How requests of our own API are let in: by token, and only then is a body read, with a limit of size and time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from moderator.service.access import check_token
from moderator.service.limits import read_body

__all__ = ["MAX_JSON", "GuardedRoute"]

MAX_JSON = 4 << 20
"""Bytes of a request's body."""


class _LimitedRequest(Request):
    async def body(self) -> bytes:
        """The body; see `read_body`."""
        if not hasattr(self, "_body"):
            self._body = await read_body(self, MAX_JSON)
        return self._body


class GuardedRoute(APIRoute):
    """A route for those who know the token; the framework itself would read any body first, however slow."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What handles a request; see `APIRoute`."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            check_token(request)
            limited = _LimitedRequest(request.scope, request.receive)
            await limited.body()
            return await handle(limited)

        return guarded
