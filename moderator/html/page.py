"""Reading a page: bytes in, facts out.

Pure and total: it never raises, its time grows with the page's length, and what it does besides parsing has a budget
of steps, after which a page counts as too complicated.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from threading import BoundedSemaphore
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moderator.html.charset import decode_page
from moderator.html.flatten import flatten, is_plain
from moderator.html.links import LinkFacts, attribute, collapse_whitespace, describe_links
from moderator.html.main_text import main_text
from moderator.html.markup import Markup
from moderator.html.metadata import (
    Head,
    has_comments,
    has_microformats,
    names_author,
    names_date,
    read_head,
    script_redirect,
)
from moderator.html.position import Positions
from moderator.html.responses import NO_RESPONSE, Response, read_response
from moderator.html.work import TooComplicatedError, Work
from moderator.records import PageLink
from moderator.urls import canonical, parse_url

__all__ = ["PageFacts", "read_page"]

MAX_MATCHES = 50
"""Links to the target that are looked at closely; the best of them is reported."""
MAX_HOSTS = 500
"""Hosts whose registrable domain is looked up; further ones count as a domain each."""
MAX_OUTBOUND = 40
"""Links to other hosts that are kept."""
MAX_OUTBOUND_TEXT = 100
"""Characters kept of such a link's text."""
MAX_OUTBOUND_URL = 200
"""Characters kept of such a link's address."""
_NOSCRIPT = re.compile(r"</?noscript(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_NOSCRIPT_OR_FRAMES = re.compile(r"</?no(?:script|frames)(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_READ_AS = {"<noscript": "<noframes", "</noscript": "</noframes", "<noframes": "<plaintext", "</noframes": "</x"}
"""Where scripts run, ``<noscript>`` holds raw text up to its end tag and nothing else ends it; so does the parser read
``<noframes>``, even in the head. A page's own ``<noframes>``, which nobody uses any more, must not end it, nor be ended
by it: it swallows the rest of such a page."""
_SELF_CLOSED = re.compile(
    r"<(a|b|div|em|h[1-6]|i|iframe|li|noembed|noframes|noscript|p|script|span|style|textarea|title|ul|xmp)"
    r"(\s[^<>]{0,2000})?/>",
    re.IGNORECASE,
)
"""What XML may close at once; read as HTML, some of these would swallow the rest of the page."""
_HOST = re.compile(r"[\x00-\x20]*(?:[hH][tT][tT][pP][sS]?:)?[/\\]{2}([^/?#\\]*)")
_WHOLE = re.compile(r"https?://[\w.-]+(?:/[\w./~%+-]*)?(?:\?[\w./~%+=&-]+)?", re.ASCII)
"""An address of its own, in characters that no browser reads in another way."""
_USUAL = re.compile(r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)/")
_SCHEME = re.compile(r"[\x00-\x20]*[a-zA-Z][a-zA-Z0-9+.-]*:")
_PLAIN_HOST = re.compile(r"(?:www\.)?([a-z0-9.-]+?)\.?(?::\d*)?", re.ASCII)
_LONGEST_HOST = 256
"""Characters from which on a host is none, and is not read."""
_UNSEEN = ("script", "style", "template", "textarea", "iframe", "noembed", "noframes", "select")
_EMBEDS = (("img", "src"), ("video", "src"), ("audio", "src"), ("source", "src"), ("video", "poster"), ("embed", "src"))
_AT_ONCE = BoundedSemaphore(2)
"""Pages parsed at once: parsing is our own work, not waiting, and a hostile page takes tens of megabytes."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page shows."""

    links: tuple[LinkFacts, ...] = ()
    """Links to the target, the best first; empty: it does not link there."""
    outbound_links: int = 0
    """Links to other hosts."""
    outbound_domains: int = 0
    """Distinct registrable domains they lead to."""
    text: str = ""
    """Visible text, piece by piece; white space between the pieces is collapsed."""
    link_text_share: float = 0.0
    """Share of the text that stands inside links, 0 to 1."""
    title: str = ""
    """``<title>``; empty: none."""
    blog_name: str = ""
    """What the page calls its site (``og:site_name``, ``application-name``); empty: unknown."""
    main_text: str = ""
    """The main part's text; see `moderator.html.main_text`."""
    outbound: tuple[PageLink, ...] = ()
    """The first links to other hosts, those to the target left out."""
    internal_links: int = 0
    """Links to the page's own host."""
    canonical: str = ""
    """Where ``<link rel=canonical>`` points, absolute; empty: none."""
    redirect: str = ""
    """Where ``<meta http-equiv=refresh>`` or a script sends the reader, absolute; empty: nowhere."""
    feed: bool = False
    """Whether the page names a feed."""
    author: bool = False
    """Whether it names its author in markup."""
    dated: bool = False
    """Whether it says in markup when it was published."""
    microformats: bool = False
    """Whether it has an h-card or h-entry."""
    comments: bool = False
    """Whether comments stand on it."""
    response: Response = NO_RESPONSE
    """What it answers with, and who wrote it, as far as its microformats say."""
    charset: str = ""
    """The codec by which it was read."""
    nested: bool = False
    """Whether it had to be flattened before it could be parsed."""
    too_complicated: bool = False
    """Whether reading it would take more work than it is worth (`moderator.html.work`); nothing else is known then."""
    steps: int = 0
    """The steps that reading it took."""


def read_page(
    data: bytes, url: str, target: str, *, charset: str = "", embeds: bool = False, xml: bool = False
) -> PageFacts:
    """Reads a page.

    A link is an ``<a>`` or ``<area>`` with an address that leads to the target; text, comments, scripts, ``<noscript>``
    and ``<template>`` hold none.

    Args:
        data: The page, decompressed.
        url: Where it was found, after redirects.
        target: The address that is looked for; its spelling may differ (see `moderator.urls.canonical`).
        charset: What the Content-Type header names; empty: nothing.
        embeds: Whether showing the target (``img``, ``video``, ``audio``) counts as linking: so says webmention.
        xml: Whether it was sent as XHTML, where ``<script/>`` is whole.

    Returns:
        The facts; a page without any is an empty record.

    >>> read_page(b"<p>See <a href=/b#c rel=nofollow>this</a>.", "http://x.example/", "https://x.example/b").links[0].text
    'this'
    """
    html, codec = decode_page(data, charset)
    if xml:
        html = _SELF_CLOSED.sub(r"<\1\2></\1>", html)
    markup = Markup(html)
    likely = markup.may_have("noscript") or markup.may_end("noscript")
    scriptless = likely and _NOSCRIPT.search(html) is not None
    if scriptless:
        html = _NOSCRIPT_OR_FRAMES.sub(lambda found: _READ_AS[found[0].lower()], html)
        markup = Markup(html)
    plain = is_plain(markup)
    work = Work()
    with _AT_ONCE:
        try:
            tree = LexborHTMLParser(html if plain else flatten(html, work))
            if scriptless:
                tree.strip_tags(["noframes"])
            facts = _facts(tree, markup, url, target, embeds, work)
        except TooComplicatedError:
            facts = PageFacts(too_complicated=True)
        return replace(facts, charset=codec, nested=not plain, steps=work.spent)


def _facts(tree: LexborHTMLParser, markup: Markup, url: str, target: str, embeds: bool, work: Work) -> PageFacts:
    # Each search of the tree costs time, so nothing is searched for that the markup does not have.
    base = _base(tree.css_first("base[href]"), url) if markup.may_have("base") else url
    anchors = tree.css("a[href], area[href]" if markup.may_have("area") else "a[href]")
    finder = _Finder(base, url, target, work)
    outbound = finder.sort([node.attrs.get("href") or "" for node in anchors])
    matches = [anchors[place] for place in outbound.matches]
    if embeds:
        for tag, name in _EMBEDS:
            matches += [n for n in tree.css(f"{tag}[{name}]") if finder.is_target(attribute(n, name))]
    positions = Positions(work)
    links = describe_links(tree, markup, matches[:MAX_MATCHES], positions, work)
    response = read_response(tree, markup, matches[:MAX_MATCHES], lambda address: _join(base, address))
    head = read_head(tree.head, lambda address: _join(base, address))
    redirect = head.refresh or script_redirect(tree, markup)
    kept = _kept(anchors, outbound, base, positions)
    main = main_text(tree.body)
    signs = _signs(tree, markup, head)
    text, share = _text(tree, markup, anchors)
    return PageFacts(
        links=links,
        outbound_links=outbound.others,
        outbound_domains=_domains(outbound.hosts),
        text=text,
        link_text_share=share,
        title=head.title,
        blog_name=head.blog_name,
        canonical=head.canonical,
        main_text=main,
        outbound=kept,
        internal_links=outbound.internal,
        redirect=redirect,
        feed=head.feed,
        author=signs.author,
        dated=signs.dated,
        microformats=signs.microformats,
        comments=signs.comments,
        response=response,
    )


class _Signs(NamedTuple):
    author: bool
    dated: bool
    microformats: bool
    comments: bool


def _signs(tree: LexborHTMLParser, markup: Markup, head: Head) -> _Signs:
    return _Signs(
        author=head.author or names_author(tree, markup),
        dated=head.dated or names_date(tree, markup),
        microformats=has_microformats(tree, markup),
        comments=has_comments(tree, markup),
    )


def _kept(anchors: list[LexborNode], outbound: _Outbound, base: str, positions: Positions) -> tuple[PageLink, ...]:
    """The links to other hosts, as far as they are kept."""
    leading = set(outbound.matches)
    kept = [anchors[number] for number in outbound.foreign if number not in leading][:MAX_OUTBOUND]
    return tuple([_page_link(node, base, positions) for node in kept])


def _page_link(node: LexborNode, base: str, positions: Positions) -> PageLink:
    attributes = node.attributes
    return PageLink(
        url=_join(base, attributes.get("href") or "")[:MAX_OUTBOUND_URL],
        text=collapse_whitespace(node.text(separator=" "))[:MAX_OUTBOUND_TEXT],
        rel=" ".join((attributes.get("rel") or "").lower().split())[:MAX_OUTBOUND_TEXT],
        position=positions.of(node),
    )


class _Outbound(NamedTuple):
    """A page's links, sorted by where they lead."""

    matches: list[int]
    """Places of those that lead to the target."""
    others: int
    """How many lead to other hosts."""
    hosts: set[str]
    """Those hosts, without www."""
    foreign: list[int]
    """Places of the first of them."""
    internal: int
    """How many lead to the page's own host."""


class _Finder:
    """Compares addresses with the target."""

    def __init__(self, base: str, url: str, target: str, work: Work) -> None:
        self._work = work
        self._base = base
        self._target = canonical(target) if parse_url(target).host else ""
        self._target_host = _short_host(target)
        self._base_host = _short_host(base)
        self._own_host = _short_host(url)

    def sort(self, addresses: list[str]) -> _Outbound:
        """Tells the links to the target and those to other hosts.

        Most addresses share a few beginnings, and only what may differ by spelling alone is compared whole.
        """
        # As far as its host goes an address tells where it leads; in odd spellings all of it is looked at.
        starts = [
            (address[: address.find("/", 8) + 1] or address)
            if address[:4] == "http"
            else ("/" if address[:1] == "/" and address[1:2].isalnum() else address)
            for address in addresses
        ]
        counts = Counter(starts)
        hosts = {start: self._odd_host(start) for start in counts}
        foreign = {start: host for start, host in hosts.items() if host and host != self._own_host}
        near = {start for start, host in hosts.items() if host == self._target_host}
        return _Outbound(
            [place for place, start in enumerate(starts) if start in near and self._same(addresses[place])],
            sum(counts[start] for start in foreign),
            set(foreign.values()),
            list(islice((place for place, start in enumerate(starts) if start in foreign), MAX_MATCHES + MAX_OUTBOUND)),
            sum(counts[start] for start, host in hosts.items() if host and host == self._own_host),
        )

    def is_target(self, address: str) -> bool:
        """Whether an address is the target's."""
        return bool(address) and self._same(address)

    def _odd_host(self, address: str) -> str:
        """The host without www; empty: it is no address on the web."""
        usual = _USUAL.fullmatch(address)
        if usual:
            return usual[1]
        found = _HOST.match(address)
        if found is None:
            return "" if _SCHEME.match(address) else self._base_host
        plain = _PLAIN_HOST.fullmatch(found[1])
        if plain:
            return plain[1]
        self._work.spend(len(found[1][:_LONGEST_HOST]))  # other scripts are written in ASCII letter by letter
        return _short_host(f"http://{found[1]}")

    def _same(self, address: str) -> bool:
        if not self._target or len(address) > 8192:
            return False
        absolute = _join(self._base, address)
        return bool(absolute) and canonical(absolute) == self._target


def _short_host(url: str) -> str:
    return parse_url(url).host.removeprefix("www.")


def _join(base: str, address: str) -> str:
    if _WHOLE.fullmatch(address):  # most are, and joining would leave them as they are
        return address
    # Browsers drop white space around an address and line breaks inside it, and read a backslash as a slash.
    address = re.sub(r"[\t\r\n]", "", address.strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f "))
    head, mark, tail = address.partition("?")
    try:
        return urljoin(base, head.replace("\\", "/") + mark + tail)
    except ValueError:
        return ""


def _base(node: LexborNode | None, url: str) -> str:
    if node is None:
        return url
    base = _join(url, attribute(node, "href"))
    return base if parse_url(base).scheme in ("http", "https") and parse_url(base).host else url


def _text(tree: LexborHTMLParser, markup: Markup, anchors: list[LexborNode]) -> tuple[str, float]:
    # Lengths inside links first: stripping takes nodes out of the tree.
    inside = sum(len(node.text(strip=True)) for node in anchors)
    body = tree.body
    if body is None:
        return "", 0.0
    unseen = [tag for tag in _UNSEEN if markup.may_have(tag)]
    if unseen:
        body.strip_tags(unseen)
    text = body.text(separator=" ", strip=True)
    return text, min(inside / len(text), 1.0) if text else 0.0


def _domains(hosts: set[str]) -> int:
    if len(hosts) <= MAX_HOSTS:
        return len({parse_url(f"http://{host}/").domain for host in hosts})
    return len(hosts)
