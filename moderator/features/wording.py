"""Wording: what was said and where it leads, cleaned for the text models, channel by channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from moderator.features.context import FeatureContext
from moderator.text import PostWords, words
from moderator.text.copied import own_words
from moderator.urls import host_of

__all__ = ["CHANNELS", "Channel", "Wording", "cleaned", "wording", "wording_with_evidence"]

TEXT_LIMIT = 1200
"""Characters of a text that are read: several times what the protocols cut excerpts at."""
PAGE_LIMIT = 4_000
"""Characters of a page's main part, and of its links, that are read."""
ADDRESS_LIMIT = 200
"""Characters of a source URL's path, and of its query, that are read."""

_DIGIT = re.compile(r"\d")
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_BRACKETED_DOTS = re.compile(r"\[\s*(?:\.\.\.|…)\s*\]")


class Channel(NamedTuple):
    """One sort of text that has a text model of its own."""

    name: str
    meaning: str
    shortest: int
    """Characters of the shortest run that its model reads."""
    reads_evidence: bool = False
    """Whether its text comes from the source page; only then it is read again when evidence arrives later."""


CHANNELS = (
    Channel("title", "the wording of title and blog name", 3),
    Channel("excerpt", "the wording of the excerpt", 3),
    Channel("address", "the spelling of the source's address", 3),
    Channel("host", "the spelling of the source's host name, against names in public lists", 2),
    Channel("page_title", "the wording of the page's title", 3, reads_evidence=True),
    Channel("page_text", "the wording of the page's main part", 3, reads_evidence=True),
    Channel("page_links", "the page's links to others: their text and hosts", 3, reads_evidence=True),
)
"""The channels. Title and excerpt are apart: a model of both together did worse on each."""


class Wording(NamedTuple):
    """The cleaned text of each channel, in the order of `CHANNELS`; empty: nothing was said there."""

    title: str
    excerpt: str
    address: str
    host: str
    page_title: str = ""
    page_text: str = ""
    page_links: str = ""


def _title(context: FeatureContext) -> str:
    linkback = context.linkback
    return f"{linkback.title[:TEXT_LIMIT]} {linkback.blog_name[:TEXT_LIMIT]}"


def _excerpt(context: FeatureContext) -> str:
    return context.linkback.excerpt[:TEXT_LIMIT]


def _address(context: FeatureContext) -> str:
    source = context.source
    host = source.host.removeprefix("www.")
    path = unquote(source.path[:ADDRESS_LIMIT]).replace("/", " / ")
    return f"{host} {path} {source.query[:ADDRESS_LIMIT]}" if host else ""


def _host(context: FeatureContext) -> str:
    return context.source.host.removeprefix("www.").replace(".", " . ")


def _page_title(context: FeatureContext) -> str:
    # evidence that lacks the page's words lacks its standing among pages: its title alone is not weighed
    title = context.evidence.page_title if context.evidence.page_links is not None else ""
    return "" if title and context.post and context.post.title_core and _is_our_title(title, context.post) else title


def _is_our_title(title: str, post: PostWords) -> bool:
    return set(post.title_core) <= set(words(title)) and len(post.title_core) > 1


def _page_text(context: FeatureContext) -> str:
    # our own good words say nothing for whoever took them
    return own_words(context.evidence.page_text[:PAGE_LIMIT], context.post)


def _page_links(context: FeatureContext) -> str:
    links = context.evidence.page_links or ()
    hosts = (host_of(link.url).removeprefix("www.").replace(".", " . ") for link in links)
    return " ".join(f"{host} {link.text}" for host, link in zip(hosts, links, strict=True))[:PAGE_LIMIT]


_TEXTS: dict[str, Callable[[FeatureContext], str]] = {
    "title": _title,
    "excerpt": _excerpt,
    "address": _address,
    "host": _host,
    "page_title": _page_title,
    "page_text": _page_text,
    "page_links": _page_links,
}
"""What each channel says, not yet cleaned, in the order of `CHANNELS`."""
_OF_EVIDENCE = tuple(channel.name for channel in CHANNELS if channel.reads_evidence)


def wording(context: FeatureContext) -> Wording:
    """The linkback's wording."""
    return Wording(*[cleaned(text(context)) for text in _TEXTS.values()])


def wording_with_evidence(context: FeatureContext, known: Wording) -> Wording:
    """The wording of a context, given that of one that differs in its evidence alone."""
    return known._replace(**{name: cleaned(_TEXTS[name](context)) for name in _OF_EVIDENCE}) if _OF_EVIDENCE else known


def cleaned(text: str) -> str:
    """Lower case, one form of each letter, no entities, every digit a zero: what varies without meaning is gone.

    >>> cleaned("Buy&nbsp;42  Shoes [...]")
    'buy 00 shoes'
    """
    if not text:  # most linkbacks lack some of the texts
        return ""
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        # the ellipsis beforehand, for it is what most texts have to be normalised for
        text = unicodedata.normalize("NFKC", text.replace("…", "..."))
    text = text.lower()
    if "[" in text:
        text = _BRACKETED_DOTS.sub(" ", text)
    return " ".join(_with_zeros(text).split())


def _with_zeros(text: str) -> str:
    """The text with a zero for every digit of any script."""
    if text.isascii():
        return text.encode("ascii").translate(_AS_ZERO).decode("ascii")
    return _DIGIT.sub("0", text)
