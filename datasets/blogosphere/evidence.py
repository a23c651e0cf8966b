"""What a look at a source page would have shown: simulated, by the sort of page.

The tables below are guesses informed by what bloggers report; they are not measurements. Sorts overlap on purpose:
some honest pages are gone or link from a blogroll, some spam really links from an article.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from random import Random
from typing import Any, Final, NamedTuple

from datasets.blogosphere.dice import Loaded, between, stretched

__all__ = ["NOT_CHECKED", "PageSort", "Shown", "look"]

NOT_CHECKED: Final[dict[str, Any]] = {"status": "not_checked"}
Range = tuple[float, float]


class Traits(NamedTuple):
    """What pages of one sort are like."""

    statuses: Loaded[str]
    positions: Loaded[str]
    hidden: float
    nofollow: float
    ugc: float
    sponsored: float
    outbound: Range
    """Links to other hosts."""
    domains: Range
    """Distinct domains for each such link."""
    length: Range
    """Characters of visible text."""
    link_text: Range
    """Share of the text inside links."""
    title: Range
    """Share of the title sent that stands on the page."""
    excerpt: Range
    """Share of the excerpt sent that stands on the page."""
    copied: Range
    """Share of our post that the page repeats."""
    relevance: Range
    """Cosine to our post."""
    redirects: float
    """How often a redirect leads there."""
    moves: float
    """How often a redirect leads to another domain, of those that redirect."""


_HONEST: Final = {
    "found": 85, "missing": 5, "gone": 3, "unreachable": 4.5, "too_large": 0.8, "not_html": 0.3, "refused": 0.4
}  # fmt: skip
_ARTICLE: Final = {"article": 70, "body": 20, "comments": 2, "aside": 4, "footer": 2, "nav": 1, "header": 1}
_BURIED: Final = {"footer": 35, "aside": 28, "body": 20, "article": 10, "comments": 4, "nav": 3}


class Shown(NamedTuple):
    """What the page says, as far as it was made up, and what it can be compared with."""

    anchor: str
    """The text of its link to us."""
    around: str
    """The text around the link."""
    title: str
    """Its title; empty: none."""
    name: str
    """What it calls its site; empty: nothing."""
    read: bool
    """Whether title and excerpt were read off this very page at receipt (pingback, webmention), not sent."""
    claims_title: bool
    """Whether a title was sent to compare with."""
    claims_excerpt: bool
    """Whether an excerpt was sent."""
    knows_post: bool
    """Whether our post is known."""


class PageSort(Enum):
    """The sorts of source pages."""

    ARTICLE = Traits(
        Loaded(_HONEST), Loaded(_ARTICLE), 0.006, 0.07, 0.02, 0.004, (1, 45), (0.4, 1), (900, 16000), (0.02, 0.22),
        (0.7, 1), (0.75, 1), (0, 0.06), (0.12, 0.6), 0.12, 0.05,
    )  # fmt: skip
    """A person wrote it."""
    ROUNDUP = Traits(
        Loaded(_HONEST), Loaded(_ARTICLE), 0.004, 0.05, 0.01, 0.004, (15, 160), (0.6, 1), (1200, 14000), (0.15, 0.55),
        (0.8, 1), (0.6, 1), (0.01, 0.12), (0.05, 0.35), 0.1, 0.05,
    )  # fmt: skip
    """A person's list of links, or a digest that quotes."""
    BLOGROLL = Traits(
        Loaded({"found": 78, "missing": 14, "gone": 3, "unreachable": 5}), Loaded(_BURIED), 0.01, 0.1, 0.02, 0.005,
        (8, 130), (0.5, 1), (900, 15000), (0.1, 0.4), (0.5, 1), (0.1, 0.9), (0, 0.03), (0.02, 0.3), 0.1, 0.05,
    )  # fmt: skip
    """An honest page whose link to us stands beside the article, or has moved on."""
    OWN = Traits(
        Loaded({"found": 95, "missing": 3, "gone": 1, "unreachable": 1}), Loaded(_ARTICLE), 0.002, 0.01, 0.001, 0.001,
        (0.9, 30), (0.4, 1), (1000, 15000), (0.02, 0.25), (0.9, 1), (0.85, 1), (0, 0.05), (0.2, 0.7), 0.08, 0.01,
    )  # fmt: skip
    """Another post of the receiving site."""
    UNAWARE = Traits(
        Loaded({"missing": 90, "found": 2, "gone": 6, "unreachable": 2}), Loaded(_ARTICLE), 0.002, 0.02, 0.01, 0.001,
        (0.9, 40), (0.4, 1), (700, 15000), (0.02, 0.25), (0.2, 1), (0, 0.4), (0, 0.05), (0.2, 0.7), 0.1, 0.01,
    )  # fmt: skip
    """A post of the receiving site that does not link to the target, or no post at all."""
    SHOP = Traits(
        Loaded({"missing": 76, "found": 6, "gone": 6, "unreachable": 9, "refused": 1, "not_html": 2}), Loaded(_BURIED),
        0.35, 0.08, 0.01, 0.02, (1, 90), (0.05, 0.8), (300, 12000), (0.1, 0.7), (0.3, 1), (0, 0.6), (0, 0.02), (0, 0.1),
        0.35, 0.6,
    )  # fmt: skip
    """Sells something and knows nothing of us."""
    FARM = Traits(
        Loaded({"found": 72, "missing": 17, "gone": 3, "unreachable": 6, "too_large": 2}),
        Loaded({"body": 40, "article": 22, "footer": 20, "aside": 14, "comments": 4}), 0.22, 0.05, 0.01, 0.01,
        (60, 900), (0.3, 1), (400, 15000), (0.4, 0.95), (0.4, 1), (0.2, 1), (0, 0.15), (0.01, 0.3), 0.15, 0.3,
    )  # fmt: skip
    """Links to everything."""
    COPY = Traits(
        Loaded({"found": 80, "missing": 12, "gone": 3, "unreachable": 5}),
        Loaded({"article": 72, "body": 22, "footer": 4, "aside": 2}), 0.03, 0.12, 0.01, 0.01, (2, 110), (0.2, 0.9),
        (600, 9000), (0.05, 0.45), (0.8, 1), (0.8, 1), (0.25, 1), (0.45, 0.97), 0.1, 0.15,
    )  # fmt: skip
    """Repeats our post, or its beginning, and links to it."""
    SPUN = Traits(
        Loaded({"found": 66, "missing": 24, "gone": 4, "unreachable": 6}),
        Loaded({"article": 62, "body": 28, "footer": 6, "aside": 4}), 0.06, 0.1, 0.01, 0.01, (3, 140), (0.2, 0.9),
        (600, 9000), (0.08, 0.5), (0.5, 1), (0.5, 1), (0.02, 0.3), (0.2, 0.75), 0.12, 0.2,
    )  # fmt: skip
    """Our post with every other word replaced."""
    HACKED = Traits(
        Loaded({"missing": 55, "found": 14, "gone": 18, "unreachable": 10, "refused": 1, "not_html": 2}),
        Loaded({"body": 45, "footer": 35, "article": 12, "aside": 8}), 0.45, 0.04, 0.01, 0.01, (20, 500), (0.1, 0.9),
        (300, 14000), (0.25, 0.9), (0.2, 1), (0, 0.7), (0, 0.04), (0, 0.15), 0.45, 0.75,
    )  # fmt: skip
    """Pages put on somebody else's site without asking."""
    BAIT = Traits(
        Loaded({"found": 58, "missing": 30, "gone": 3, "unreachable": 9}),
        Loaded({"article": 52, "body": 34, "footer": 8, "comments": 6}), 0.05, 0.12, 0.02, 0.03, (2, 60), (0.3, 1),
        (400, 8000), (0.04, 0.35), (0.6, 1), (0.5, 1), (0, 0.1), (0.03, 0.35), 0.1, 0.2,
    )  # fmt: skip
    """Looks like a blog post; is there for the shop that it links to as well."""


