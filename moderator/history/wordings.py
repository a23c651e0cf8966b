"""What of a linkback's words is recognised when another author uses it, also a year later.

Only what two people hardly write alike is: a title or a permalink needs three telling words, an excerpt a sentence, a
page a paragraph. Round-ups ("Links for 5 January"), our own title and quotations of our own post are not recognised,
for honest people share them. Of a page's links, one that looks bought is recognised by where it leads.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from moderator.records import MAIN_PART, Linkback, LinkEvidence, LinkStatus, PageLink, Post
from moderator.text import (
    content_words,
    fingerprint,
    fingerprints,
    plain,
    post_words,
    shingles,
    stable_hash,
    title_parts,
    words,
)
from moderator.text.anchors import anchor_of
from moderator.text.post import RUN
from moderator.urls import Url, is_front_page, parse_url

__all__ = ["Wordings", "wordings_of"]

_TELLING = 3
"""Telling words that a title or a permalink needs."""
_LETTERS = 15
"""Letters that they need together."""
_EXCERPT = 12
"""Words that an excerpt needs."""
_EXCERPT_LIMIT = 4_000
"""Characters of an excerpt that are read."""
_PAGE = 40
"""Words that a page needs."""
_PAGE_LIMIT = 2_000
"""Characters of a page that are read."""
_QUOTED = 0.5
"""Share of an excerpt's runs of words that stand in our post, from which on it is a quotation."""
_MASKED_LENGTH = 512
# fmt: off
_ROUND_UP = frozenset((
    "link", "links", "bookmark", "bookmarks", "daily", "weekly", "monthly", "roundup", "round", "up", "week", "month",
    "day", "year", "review", "reading", "reads", "recommended", "interesting", "favourite", "favorite", "news",
    "blog", "archive", "archives", "post", "posts", "comments", "edition", "issue", "episode", "part", "home", "page",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
))
# fmt: on
"""Words of titles that honest people share, and dates."""
_SLUG = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?)$")


class Wordings(NamedTuple):
    """Digests of what is recognised; None: there is no such thing, or people share it."""

    title: int | None
    slug: int | None
    excerpt: int | None
    page: int | None
    bought: int | None


def wordings_of(
    linkback: Linkback, source: Url, target: Url, evidence: LinkEvidence, post: Post | None = None
) -> Wordings:
    """What of a linkback is recognised later.

    Args:
        linkback: What was sent.
        source: Its source URL, parsed.
        target: Its target URL, parsed.
        evidence: What its page shows; the page's words count only where it links to the target.
        post: Our post, whose words are no copy; None: not known.
    """
    found = evidence.status is LinkStatus.FOUND
    ours = _slug_words(target.path)
    page = evidence.page_text if found else ""
    return Wordings(
        title=_title(linkback.title or (evidence.page_title if found else ""), ours, post),
        slug=_name("slug", _slug_words(source.path), ours),
        excerpt=_excerpt(linkback, post) if linkback.excerpt else None,
        page=_page(page, linkback.source_url) if page else None,
        bought=_bought(evidence.page_links, target) if found and evidence.page_links else None,
    )


def _title(title: str, ours: tuple[str, ...], post: Post | None) -> int | None:
    if len(title) < _LETTERS:
        return None
    core = max((words(part) for part in title_parts(plain(title, 1_000))), key=len, default=())
    if post is not None and core == post_words(post).title_core:
        return None
    return _name("title", core, ours)


def _name(family: str, own: tuple[str, ...], ours: tuple[str, ...]) -> int | None:
    """The digest of a title's or permalink's words, where they are telling and not those of our own permalink."""
    if len(own) < _TELLING or own == ours:
        return None
    counted = [word for word in content_words(own) if word not in _ROUND_UP and not word.isdigit()]
    if len(counted) < _TELLING or sum(map(len, counted)) < _LETTERS:
        return None
    return stable_hash(f"{family}:{' '.join(own)}")


@lru_cache(maxsize=4096)
def _slug_words(path: str) -> tuple[str, ...]:
    last = path.rstrip("/").rpartition("/")[2][:200]
    if "%" in last:
        last = unquote(last, errors="replace")
    return tuple(_SLUG.findall(_EXTENSION.sub("", last.lower())))


def _excerpt(linkback: Linkback, post: Post | None) -> int | None:
    text = plain(linkback.excerpt, _EXCERPT_LIMIT)
    if not _is_long(text, _EXCERPT):
        return None
    if post is not None and post.text and (ours := post_words(post).shingles):
        runs = shingles(words(text), RUN)
        if runs and len(runs & ours) >= _QUOTED * len(runs):
            return None
    masked = (linkback.source_url[:_MASKED_LENGTH], linkback.blog_name[:_MASKED_LENGTH])
    if "&" in text or "<" in text:
        # what was escaped twice is read as a page would show it
        return _of_family("excerpt", fingerprint("", text, masked))
    # the same call as for the template: the excerpt is hashed once
    return _of_family("excerpt", fingerprints(linkback.title, linkback.excerpt, masked)[1])


def _page(text: str, source_url: str) -> int | None:
    text = text[:_PAGE_LIMIT]
    if not _is_long(text, _PAGE):
        return None
    return _of_family("page", fingerprint("", text, (source_url[:_MASKED_LENGTH],)))


def _bought(links: tuple[PageLink, ...], target: Url) -> int | None:
    """The digest of whose front page the main part links to by words that somebody may have paid for; never ours."""
    for link in links:
        if link.position in MAIN_PART and is_front_page(link.url) and anchor_of(link.text).bought:
            author = parse_url(link.url).author
            if author and author != target.author:
                return stable_hash(f"bought:{author}")
    return None


def _is_long(text: str, least: int) -> bool:
    """Whether a text has enough words, or enough signs in a script without spaces."""
    return text.count(" ") >= least - 1 or len(words(text)) >= least


def _of_family(family: str, value: int | None) -> int | None:
    return None if value is None else value ^ _FAMILIES[family]


_FAMILIES = {family: stable_hash(f"{family}:") for family in ("excerpt", "page")}
"""Set families of fingerprints apart."""
