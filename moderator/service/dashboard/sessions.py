"""Who has signed in: a signed cookie, or a header that the owner's proxy sets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from starlette.requests import Request

from moderator.service.access import same_secret
from moderator.service.container import Container
from moderator.service.requests import is_trusted, peer_address

__all__ = ["COOKIE", "LIFETIME", "Session", "csrf_token", "is_ours", "is_same_site", "new_cookie", "session_of"]

COOKIE = "moderator"
LIFETIME = 12 * 3600
"""Seconds for which one stays signed in."""
_SECRET = "session"  # noqa: S105 - the name under which it is kept


class Session(NamedTuple):
    """Somebody who may decide."""

    user: str
    key: str
    """What its CSRF tokens are bound to."""


def session_of(request: Request) -> Session | None:
    """Who sent a request; None: nobody that may decide."""
    container: Container = request.app.state.container
    header = container.settings.user_header
    if header and is_trusted(peer_address(request), container.settings.trusted_proxies):
        user = request.headers.get(header, "").strip()[:100]
        if user:
            return Session(user, f"proxy:{user}")
    return _from_cookie(container, request.cookies.get(COOKIE, ""))


def new_cookie(container: Container, user: str) -> str:
    """The cookie of somebody who has just signed in."""
    ends = int(container.clock().timestamp()) + LIFETIME
    said = urlsafe_b64encode(f"{ends}:{secrets.token_hex(8)}:{user}".encode()).decode("ascii")
    return f"{said}.{_sign(container, said)}"


def csrf_token(container: Container, session: Session) -> str:
    """What a form of this session must bring along."""
    return _sign(container, f"csrf:{session.key}")


def is_ours(request: Request, session: Session, token: str) -> bool:
    """Whether a request that changes something came from a page of ours."""
    container: Container = request.app.state.container
    return is_same_site(request) and same_secret(token, csrf_token(container, session))


def is_same_site(request: Request) -> bool:
    """Whether the browser says that a page of ours sent a request; an old one says nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    # our Referrer-Policy makes browsers send "null"; the fetch metadata and the token speak then
    origin = request.headers.get("origin")
    return not origin or origin == "null" or origin.partition("://")[2] == request.headers.get("host")


def _from_cookie(container: Container, cookie: str) -> Session | None:
    said, _, signature = cookie.partition(".")
    # the hash must still be configured: without one nobody signs in, and nobody stays
    if not container.secrets.password_hash or not same_secret(signature, _sign(container, said)):
        return None
    try:
        ends, _, user = urlsafe_b64decode(said).decode().split(":", 2)
        if int(ends) < container.clock().timestamp():
            return None
    except ValueError:
        return None
    return Session(user, said)


def _sign(container: Container, text: str) -> str:
    # bound to the password's hash: a new password ends all sessions
    key = hashlib.sha256(container.store.secret(_SECRET) + container.secrets.password_hash.encode()).digest()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
