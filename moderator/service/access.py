"""Who may use our doors: whoever knows the secret, and has not just guessed wrong too often."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from moderator.service.container import Parts
from moderator.service.errors import AGAIN, RefusedError
from moderator.service.senders import sender_address

__all__ = ["check_token", "knows", "same_secret"]


def same_secret(said: str, known: str) -> bool:
    """Whether a stranger knows a secret; takes the same time either way. An empty secret is known by nobody."""
    return bool(known) and hmac.compare_digest(
        said.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    )


def knows(request: Request, said: str, known: str) -> bool:
    """Whether a request brings a secret; wrong ones are counted, so that nobody guesses for long.

    Args:
        request: The request.
        said: What it brings; empty: nothing, which is no guess.
        known: The secret; empty: it is known by nobody.

    Raises:
        RefusedError: 429: its sender was wrong too often just now, and is not listened to.
    """
    parts: Parts = request.app.state.parts
    sender = sender_address(request, parts.settings.trusted_proxies)
    if wait := parts.guesses.wait(sender, count=False):
        raise RefusedError(429, "too many wrong tokens or keys came from this address", AGAIN, wait)
    right = same_secret(said, known)
    if said and not right:
        parts.guesses.wait(sender)
    return right


def check_token(request: Request) -> None:
    """Refuses a request without the token.

    Raises:
        RefusedError: 403: no token is configured; 401: it is missing or wrong; 429: it was wrong too often.
    """
    parts: Parts = request.app.state.parts
    if not parts.secrets.api_token:
        raise RefusedError(403, "the API is closed", "set MODERATOR_API_TOKEN and start the service again")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not knows(request, token.strip(), parts.secrets.api_token):
        raise RefusedError(401, "the token is missing or wrong", "send the header Authorization: Bearer TOKEN")
