"""Trackbacks: a form posted to an address that tells the post."""

from __future__ import annotations

from datetime import datetime

from moderator.errors import ProtocolError, shown
from moderator.intake.addresses import web_address
from moderator.intake.forms import FormError, read_form
from moderator.records import Kind, Linkback

__all__ = ["TRACKBACK_ERROR", "read_trackback"]

TRACKBACK_ERROR = 1
"""The only error code that the TrackBack specification uses."""


def read_trackback(
    body: bytes,
    content_type: str = "",
    *,
    target_url: str,
    query: str = "",
    sender_ip: str = "",
    user_agent: str = "",
    received_at: datetime | None = None,
    site: str = "",
) -> Linkback:
    """Reads a trackback's form.

    Args:
        body: The request's body; at most 256 KiB.
        content_type: Its Content-Type header; empty: a URL-encoded form.
        target_url: The post that the trackback address belongs to.
        query: The query of the trackback address; its fields fill in where the body has none.
        sender_ip: The address it came from; empty: not known.
        user_agent: Its User-Agent header; empty: not known.
        received_at: When it came; None: not known.
        site: The receiving blog; empty: the target's host.

    Returns:
        The linkback with title, excerpt and blog name as sent. An empty title stays empty: the specification shows
        the URL in its place, but that is the page's business.

    Raises:
        ProtocolError: Fault code 1: no ``url`` or one that is no web address, too large, too many fields, another
            media type, a refused charset (UTF-7), NUL bytes.

    >>> read_trackback(b"url=http://a.example/1&title=Hello", target_url="http://b.example/2").title
    'Hello'
    """
    try:
        form = read_form(body, content_type, query, guess=True)
    except FormError as error:
        raise ProtocolError(str(error), fault_code=TRACKBACK_ERROR) from None
    source = form.get("url", "")
    try:
        source = web_address(source)
    except ValueError as error:
        raise ProtocolError(f"the url {shown(source)} {error}", fault_code=TRACKBACK_ERROR) from None
    return Linkback(
        kind=Kind.TRACKBACK,
        source_url=source,
        target_url=target_url,
        title=form.get("title", "").strip(),
        excerpt=form.get("excerpt", "").strip(),
        blog_name=form.get("blog_name", "").strip(),
        sender_ip=sender_ip,
        user_agent=user_agent,
        received_at=received_at,
        site=site,
    )
