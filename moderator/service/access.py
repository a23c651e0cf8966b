"""Access to the JSON endpoints: checks the secret, and slows down whoever guesses it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from moderator.service.container import Container
from moderator.service.errors import AGAIN, RefusedError
from moderator.service.requests import read_body, sender_address

__all__ = ["MAX_JSON", "GuardedRoute", "check_token", "has_secret", "same_secret"]

MAX_JSON = 4 << 20
"""Bytes of a request's body."""


def same_secret(said: str, known: str) -> bool:
    """Whether a stranger knows a secret; takes the same time either way. An empty secret is known by nobody."""
    return bool(known) and hmac.compare_digest(
        said.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    )


def has_secret(request: Request, said: str, known: str) -> bool:
    """Whether a request brings a secret; wrong ones are counted, so that nobody guesses for long.

    Args:
        request: The request.
        said: What it brings; empty: nothing, which is no guess.
        known: The secret; empty: it is known by nobody.

    Raises:
        RefusedError: 429: its sender was wrong too often just now, and is not listened to.
    """
    container: Container = request.app.state.container
    sender = sender_address(request, container.settings.trusted_proxies)
    if wait := container.wrong_attempts.wait(sender, count=False):
        raise RefusedError(429, "too many wrong tokens or keys came from this address", AGAIN, wait)
    right = same_secret(said, known)
    if said and not right:
        container.wrong_attempts.wait(sender)
    return right


def check_token(request: Request) -> None:
    """Refuses a request without the token.

    Raises:
        RefusedError: 403: no token is configured; 401: it is missing or wrong; 429: it was wrong too often.
    """
    container: Container = request.app.state.container
    if not container.secrets.api_token:
        raise RefusedError(403, "the API is closed", "set MODERATOR_API_TOKEN and start the service again")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not has_secret(request, token.strip(), container.secrets.api_token):
        raise RefusedError(401, "the token is missing or wrong", "send the header Authorization: Bearer TOKEN")


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
