"""Small signs in a page's markup: author, date, microformats, comments, and scripts that send the reader elsewhere.

Each is looked for only where the page's text holds its name at all.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from moderator.html.markup import Markup

__all__ = ["has_comments", "has_microformats", "names_author", "names_date", "script_redirect"]

MAX_SCRIPTS = 30
"""Scripts that are searched for a redirect."""
MAX_SCRIPT = 20_000
"""Characters of each that are searched."""
SOME_TEXT = 20
"""Characters from which an element for comments counts as holding one; templates leave empty ones."""

_LOCATION = re.compile(
    r"(?<![\w$.])(?:(?:window|document|self|top|parent)\s*\.\s*){0,2}location\s*"
    r"(?:\.\s*href\s*)?(?:=|\.\s*(?:replace|assign)\s*\()\s*[\"'](https?:)?(//[^\"'\s<>]{3,500})[\"']"
)
_IN_FUNCTION = re.compile(r"\bfunction\b|=>")


def script_redirect(tree: LexborHTMLParser, markup: Markup) -> str:
    """Where a script sends the reader as soon as it runs; empty: nowhere, or it cannot be told.

    Read is a plain assignment to ``location`` of a whole address, in a script without functions: what only runs on a
    click is left alone.
    """
    if "location" not in markup.html:
        return ""
    for node in tree.css("script")[:MAX_SCRIPTS]:
        code = node.text()[:MAX_SCRIPT]
        found = _LOCATION.search(code)
        if found and not _IN_FUNCTION.search(code[: found.start()]):
            return (found[1] or "http:") + found[2]
    return ""


def has_microformats(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page has an h-card or h-entry, as personal sites that speak webmention do."""
    text = markup.html
    return ("h-card" in text or "h-entry" in text) and tree.css_first(".h-card, .h-entry") is not None


def names_author(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page's body names its author in markup."""
    return "author" in markup.html and tree.css_first("[rel~=author], .p-author, .vcard .fn, .byline") is not None


def names_date(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether the page's body says in markup when it was published."""
    text = markup.html
    if not ("datetime" in text or "published" in text):
        return False
    return tree.css_first("time[datetime], .dt-published, abbr.published, [itemprop=datePublished]") is not None


def has_comments(tree: LexborHTMLParser, markup: Markup) -> bool:
    """Whether comments by others stand on the page; an empty list of them or a form is none."""
    if "comment" not in markup.html:
        return False
    names = ".commentlist > *, .comment-list > *, .comment-body, .comment-content, .p-comment, .comments li"
    return any(len(node.text(strip=True)) >= SOME_TEXT for node in tree.css(names)[:5])
