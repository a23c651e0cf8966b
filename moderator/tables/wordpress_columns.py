"""How WordPress stores a ping, undone: from its comment columns to the columns of a linkback table.

WordPress files a ping as a comment. Of a pingback the page's title becomes the author and the text around the link
becomes ``[&#8230;] text [&#8230;]``; of a trackback the blog's name becomes the author, and title and excerpt are
joined as ``<strong>title</strong>``, blank line, excerpt. All of it is escaped for HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from moderator.errors import RowError, shown
from moderator.records import LABEL_DELAY, Label, Verdict

__all__ = [
    "DECIDED",
    "MAX_POST",
    "PING_TYPES",
    "STATUS_OF",
    "WEBMENTION_META",
    "WEBMENTION_TYPES",
    "is_wordpress",
    "linkback_columns",
    "linkback_kind",
    "ping_id",
    "post_address",
    "status_word",
]

PING_TYPES = ("pingback", "trackback")
"""WordPress's own comment types for pings."""
WEBMENTION_TYPES = (
    "webmention",
    *("mention", "reply", "like", "repost", "bookmark", "favorite", "tag", "quote", "rsvp", "invite", "reacji"),
    *("follow", "read", "listen", "watch", "checkin", "itinerary"),
)
"""Comment types that the Webmention plugin files webmentions under: the first one to 3.x, the others since."""
WEBMENTION_META = (
    "protocol",
    "webmention_source_url",
    "webmention_target_url",
    "semantic_linkbacks_source",
)
"""Comment meta in which that plugin (and Semantic Linkbacks, now part of it) keeps what was sent."""
MAX_POST = 20_000
"""Characters of a post's text that are kept: as many as the features read."""
STATUS_OF = {Verdict.APPROVE: "approved", Verdict.HOLD: "hold", Verdict.SPAM: "spam"}
"""The status, in REST's words, that a verdict comes to."""
DECIDED = {"approved": Label.HAM, "spam": Label.SPAM}
"""Statuses that somebody decided, and what that says."""

_STATUSES = {
    "1": "approved",
    "approve": "approved",
    "approved": "approved",
    "0": "hold",
    "hold": "hold",
    "pending": "hold",
    "unapproved": "hold",
    "spam": "spam",
    "trash": "trash",
    "post-trashed": "post-trashed",
}
_MARK = r"\[(?:&#8230;|&#x2026;|&hellip;|…|\.\.\.)\]"
_AROUND = re.compile(rf"\s*{_MARK}\s?(.*?)\s?{_MARK}\s*", re.DOTALL)
_TITLE = re.compile(r"\s*<strong>(.*?)</strong>\s*(.*)", re.DOTALL)
_ESCAPED_AND = re.compile(r"&(?:amp|#0*38|#x26);")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_COMMENT_PAGE = re.compile(r"comment-page-\d+/?(?=$|\?)")
_COMMENT_QUERY = re.compile(r"(?<=[?&])(?:cpage=\d*|replytocom=\d*)(?:&|$)")
_NOWHERE = "https://wordpress.invalid/?p="
"""Stands for a post whose address an export does not tell, so that pings to one post stay together (RFC 2606)."""


def is_wordpress(values: Mapping[str, Any]) -> bool:
    """Whether a row has WordPress's column names, as the database and ``wp comment list`` write them.

    >>> is_wordpress({"comment_ID": 1, "comment_author_url": "https://a.example/"})
    True
    """
    return "comment_author_url" in values or "comment_ID" in values


def status_word(value: object) -> str:
    """A status in REST's words, whichever words it came in; as it stands where WordPress does not know it.

    >>> status_word("1"), status_word(0)
    ('approved', 'hold')
    """
    text = str(value).strip()
    return _STATUSES.get(text.lower(), text)


def linkback_kind(values: Mapping[str, Any]) -> str:
    """The protocol that brought a comment; empty: a person wrote it, or some other plugin.

    Args:
        values: ``comment_type``, and the meta ``protocol`` where it is known.

    >>> linkback_kind({"comment_type": "like"}), linkback_kind({"comment_type": "comment", "protocol": "webmention"})
    ('webmention', 'webmention')
    """
    protocol = _text(values, "protocol").strip().lower()
    if protocol in ("webmention", *PING_TYPES):
        return protocol
    kind = _text(values, "comment_type").strip().lower()
    if kind in PING_TYPES:
        return kind
    return "webmention" if kind in WEBMENTION_TYPES and not protocol else ""


def post_address(comment: str) -> str:
    """The address of the post that a comment's address belongs to, whichever page of comments that is on.

    >>> post_address("https://b.example/frost/comment-page-2/#comment-7")
    'https://b.example/frost/'
    >>> post_address("https://b.example/?p=7&cpage=2#comment-1")
    'https://b.example/?p=7'
    """
    address = _COMMENT_PAGE.sub("", comment.partition("#")[0])
    return _COMMENT_QUERY.sub("", address).rstrip("&?") if "?" in address else address


