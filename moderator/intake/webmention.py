"""Webmentions: a form with source and target."""

from __future__ import annotations

from datetime import datetime

from moderator.errors import ProtocolError, shown
from moderator.intake.addresses import web_address
from moderator.intake.forms import FormError, read_form
from moderator.records import Kind, Linkback

__all__ = ["read_vouch", "read_webmention"]

_BAD_REQUEST = 400
_TOO_LARGE = 413


def read_webmention(
    body: bytes,
    content_type: str = "",
    *,
    sender_ip: str = "",
    user_agent: str = "",
    received_at: datetime | None = None,
    site: str = "",
) -> Linkback:
    """Reads a webmention's form.

    Args:
        body: The request's body; at most 256 KiB.
        content_type: Its Content-Type header; empty: a URL-encoded form.
        sender_ip: The address it came from; empty: not known.
        user_agent: Its User-Agent header; empty: not known.
        received_at: When it came; None: not known.
        site: The receiving blog; empty: the target's host.

    Returns:
        The linkback; title and excerpt are empty, since a webmention sends none. For a ``vouch`` see `read_vouch`.

    Raises:
        ProtocolError: With the HTTP status as its code: 413 for a body that is too large, 400 for everything else
            (source or target missing or no web address, or both the same).

    >>> read_webmention(b"source=http://a.example/1&target=http://b.example/2").target_url
    'http://b.example/2'
    """
    try:
        form = read_form(body, content_type)
    except FormError as error:
        raise _refused(str(error), _TOO_LARGE if error.too_large else _BAD_REQUEST) from None
    source, target = _address(form, "source"), _address(form, "target")
    if source.partition("#")[0] == target.partition("#")[0]:
        raise _refused("source and target are the same page", _BAD_REQUEST)
    return Linkback(
        kind=Kind.WEBMENTION,
        source_url=source,
        target_url=target,
        sender_ip=sender_ip,
        user_agent=user_agent,
        received_at=received_at,
        site=site,
    )


def read_vouch(body: bytes, content_type: str = "") -> str:
    """The page that vouches for a webmention's source (indieweb.org/Vouch).

    Args:
        body: The request's body; at most 256 KiB.
        content_type: Its Content-Type header; empty: a URL-encoded form.

    Returns:
        Its address; empty: none was sent.

    Raises:
        ProtocolError: 400: it is no web address.

    >>> read_vouch(b"source=http://a.example/1&target=http://b.example/2&vouch=http://c.example/")
    'http://c.example/'
    """
    try:
        form = read_form(body, content_type)
    except FormError as error:
        raise _refused(str(error), _BAD_REQUEST) from None
    return _address(form, "vouch") if form.get("vouch") else ""


def _address(form: dict[str, str], name: str) -> str:
    text = form.get(name, "")
    try:
        return web_address(text)
    except ValueError as error:
        raise _refused(f"the {name} {shown(text)} {error}", _BAD_REQUEST) from None


def _refused(message: str, status: int) -> ProtocolError:
    return ProtocolError(message, fault_code=status, http_status=status)
