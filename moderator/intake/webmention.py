"""Webmentions: a form with source and target."""

from __future__ import annotations

from datetime import datetime

from moderator.errors import ProtocolError, shown
from moderator.intake.addresses import web_address
from moderator.intake.forms import FormError, read_form
from moderator.records import Kind, Linkback

__all__ = ["read_webmention", "read_webmention_and_vouch"]

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
        The linkback; title and excerpt are empty, since a webmention sends none.

    Raises:
        ProtocolError: With the HTTP status as its code: 413 for a body that is too large, 400 for everything else
            (source or target missing or no web address, or both the same).

    >>> read_webmention(b"source=http://a.example/1&target=http://b.example/2").target_url
    'http://b.example/2'
    """
    return _linkback(_form(body, content_type), sender_ip, user_agent, received_at, site)


def read_webmention_and_vouch(
    body: bytes,
    content_type: str = "",
    *,
    sender_ip: str = "",
    user_agent: str = "",
    received_at: datetime | None = None,
    site: str = "",
) -> tuple[Linkback, str]:
    """Reads a webmention's form and the page that vouches for its source (indieweb.org/Vouch).

    Args and errors are those of `read_webmention`; a vouch that is no web address is refused with 400.

    Returns:
        The linkback, and the vouching page's address; empty: none was sent.

    >>> body = b"source=http://a.example/1&target=http://b.example/2&vouch=http://c.example/"
    >>> read_webmention_and_vouch(body)[1]
    'http://c.example/'
    """
    form = _form(body, content_type)
    linkback = _linkback(form, sender_ip, user_agent, received_at, site)
    return linkback, _address(form, "vouch") if form.get("vouch") else ""


def _form(body: bytes, content_type: str) -> dict[str, str]:
    try:
        return read_form(body, content_type)
    except FormError as error:
        raise _refused(str(error), _TOO_LARGE if error.too_large else _BAD_REQUEST) from None


def _linkback(
    form: dict[str, str], sender_ip: str, user_agent: str, received_at: datetime | None, site: str
) -> Linkback:
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


def _address(form: dict[str, str], name: str) -> str:
    text = form.get(name, "")
    try:
        return web_address(text)
    except ValueError as error:
        raise _refused(f"the {name} {shown(text)} {error}", _BAD_REQUEST) from None


def _refused(message: str, status: int) -> ProtocolError:
    return ProtocolError(message, fault_code=status, http_status=status)
