"""Sessions of the moderation page: a signed cookie, or a header of the owner's proxy."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request

from moderator.service.access import same_secret
from moderator.service.container import Container
from moderator.service.requests import is_trusted, peer_address

__all__ = [
    "COOKIE",
    "LIFETIME",
    "Session",
    "csrf_token",
    "end_session",
    "has_valid_token",
    "is_same_site",
    "new_cookie",
    "session_of",
]

COOKIE = "moderator"
LIFETIME = 12 * 3600
"""Seconds for which one stays signed in."""
_ENDED = "ended sessions"
_MOST_ENDED = 1000
"""Sessions that were ended by signing out and are remembered until they would have ended by themselves."""
_LONGEST_COOKIE = 2000
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
    return _signer(container, "session").dumps([ends, secrets.token_hex(8), user])


def end_session(container: Container, session: Session) -> None:
    """Ends a session everywhere: its cookie is worth nothing from now on."""
    ended = [line for line in container.store.get_value(_ENDED).split() if _ends_later(container, line)]
    ends = int(container.clock().timestamp()) + LIFETIME
    container.store.set_value(_ENDED, " ".join([*ended[-_MOST_ENDED:], f"{ends}:{session.key}"]))


def csrf_token(container: Container, session: Session) -> str:
    """What a form of this session must bring along."""
    return _signer(container, "csrf").dumps(session.key)


def has_valid_token(request: Request, session: Session, token: str) -> bool:
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
    # the hash must still be configured: without one nobody signs in, and nobody stays
    if not container.secrets.password_hash:
        return None
    try:
        ends, key, user = _signer(container, "session").loads(cookie[:_LONGEST_COOKIE])
    except BadData:
        return None
    if ends < container.clock().timestamp() or any(
        line.endswith(f":{key}") for line in container.store.get_value(_ENDED).split()
    ):
        return None
    return Session(user, key)


def _ends_later(container: Container, line: str) -> bool:
    return int(line.partition(":")[0]) >= container.clock().timestamp()


def _signer(container: Container, purpose: str) -> URLSafeSerializer:
    # bound to the password's hash: a new password ends all sessions
    key = container.store.secret(_SECRET) + container.secrets.password_hash.encode()
    return URLSafeSerializer(key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})