def ping_id(site: str, number: int) -> str:
    """A ping's id in the whole world; ids of one site sort as their numbers do.

    Args:
        site: The blog's address; empty: not known.
        number: ``comment_ID``.

    >>> ping_id("https://blog.example/", 12)
    'blog.example#comment-0000000012'
    """
    return f"{re.sub('^https?://', '', site.strip()).rstrip('/').lower()}#comment-{number:010d}"


def linkback_columns(values: Mapping[str, Any], site: str = "", delay: timedelta = LABEL_DELAY) -> dict[str, Any]:
    r"""Translates one comment row.

    Args:
        values: The columns: ``comment_ID``, ``comment_author``, ``comment_author_url``, ``comment_author_IP``,
            ``comment_date_gmt`` (or ``comment_date``), ``comment_content``, ``comment_approved``, ``comment_type``,
            ``comment_post_ID``, ``comment_agent``; besides, ``url`` (the comment's address) or ``target_url``,
            ``target_title`` and ``target_text``, and the meta of `WEBMENTION_META`.
        site: The blog's address; empty: the site's part of the comment's address.
        delay: How long after receipt an approved or spam row counts as decided.

    Returns:
        The columns of a linkback table; what is not told is empty. A label's date is `delay` after receipt.

    Raises:
        RowError: It is no linkback.

    >>> row = linkback_columns({"comment_type": "trackback", "comment_author": "A &amp; B",
    ...                         "comment_content": "<strong>On tea</strong>\n\nGreen tea"})
    >>> row["blog_name"], row["title"], row["excerpt"]
    ('A & B', 'On tea', 'Green tea')
    """
    kind = linkback_kind(values)
    if not kind:
        sort = _text(values, "comment_type").strip() or "comment"
        raise RowError(f"comment_type is {shown(sort)}: no linkback, so it is left alone")
    target = _target(values)
    author, content = _unescaped(_text(values, "comment_author")).strip(), _text(values, "comment_content")
    title, excerpt = _trackback(content) if kind == "trackback" else _pingback(author, content)
    received = _received(values)
    label = DECIDED.get(status_word(_text(values, "comment_approved")))
    return {
        "id": _id(values, site or _site(target)),
        "kind": kind,
        "source_url": _source(values),
        "target_url": target,
        "title": title,
        "excerpt": excerpt,
        "blog_name": author if kind == "trackback" else "",
        "sender_ip": _text(values, "comment_author_IP"),
        "user_agent": _text(values, "comment_agent"),
        "received_at": "" if received is None else received.isoformat(),
        "target_title": _text(values, "target_title"),
        "target_text": _text(values, "target_text"),
        "label": "" if label is None else label.value,
        "labelled_at": "" if label is None or received is None else (received + delay).isoformat(),
    }


def _pingback(author: str, content: str) -> tuple[str, str]:
    found = _AROUND.fullmatch(content)
    return author, _unescaped(found[1] if found else content).strip()


def _trackback(content: str) -> tuple[str, str]:
    found = _TITLE.fullmatch(content)
    title, excerpt = (found[1], found[2]) if found else ("", content)
    return _unescaped(title).strip(), _unescaped(excerpt).strip()


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number too long for Python to convert
        return unescape(_LONG_NUMBER.sub(" ", text))


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if type(value) is str:
        return value
    if value is None or value != value:  # nan
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas makes floats of numbers with gaps
    return str(value)


def _id(values: Mapping[str, Any], site: str) -> str:
    text = _text(values, "comment_ID") or _text(values, "comment_id")
    return ping_id(site, int(text)) if text.isdecimal() and len(text) < 20 else text


def _source(values: Mapping[str, Any]) -> str:
    """The page that links: as the Webmention plugin kept it, or else the author's address, which a ping has it in."""
    kept = _text(values, "webmention_source_url") or _text(values, "semantic_linkbacks_source")
    return _ESCAPED_AND.sub("&", kept or _text(values, "comment_author_url")).strip()


def _target(values: Mapping[str, Any]) -> str:
    address = _text(values, "target_url") or post_address(_text(values, "url"))
    post = _text(values, "comment_post_ID")
    return address or _text(values, "webmention_target_url") or (_NOWHERE + post if post else "")


def _site(target: str) -> str:
    """The host of a target, for ids; empty: not known."""
    found = re.match("https?://([^/?#]+)", target)
    return found[1] if found and not target.startswith(_NOWHERE) else ""


def _received(values: Mapping[str, Any]) -> datetime | None:
    """The date in UTC; local dates stand in where that is all there is: one blog's share one offset."""
    for name in ("comment_date_gmt", "comment_date"):
        value = values.get(name)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:  # among them 0000-00-00 00:00:00, which means unknown
                continue
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return None