_ANY: Final = Traits(
    Loaded(_HONEST), Loaded(_BURIED), 0.05, 0.08, 0.02, 0.01, (1, 250), (0.1, 1), (400, 15000), (0.02, 0.7),
    (0, 1), (0, 1), (0, 0.2), (0, 0.5), 0.15, 0.2,
)  # fmt: skip
_ODD: Final = 0.2
"""Share of pages, of every sort, that are like none of theirs: redesigned, under construction, a landing page."""
_READ: Final = frozenset({"found", "missing"})
_WHY: Final = {
    "unreachable": Loaded({"dns": 35, "timeout": 25, "connect": 18, "tls": 10, "http 503": 8, "http 500": 4}),
    "refused": Loaded({"private address": 50, "port": 20, "too many redirects": 30}),
}
_TYPES: Final = Loaded({"application/pdf": 2, "image/jpeg": 2, "application/octet-stream": 1})


def look(
    rng: Random, sort: PageSort, at: float, *, source_url: str, sender: str, host: str, shown: Shown
) -> dict[str, Any]:
    """Simulates one look.

    Args:
        rng: Where chance comes from.
        sort: What sort of page it is.
        at: When the linkback came, in seconds since 1970; the look follows within minutes.
        source_url: The page's address.
        sender: The sender's address as the site knows it; empty: not known.
        host: The address of the page's host.
        shown: What the page says.

    Returns:
        The JSON form of a LinkEvidence; fields that tell nothing are left out.
    """
    traits = sort.value
    status = traits.statuses.roll(rng)
    found: dict[str, Any] = {
        "status": status,
        "checked_at": datetime.fromtimestamp(int(at + 1 + 600 * rng.random() ** 3), UTC).isoformat(),
    }
    why = _WHY[status].roll(rng) if status in _WHY else ""
    if why:
        found["detail"] = why
    if why != "dns" and sender:
        found["sender_match"] = _match(sender, host)
    if status == "refused" or (status == "unreachable" and not why.startswith("http")):
        return found
    found["final_url"] = source_url
    found["redirects"] = 0
    if rng.random() < traits.redirects:
        found["redirects"] = 1 + int(3 * rng.random() ** 2)
        found["final_url"] = _moved(source_url, rng.random() < traits.moves)
    found["http_status"] = 200
    if status == "gone":
        found["http_status"] = 404 if rng.random() < 0.85 else 410
        found["detail"] = f"http {found['http_status']}"
    elif status == "unreachable":
        found["http_status"] = int(why[5:])
    elif status == "not_html":
        found["detail"] = _TYPES.roll(rng)
    if rng.random() < _ODD:
        traits = _ANY
    if status in _READ:
        _read(rng, traits, found, shown)
    if status == "found":
        _linked(rng, traits, found, shown)
    return found


