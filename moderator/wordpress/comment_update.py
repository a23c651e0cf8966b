"""Changes a comment's status over REST without losing any other field.

WordPress writes the whole comment anew when its status changes: the sender's address and User-Agent become those of
whoever asks unless both are sent along, the date in UTC is computed again from the local one, and names, addresses
and text are filtered again. A comment that would lose something is skipped; one that did lose something is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from ipaddress import ip_address
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moderator.errors import shown

__all__ = ["FIELDS", "CommentUpdate", "changed_fields", "comment_update", "site_zone", "would_lose"]

FIELDS = (
    "author",
    "author_email",
    "author_ip",
    "author_name",
    "author_url",
    "author_user_agent",
    "content",
    "date",
    "date_gmt",
    "parent",
    "post",
    "type",
)
"""What a change of status must leave as it was."""
_BARE = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)|[\0-\x08\x0b\x0c\x0e-\x1f]")
"""What WordPress's filters would rewrite in a text that came into the database another way."""
_UNSTABLE = re.compile(r"<|%[a-fA-F0-9]{2}|[\r\n\t]|  |^ | $")
"""What ``sanitize_text_field`` changes."""
_NOT_HEADER = re.compile(r"[^\x20-\x7e]|^ | $")


class CommentUpdate(NamedTuple):
    """How a comment is sent so that its sender stays."""

    body: dict[str, str]
    headers: dict[str, str]


def site_zone(index: Mapping[str, Any]) -> tzinfo | None:
    """The time zone of a site, from what its REST interface says of itself; None: not known.

    >>> site_zone({"timezone_string": "", "gmt_offset": "5.5"})
    datetime.timezone(datetime.timedelta(seconds=19800))
    """
    name = index.get("timezone_string")
    if isinstance(name, str) and name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    try:
        return timezone(timedelta(hours=float(index.get("gmt_offset", ""))))
    except (TypeError, ValueError, OverflowError):
        return None


def would_lose(row: Mapping[str, Any], zone: tzinfo | None) -> str:
    """What a change of status over REST would destroy of a comment; empty: nothing that is known.

    Args:
        row: The comment in the context ``edit``.
        zone: The site's time zone; None: not known.
    """
    if "author_ip" not in row or "author_user_agent" not in row:
        return "the site does not show its sender's address and User-Agent, so they cannot be kept"
    address = str(row["author_ip"] or "")
    if not _is_address(address):
        return f"its sender's address is {shown(address)}, which REST does not take back"
    agent = str(row["author_user_agent"] or "")
    if _UNSTABLE.search(agent) and _NOT_HEADER.search(agent):
        return f"its User-Agent {shown(agent)} cannot be sent back as it is"
    if not _keeps_date(row, zone):
        return (
            f"its dates {shown(row.get('date'))} and {shown(row.get('date_gmt'))} (UTC) do not fit the site's time zone"
        )
    for name in ("author_name", "content"):
        if _BARE.search(_text(row, name)):
            return f"its {name} holds characters that WordPress would rewrite"
    return ""


def comment_update(row: Mapping[str, Any], status: str) -> CommentUpdate:
    """What gives a comment another status and its own sender back.

    Args:
        row: The comment as it is, of which `would_lose` said nothing.
        status: A status in REST's words.
    """
    agent = str(row["author_user_agent"] or "")
    body = {"status": status, "author_ip": str(row["author_ip"])}
    if agent and not _UNSTABLE.search(agent):
        return CommentUpdate(body | {"author_user_agent": agent}, {})
    # without the field, WordPress takes the header as it stands, and an empty one for none
    return CommentUpdate(body, {"User-Agent": agent})


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which fields of a comment are not what they were, of those that both tell."""
    return [name for name in FIELDS if name in before and name in after and _text(before, name) != _text(after, name)]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _keeps_date(row: Mapping[str, Any], zone: tzinfo | None) -> bool:
    """Whether the date in UTC is what WordPress would compute from the local one."""
    if zone is None or "date" not in row:
        return True
    try:
        local, utc = (datetime.fromisoformat(str(row[name])) for name in ("date", "date_gmt"))
    except (KeyError, ValueError):
        return False
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) == utc


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value.get("raw", "")) if isinstance(value, dict) else str(value)
