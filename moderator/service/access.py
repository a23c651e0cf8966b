"""Who may use our own API: whoever knows the token."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from moderator.service.errors import RefusedError
from moderator.service.parts import Parts

__all__ = ["check_token", "same_secret"]


def same_secret(said: str, known: str) -> bool:
    """Whether a stranger knows a secret; takes the same time either way. An empty secret is known by nobody."""
    return bool(known) and hmac.compare_digest(
        said.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    )


def check_token(request: Request) -> None:
    """Refuses a request without the token.

    Raises:
        RefusedError: 403: no token is configured; 401: it is missing or wrong.
    """
    parts: Parts = request.app.state.parts
    if not parts.secrets.api_token:
        raise RefusedError(403, "the API is closed", "set MODERATOR_API_TOKEN and start the service again")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same_secret(token.strip(), parts.secrets.api_token):
        raise RefusedError(401, "the token is missing or wrong", "send the header Authorization: Bearer TOKEN")
