"""Formats records for people: plain phrases, visible characters, rounded numbers."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from moderator.html.links import whole_words
from moderator.records import LinkEvidence, LinkPosition, LinkStatus
from moderator.service.records import Mention, Status
from moderator.urls import parse_url

__all__ = [
    "STATUS_WORDS",
    "ago",
    "duration",
    "evidence_phrase",
    "path_of",
    "percent",
    "quotation",
    "safe_link",
    "sentence",
    "shortened",
    "status_phrase",
    "visible",
]

_PICTURES = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10, 13)} | {127: "\u2421"}
_HIDDEN = ("Cf", "Cc", "Cs", "Co")
"""Unicode's categories of what has no shape of its own, line breaks apart."""
_UNITS = (
    (86400 * 365, "year"),
    (86400 * 30, "month"),
    (86400, "day"),
    (3600, "hour"),
    (60, "minute"),
    (1, "second"),
)
_STATUS = {
    LinkStatus.NOT_CHECKED: "nobody looked at the page",
    LinkStatus.FOUND: "the page links here",
    LinkStatus.MISSING: "the page does not link here",
    LinkStatus.GONE: "there is no such page",
    LinkStatus.UNREACHABLE: "the page could not be reached",
    LinkStatus.REFUSED: "the address is one that is never visited",
    LinkStatus.TOO_LARGE: "the page is too large, and its first part has no link",
    LinkStatus.NOT_HTML: "the source is no page",
}


_PLACES = {
    LinkPosition.BODY: ", in its text",
    LinkPosition.NAV: ", in a menu",
    LinkPosition.ASIDE: ", in its sidebar",
    LinkPosition.COMMENTS: ", among its comments",
    LinkPosition.UNKNOWN: "",
}
"""Where a link is, where the position's own name is no plain word."""


def evidence_phrase(evidence: LinkEvidence) -> str:
    """What the source page showed, in one phrase."""
    phrase = _STATUS[evidence.status]
    if evidence.status is LinkStatus.FOUND:
        phrase += _PLACES.get(evidence.position, f", in its {evidence.position.value}")
        marks = [name for name in ("hidden", "nofollow", "ugc", "sponsored") if getattr(evidence, name)]
        if marks:
            phrase += f" ({', '.join(marks)})"
    elif evidence.detail:
        phrase += f" ({visible(evidence.detail)})"
    return phrase


def status_phrase(mention: Mention, reader: str) -> str:
    """What holds for a mention, and who said so: ``held``, ``spam by you``, ``approved by anna``.

    Args:
        mention: The mention.
        reader: The name of who reads this.
    """
    status = STATUS_WORDS[mention.status]
    if mention.owner_label is None:
        return status
    by = "you" if mention.labelled_by == reader else shortened(visible(mention.labelled_by), 40)
    return f"{status} by {by}" if by else status


def visible(text: str) -> str:
    r"""A stranger's text in which nothing hides: control characters and direction marks are shown as signs.

    >>> visible("a\x00b") == "a\u2400b"
    True
    """
    text = text.translate(_PICTURES)
    return text if text.isascii() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\t\r\n" or unicodedata.category(character) not in _HIDDEN:
        return character
    return f"\u27e8{ord(character):04X}\u27e9"


def sentence(phrase: str) -> str:
    """A phrase as a sentence; only its first letter is changed.

    >>> sentence("the page (HTTP 404)")
    'The page (HTTP 404).'
    """
    return f"{phrase[:1].upper()}{phrase[1:]}."


def shortened(text: str, most: int) -> str:
    """A text, cut where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[:most].rstrip()}\u2026"


def percent(share: float) -> str:
    """A probability as people say it.

    >>> percent(0.5), percent(0.9996), percent(0.0001)
    ('50 %', '> 99.9 %', '< 0.1 %')
    """
    if share > 0.999:
        return "> 99.9 %"
    if share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if share > 0.99 or share < 0.01 else f"{100 * share:.0f} %"


def ago(at: datetime, now: datetime) -> str:
    """How long ago something was; what a clock before ours dates into the future is just now.

    >>> from datetime import UTC, timedelta
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> ago(now - timedelta(hours=49), now), ago(now + timedelta(hours=1), now)
    ('2 days ago', 'just now')
    """
    seconds = max(0.0, (now - at).total_seconds())
    return "just now" if seconds < 60 else f"{duration(seconds)} ago"


def duration(seconds: float) -> str:
    """A length of time, in its largest unit.

    >>> duration(49 * 3600.0), duration(60.0), duration(1.5)
    ('2 days', '1 minute', '1 second')
    """
    for size, name in _UNITS:
        count = int(seconds // size)
        if count:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "0 seconds"


def path_of(url: str) -> str:
    """The part of one of our addresses that tells its pages apart.

    >>> path_of("https://blog.example/2026/05/bees?x=1"), path_of("https://blog.example/")
    ('/2026/05/bees?x=1', '/')
    """
    parsed = parse_url(url)
    return (parsed.path or "/") + (f"?{parsed.query}" if parsed.query else "") if parsed.host else url


def quotation(evidence: LinkEvidence) -> str:
    """The page's words around the link, in whole words; empty: it has none.

    >>> quotation(LinkEvidence(snippet="ut " + "one " * 30 + "roses", anchor_text="roses"))[:9]
    '… one one'
    """
    shown = whole_words(evidence.snippet, evidence.anchor_text)
    before = "" if evidence.snippet.startswith(shown) else "… "
    return f"{before}{shown}{'' if evidence.snippet.endswith(shown) else ' …'}"


def safe_link(url: str) -> str:
    """An address that a reader may follow; empty where it is none of the web."""
    parsed = parse_url(url)
    return url if parsed.scheme in ("http", "https") and parsed.host else ""


STATUS_WORDS = {
    Status.WAITING: "waiting to be judged",
    Status.APPROVED: "approved",
    Status.HELD: "held",
    Status.SPAM: "spam",
    Status.GONE: "withdrawn",
}
