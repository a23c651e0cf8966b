"""Makes any page safe to parse: markup that would stall the parser is flattened first, and no link is lost.

A parser that follows the HTML standard spends quadratic time on some pages: deep nesting, one tag with a hundred
thousand attributes, formatting elements that are reopened in every paragraph (that one in memory, too). `is_plain`
counts, at the speed of C, whether a page could be of that sort. The few that could be are rewritten by `flatten`, in
one pass: only tags that the reader of pages looks at are kept, nested at most `DEPTH` deep, with the attributes it
reads. Links, images and their order stay.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from moderator.html.hiding import hides
from moderator.html.markup import Markup
from moderator.html.work import Work

__all__ = ["flatten", "is_plain"]

TAGS = 6000
"""Tags that are parsed as they are, plain links and spans not counted. The worst that so many can do by nesting is
about 30 ms (measured with lexbor)."""
LOOKS = 5_000_000
"""Open elements that the tags of a page may make the parser look at; about as long (measured)."""
TAG_LENGTH = 1000
"""Characters of one tag, quoted values not counted, that are parsed as they are: about 500 attributes, 0.3 ms."""
BRACKETED = 16
"""Quoted values with ``<`` inside that are parsed as they are; at each of them a tag could go on unseen."""
FORMATTING = 40
"""Formatting tags with attributes that may stand open; each can be reopened in every paragraph."""
DEPTH = 200
"""Nesting that is kept when a page is flattened. Browsers stop at 512."""

_LEAF = re.compile(r"<(a|span)\b[^<>]{0,2000}>[^<]{0,1000}</\1>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60})")
_TAG_PART = re.compile(r"(?:[^\"'>]+|\"[^\"]*\"|'[^']*')*+[\"']?")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BRACKETED = re.compile(r"""=\s*(?:"[^"<]*<|'[^'<]*<)""", re.ASCII)
_FORMATTING = re.compile(r"<(?:[biu]|s(?:mall|trike|trong)?|em|tt|big|code|font|nobr)[\s/]", re.ASCII)
_FORMATTING_BEGINS = (
    *(letter + end for letter in "bius" for end in "\t\n\v\f\r /"),
    *("sm", "st", "em", "tt", "bi", "co", "fo", "no"),
)
_CLOSED_FORMATTING = re.compile(
    r"<([bius]|em|tt|big|code|font|nobr|small|strike|strong)[\s/][^<>]{0,500}>[^<]{0,500}</\1>", re.IGNORECASE
)

_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,60}")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*)(\s*=\s*)?")
_BARE = re.compile(r"[^\s>]*")
_DASHES = re.compile(r"--!?>")
# fmt: off
_KEPT_ATTRIBUTES = frozenset(
    {
        "href", "src", "rel", "style", "class", "id", "hidden", "aria-hidden", "role", "width", "height",
        "name", "property", "content", "charset", "http-equiv", "bgcolor", "color", "text", "cite", "data",
        "poster", "xlink:href", "media", "open", "popover", "type", "link", "background"
    }
)
_LINKS = frozenset(
    {
        "a", "area", "img", "video", "audio", "source", "track", "embed"
    }
)
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "!doctype"
    }
)
_EMPTY = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr"
    }
)
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "div", "dd", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "li", "main", "map", "nav", "object", "ol", "p", "section", "span", "summary", "ul", "canvas",
        "datalist", "progress", "meter"
    }
)
_KEPT = _LINKS | _BLOCKS | {"base", "link", "meta", "title", "style", "del", "ins", "q"}
_RAW = frozenset(
    {
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"
    }
)
_INLINE = frozenset(
    {
        "abbr", "acronym", "b", "big", "cite", "code", "em", "font", "i", "kbd", "mark", "nobr", "s", "small",
        "strike", "strong", "sub", "sup", "tt", "u", "var"
    }
)
# fmt: on
_CLOSES_ITSELF = frozenset({"p", "li", "dd", "dt"})
_LONGEST = 8192
"""Characters kept of one attribute; no target is longer."""


def is_plain(markup: Markup) -> bool:
    """Whether a page can be parsed as it is, in time that grows with its length.

    Most pages are cleared by counting; only the others are searched.

    >>> is_plain(Markup("<p>Hello</p>")), is_plain(Markup("<div>" * 40_000))
    (True, False)
    """
    return not (_nests(markup) or _crowds(markup) or _reopens(markup))


def _nests(markup: Markup) -> bool:
    """Whether the parser could have to look through many open elements many times.

    Each tag may make it look through all that are open, so what counts is the sum of depths over all tags. An end tag
    ends an element here only if that is the innermost one; where tags are not paired the sum is too high, never too
    low, and the page is flattened for nothing.
    """
    if markup.brackets <= TAGS:
        return False
    html = _LEAF.sub("", markup.html)
    if html.count("<") <= TAGS:
        return False
    open_: list[str] = []
    looks = 0
    for tag in _TAG.finditer(html):
        looks += len(open_)
        if looks > LOOKS:
            return True
        name = tag[2].lower()
        if not tag[1]:
            if name not in _VOID:
                open_.append(name)
        elif open_ and open_[-1] == name:
            open_.pop()
    return False


def _crowds(markup: Markup) -> bool:
    """Whether one tag could have attributes by the thousand."""
    if markup.open_quotes() > BRACKETED:
        for bracketed, _ in enumerate(_BRACKETED.finditer(markup.html)):
            if bracketed >= BRACKETED:
                return True
    # Between two ``<`` stand a tag and the text after it, unless the ``<`` was quoted.
    if markup.longest_gap() <= TAG_LENGTH:
        return False
    parts = markup.html.split("<")
    quoted = _BRACKETED.search(markup.html) is not None
    return any(quoted or _bare_length(part) > TAG_LENGTH for part in parts if len(part) > TAG_LENGTH)


def _bare_length(part: str) -> int:
    tag = _TAG_PART.match(part)
    if tag is None or (tag.end() < len(part) and part[tag.end()] != ">"):
        return len(part)
    return len(_QUOTED.sub("", tag[0]))


def _reopens(markup: Markup) -> bool:
    """Whether many formatting elements could stand open, to be reopened in each paragraph."""
    if markup.count(_FORMATTING_BEGINS) <= FORMATTING:
        return False
    opened = len(_FORMATTING.findall(markup.html.lower()))
    if opened <= FORMATTING:
        return False
    return opened - sum(1 for _ in _CLOSED_FORMATTING.finditer(markup.html)) > FORMATTING


def flatten(html: str, work: Work | None = None) -> str:
    """Rewrites a page so that it can be parsed in linear time; see above.

    Args:
        html: The page.
        work: Is charged for what elements that are too deep hide; None: the page has a budget of its own.

    Raises:
        TooComplicatedError: The page's work is spent.

    >>> flatten("<div " + "x " * 9 + "id=a>" + "<b><i>" * 3 + "<a href='/x'>y</a>")
    '<div id="a"><a href="/x">y</a>'
    """
    return _Flattener(html, work or Work()).run()


class _Flattener:
    """One pass over a page."""

    def __init__(self, html: str, work: Work) -> None:
        self._html = html
        self._work = work
        self._out: list[str] = []
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._dropped: dict[str, list[bool]] = defaultdict(list)
        """For each name the elements that are open but too deep to be kept: whether they hide what they hold."""
        self._hiding = 0
        """How many of them do."""
        self._templates = 0
        """Templates that are open; what they hold is no part of the page, and only their own end tags end them."""

    def run(self) -> str:
        html, at = self._html, 0
        while at < len(html):
            start = html.find("<", at)
            if start < 0:
                self._say(html[at:])
                break
            self._say(html[at:start])
            at = self._markup(start)
        return "".join(self._out)

    def _markup(self, start: int) -> int:
        """Handles what begins at a ``<`` and returns where it ends."""
        html = self._html
        if html.startswith("<!--", start):
            if html.startswith((">", "->"), start + 4):
                return html.index(">", start) + 1
            dashes = _DASHES.search(html, start + 4)
            return dashes.end() if dashes else len(html)
        closing = html.startswith("</", start)
        name = _NAME.match(html, start + 1 + closing)
        if name is None:
            if html.startswith(("<!", "<?", "</"), start):
                end_of_nonsense = html.find(">", start)
                return end_of_nonsense + 1 if end_of_nonsense >= 0 else len(html)
            self._say("&lt;")
            return start + 1
        attributes, end = self._attributes(name.end())
        tag = name[0].lower()
        if tag == "template":
            self._templates = max(self._templates + (-1 if closing else 1), 0)
            return end
        if closing:
            if not self._templates:
                self._close(tag)
            return end
        if tag == "plaintext":
            return len(html)
        if tag in _RAW:
            return self._raw(tag, attributes, end)
        if not self._templates:
            self._start(tag, attributes)
        return end

    def _attributes(self, at: int) -> tuple[dict[str, str], int]:
        html = self._html
        found: dict[str, str] = {}
        while True:
            match = _ATTRIBUTE.match(html, at)
            if match is None:
                end = html.find(">", at)
                return found, end + 1 if end >= 0 else len(html)
            name, at = match[1], match.end()
            value = ""
            if match[2]:
                quote = html[at : at + 1]
                if quote in ("'", '"') and quote:
                    end = html.find(quote, at + 1)
                    if end < 0:  # as in browsers, the rest of the page is inside this attribute
                        return {}, len(html)
                    value, at = html[at + 1 : end], end + 1
                else:
                    bare = _BARE.match(html, at)
                    value = bare[0] if bare else ""
                    at += len(value)
            if len(name) <= 12 and (name := name.lower()) in _KEPT_ATTRIBUTES and name not in found:
                found[name] = value[:_LONGEST]

    def _raw(self, tag: str, attributes: dict[str, str], at: int) -> int:
        end = re.compile(f"</{tag}(?=[\\s/>])", re.IGNORECASE).search(self._html, at)
        stop = end.start() if end else len(self._html)
        if tag in ("style", "title"):
            self._write(tag, attributes)
            self._say(self._html[at:stop] + f"</{tag}>")
        elif tag == "textarea":
            self._say(" ")
        if end is None:
            return stop
        close = self._html.find(">", stop)
        return close + 1 if close >= 0 else len(self._html)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in _KEPT:
            if tag not in _INLINE:
                self._out.append(" ")
            return
        if self._hiding:
            attributes = {**attributes, "hidden": ""}
        if tag in _EMPTY:
            self._write(tag, attributes)
            return
        if tag in _CLOSES_ITSELF and self._open and self._open[-1] == tag:
            self._close(tag)
        if tag == "a" and self._counts["a"]:
            self._close("a")
        if len(self._open) >= DEPTH and tag != "a":
            # what closes itself may end unseen, and would hide the rest of the page
            hiding = tag not in _CLOSES_ITSELF and hides(tag, attributes, self._work)
            self._dropped[tag].append(hiding)
            self._hiding += hiding
            self._out.append(" ")
            return
        self._open.append(tag)
        self._counts[tag] += 1
        self._write(tag, attributes)

    def _close(self, tag: str) -> None:
        if self._dropped[tag]:
            self._hiding -= self._dropped[tag].pop()
            self._out.append(" ")
        elif self._counts[tag]:
            while self._open:
                last = self._open.pop()
                self._counts[last] -= 1
                self._out.append(f"</{last}>")
                if last == tag:
                    break
            if tag != "a":  # links are kept at any depth; whatever else is closed held all that was dropped
                self._dropped.clear()
                self._hiding = 0
        elif tag not in _INLINE:
            self._out.append(" ")

    def _write(self, tag: str, attributes: dict[str, str]) -> None:
        written = "".join(f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in attributes.items())
        self._say(f"<{tag}{written}>")

    def _say(self, text: str) -> None:
        if not self._templates:
            self._out.append(text)
