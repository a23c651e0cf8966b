"""Approved mentions as JSON and HTML for a blog; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from moderator.records import LinkEvidence
from moderator.service.api.answers import Approved
from moderator.service.events import display_text
from moderator.service.records import Mention
from moderator.text import plain
from moderator.urls import parse_url

__all__ = ["approved_answer", "approved_html"]

_LONGEST = 300
"""Characters of an excerpt that are shown."""


def approved_answer(mention: Mention) -> Approved:
    """What of a mention is shown; see `moderator.service.events.shown_words`."""
    linkback, words = mention.linkback, display_text(mention)
    excerpt = plain(words.excerpt)
    seen = mention.decision.evidence if words.from_page and mention.decision is not None else LinkEvidence()
    assert linkback.received_at is not None  # noqa: S101 - a mention always has a date
    return Approved(
        source_url=linkback.source_url if parse_url(linkback.source_url).scheme in ("http", "https") else "",
        title=plain(words.title),
        blog_name=plain(words.blog_name),
        excerpt=_cut(excerpt),
        kind=linkback.kind,
        received_at=linkback.received_at,
        response=seen.page_response,
        author=plain(seen.page_author_name),
        photo=seen.page_author_photo if parse_url(seen.page_author_photo).scheme in ("http", "https") else "",
    )


def _cut(text: str) -> str:
    """A text that ends at a word, if it has to be cut.

    >>> _cut("word " * 100)[-10:]
    'word word\u2026'
    """
    if len(text) <= _LONGEST:
        return text
    whole = text[: _LONGEST + 1].rpartition(" ")[0]
    # languages without spaces, and one long word, end where the room does
    return f"{(whole if len(whole) > _LONGEST // 2 else text[:_LONGEST]).rstrip()}\u2026"


def approved_html(mentions: Sequence[Approved]) -> str:
    """A list whose links pass on no reputation.

    >>> approved_html([])
    '<ul class="linkbacks"></ul>'
    """
    return '<ul class="linkbacks">' + "".join(map(_entry, mentions)) + "</ul>"


def _entry(mention: Approved) -> str:
    name = escape(mention.title or mention.blog_name or parse_url(mention.source_url).host or "a page")
    blog = f" <cite>{escape(mention.blog_name)}</cite>" if mention.blog_name and mention.title else ""
    quote = f"<blockquote>{escape(mention.excerpt)}</blockquote>" if mention.excerpt else ""
    link = name
    if mention.source_url:
        link = f'<a href="{escape(mention.source_url)}" rel="ugc nofollow">{name}</a>'
    day = mention.received_at.date().isoformat()
    return f'<li class="linkback {mention.kind.value}">{link}{blog} <time datetime="{day}">{day}</time>{quote}</li>'
