"""Text without markup, in time that grows with its length and no faster."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

__all__ = ["plain"]

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_HIDDEN = re.compile(r"<(?:!--|script\b|style\b)", re.IGNORECASE)
_ENDS = {"<!--": "-->", "<script": "</script", "<style": "</style"}
_INVISIBLE = re.compile("[\0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Soft hyphens, zero-width characters and direction marks: they break words that readers see whole. And NUL."""
_SHORT = 1_000
"""Characters of titles and most excerpts: keys and features ask for them, and a piece of a queue lies between."""
_REMEMBERED = 8_192
"""Longest text in characters whose plain form is kept for the next caller."""
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
"""Character references beyond Unicode, which Python refuses to convert once they are long enough."""


def plain(text: str, limit: int = 20_000) -> str:
    """Removes markup and entities and collapses white space.

    Comments, scripts and styles go with what they hold; a tag that is never closed stays as text. Markup that was
    itself escaped is removed too.

    Args:
        text: Text or HTML from anybody.
        limit: Characters of `text` that are read.

    Returns:
        The text; empty where there is none.

    >>> plain("<p>Fish &amp; <b>chips</b> <!-- hidden -->")
    'Fish & chips'
    >>> plain("1 < 2 <a href='x")
    "1 < 2 <a href='x"
    """
    text = text[:limit]
    if len(text) <= _SHORT:
        return _short(text)
    return _remembered(text) if len(text) <= _REMEMBERED else _plain(text)


def _plain(text: str) -> str:
    if "<" in text:
        text = _without_tags(text)
    if "&" in text:
        text = _without_entities(text)
        if "<" in text:
            text = _without_tags(text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_INVISIBLE.sub("", text).split())
    return text


_short = lru_cache(maxsize=4096)(_plain)
_remembered = lru_cache(maxsize=64)(_plain)
"""Several readers of one linkback ask for the same texts in turn."""


def _without_tags(text: str) -> str:
    if "<!--" in text or _HIDDEN.search(text):
        text = _without_hidden(text)
    return _TAG.sub(" ", text)


def _without_hidden(text: str) -> str:
    """Text without comments, scripts and styles; one that never ends takes the rest with it, as in browsers."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lowered
        lower = text
    kept: list[str] = []
    at = 0
    while found := _HIDDEN.search(lower, at):
        kept.append(text[at : found.start()])
        end = lower.find(_ENDS[found[0].lower()], found.end())
        if end < 0:
            return " ".join(kept)
        at = end + 3 if found[0] == "<!--" else end
    kept.append(text[at:])
    return " ".join(kept)


def _without_entities(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:
        return unescape(_LONG_NUMBER.sub(" ", text))
