"""Requests of Akismet's API as linkbacks.

WordPress's plugin sends a ping as the comment that it would become, so a ping is read like WordPress's rows
(`moderator.tables.wordpress_columns`). Its id is a digest of blog, kind, source and target: the pre-check of a
pingback, the check that follows and a later submit-spam or submit-ham are about the same thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from moderator.errors import InputError, RowError
from moderator.html.charset import codec_for, decode, guess_codec, is_refused
from moderator.records import Kind, Linkback
from moderator.tables.wordpress_columns import PING_TYPES, linkback_columns
from moderator.urls import canonical

__all__ = ["MAX_FORM", "AkismetRequest", "read_fields", "read_request"]

MAX_FORM = 1 << 20
"""Bytes of a form; the plugin sends all of the server's variables along."""
_MAX_FIELDS = 2000
_LONGEST_KEY = 200
_TESTS = ("viagra-test-123", "akismet-guaranteed-spam", "akismet-guaranteed-spam@example.com")
"""Authors and addresses that Akismet's documentation says are always spam."""


class AkismetRequest(NamedTuple):
    """What a client asks about."""

    linkback: Linkback
    """The linkback, or the comment in the shape of one."""
    is_ping: bool
    """Whether it is a linkback."""
    is_test: bool
    """Whether it is a trial, which is not remembered."""
    surely_spam: bool
    """Whether it is the word by which clients test that spam is found."""
    surely_ham: bool
    """Whether an administrator wrote it."""
    is_early: bool
    """Whether it is a pingback's pre-check, before its page was fetched."""
    calls: int
    """How many calls came in the same request; 1: it came alone."""


def read_fields(body: bytes, query: str = "") -> dict[str, str]:
    """A form's fields, the first value of each; those of the address fill in what the body lacks.

    Its text is in the encoding that ``blog_charset`` names, as Akismet's API has it. Many clients name the blog's and
    send UTF-8 all the same, so what is UTF-8 is read as that.

    Raises:
        InputError: Too many fields.
    """
    raw: dict[bytes, bytes] = {}
    for data in (body, query.encode("utf-8", "replace")):
        if data.count(b"&") >= _MAX_FIELDS:
            raise InputError(f"the form has more than {_MAX_FIELDS} fields")
        for part in data.split(b"&"):
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            if name:
                raw.setdefault(unquote_to_bytes(name)[:_LONGEST_KEY], unquote_to_bytes(value))
    codec = _codec(raw)
    return {name.decode("utf-8", "replace"): decode(value, codec).replace("\0", " ") for name, value in raw.items()}


def _codec(raw: Mapping[bytes, bytes]) -> str:
    text = b"\n".join(raw.get(name, b"") for name in (b"comment_author", b"comment_content", b"permalink"))
    label = raw.get(b"blog_charset", b"").decode("ascii", "replace")
    codec = None if is_refused(label) else codec_for(label)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return codec if codec is not None and not codec.startswith("utf-") else guess_codec(text)
    # multi-byte charsets in seven bits look like UTF-8
    return "iso2022_jp" if codec == "iso2022_jp" and b"\x1b" in text else "utf-8"


def read_request(fields: Mapping[str, str]) -> AkismetRequest:
    """What a comment-check or a submission is about.

    Raises:
        InputError: It lacks what Akismet's API demands: ``blog`` and ``user_ip``.
    """
    missing = [name for name in ("blog", "user_ip") if not fields.get(name, "").strip()]
    if missing:
        raise InputError(f"missing required field: {', '.join(missing)}")
    early = fields.get("akismet_pre_check", "") not in ("", "0")
    kind = fields.get("comment_type", "").strip().lower()
    is_ping = kind in PING_TYPES
    return AkismetRequest(
        linkback=_ping(fields, kind) if is_ping else _comment(fields),
        is_ping=is_ping,
        is_test=fields.get("is_test", "").lower() in ("1", "true"),
        surely_spam=fields.get("comment_author") in _TESTS or fields.get("comment_author_email") in _TESTS,
        surely_ham=fields.get("user_role") == "administrator",
        is_early=early,
        calls=_calls(fields),
    )


def _ping(fields: Mapping[str, str], kind: str) -> Linkback:
    target = fields.get("comment_pingback_target") or fields.get("permalink") or fields["blog"]
    row = {
        "comment_type": kind,
        "comment_author": fields.get("comment_author", ""),
        "comment_author_url": fields.get("comment_author_url", ""),
        "comment_author_IP": fields["user_ip"],
        "comment_agent": fields.get("user_agent", ""),
        "comment_content": fields.get("comment_content", ""),
        "target_url": target,
    }
    try:
        columns = linkback_columns(row)
    except RowError as error:
        raise InputError(str(error)) from None
    source = columns["source_url"]
    if not source:
        raise InputError("missing required field: comment_author_url")
    return Linkback(
        source_url=source,
        target_url=target,
        kind=Kind(kind),
        title=columns["title"],
        excerpt=columns["excerpt"],
        blog_name=columns["blog_name"],
        sender_ip=columns["sender_ip"].strip(),
        user_agent=columns["user_agent"],
        received_at=_date(fields),
        site=fields["blog"],
        id=_digest(fields["blog"], kind, canonical(source), canonical(target)),
    )


def _comment(fields: Mapping[str, str]) -> Linkback:
    source, author = fields.get("comment_author_url", ""), fields.get("comment_author", "")
    content, target = fields.get("comment_content", ""), fields.get("permalink") or fields["blog"]
    return Linkback(
        source_url=source,
        target_url=target,
        title=author,
        excerpt=content,
        sender_ip=fields["user_ip"].strip(),
        user_agent=fields.get("user_agent", ""),
        received_at=_date(fields),
        site=fields["blog"],
        id=_digest(fields["blog"], "comment", source, author, content),
    )


def _digest(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return "a" + hashlib.blake2b(text, digest_size=12).hexdigest()


def _date(fields: Mapping[str, str]) -> datetime | None:
    """When it was written; None: unknown."""
    try:
        at = datetime.fromisoformat(fields.get("comment_date_gmt", "").strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _calls(fields: Mapping[str, str]) -> int:
    if fields.get("is_multicall", "") in ("", "0"):
        return 1
    count = fields.get("multicall_count", "")
    return int(count) if count.isdecimal() and len(count) < 7 else 2