def _match(sender: str, host: str) -> str:
    if sender == host:
        return "same_address"
    if sender.startswith("2001:") and sender.partition("::")[0] == host.partition("::")[0]:
        return "same_network"
    return "different"


def _moved(url: str, elsewhere: bool) -> str:
    scheme, _, rest = url.partition("://")
    if elsewhere:
        return f"{scheme}://landing.{_small(rest) % 97}-offers.example/"
    return f"https://{rest}" if scheme == "http" else f"{url.rstrip('/')}/index.html"


def _small(text: str) -> int:
    """A small number that depends on the text alone, alike in every process."""
    total = 7
    for char in text[:40]:
        total = (total * 31 + ord(char)) & 0xFFFFFFFF
    return total


def _read(rng: Random, traits: Traits, found: dict[str, Any], shown: Shown) -> None:
    """What the page shows whether or not it links to us."""
    links = stretched(rng, max(traits.outbound[0], 0.9), traits.outbound[1])
    found["outbound_links"] = links
    found["outbound_domains"] = max(min(links, 1), int(links * between(rng, *traits.domains)))
    found["text_length"] = stretched(rng, *traits.length)
    found["link_text_share"] = round(between(rng, *traits.link_text), 3)
    if shown.title:
        found["page_title"] = shown.title
    if shown.name:
        found["page_blog_name"] = shown.name
    title, excerpt = _mostly(rng, traits.title), _mostly(rng, traits.excerpt)
    steady, kept = rng.random() < 0.85, rng.random() < 0.5
    if shown.read and found["status"] == "found" and steady:
        title, excerpt = 1.0, max(excerpt, 0.9)
    elif shown.read and found["status"] == "missing" and not kept:
        excerpt *= 0.3  # what stood around the link has gone with it
    if shown.claims_title:
        found["title_on_page"] = round(title, 3)
        if title < 0.6:
            found["page_title"] = shown.name or "Home"
    if shown.claims_excerpt:
        found["excerpt_on_page"] = round(excerpt, 3)
    if shown.knows_post:
        found["copied_share"] = round(between(rng, *traits.copied), 3)
        found["page_relevance"] = round(between(rng, *traits.relevance), 3)


def _linked(rng: Random, traits: Traits, found: dict[str, Any], shown: Shown) -> None:
    """What the link to us is like."""
    found["position"] = traits.positions.roll(rng)
    found["hidden"] = rng.random() < traits.hidden
    found["nofollow"] = rng.random() < traits.nofollow
    found["ugc"] = rng.random() < traits.ugc
    found["sponsored"] = rng.random() < traits.sponsored
    if shown.anchor:
        found["anchor_text"] = shown.anchor
    if shown.around:
        found["snippet"] = shown.around[:160]


def _mostly(rng: Random, limits: Range) -> float:
    """A share that is often at its upper end: what was read off a page mostly stands on it."""
    return float(limits[1]) if rng.random() < 0.5 else between(rng, *limits)
