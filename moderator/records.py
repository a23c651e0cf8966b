"""What travels through the engine: frozen, typed records.

Every field says what it means and what its empty value means. Missing is a value of its own (``""``, ``None`` or
``nan``), never zero.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

__all__ = [
    "LABEL_DELAY",
    "MAIN_PART",
    "Case",
    "Decision",
    "Kind",
    "Label",
    "LinkEvidence",
    "LinkPosition",
    "LinkStatus",
    "Linkback",
    "PageLink",
    "Post",
    "Reason",
    "SenderMatch",
    "Verdict",
]


LABEL_DELAY = timedelta(days=1)
"""How long after receipt a label without a date counts as given, unless the owner says otherwise: exports keep no date
of a decision. A choice, not a measurement: who moderates looks in about once a day, and a label that counts too early
would tell the past what it could not know. Judging, training and measuring share it, so that they see the same."""


class Kind(StrEnum):
    """The protocol that brought a linkback."""

    PINGBACK = "pingback"
    TRACKBACK = "trackback"
    WEBMENTION = "webmention"
    UNKNOWN = "unknown"
    """The export does not say."""


class Label(StrEnum):
    """What a person says a linkback is."""

    HAM = "ham"
    SPAM = "spam"


class Verdict(StrEnum):
    """What is to happen to a linkback."""

    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Linkback:
    """One pingback, trackback or webmention as it was sent; every text is the sender's word and proves nothing.

    >>> Linkback(kind="pingback", source_url="https://a.example/1", target_url="https://b.example/2").title
    ''
    """

    source_url: str
    """The page that claims to link to us."""
    target_url: str
    """Our page that it claims to link to."""
    kind: Kind = Kind.UNKNOWN
    """The protocol; a plain string is accepted."""
    title: str = ""
    """The title sent (trackback) or read from the page at receipt (pingback); empty: not known."""
    excerpt: str = ""
    """The excerpt sent or read at receipt, plain text or light HTML; empty: not known."""
    blog_name: str = ""
    """The name the sender gives its blog; empty: not known."""
    sender_ip: str = ""
    """The address the request came from, as text; empty: not known."""
    user_agent: str = ""
    """The sender's User-Agent header; empty: not known."""
    received_at: datetime | None = None
    """When it was received, aware, in UTC; None: not known, and then time windows are unknown too."""
    site: str = ""
    """The receiving blog, where several share an engine; empty: the target's host."""
    id: str = ""
    """A stable id; left empty, it becomes a digest of what was sent."""

    def __post_init__(self) -> None:
        if type(self.kind) is not Kind:
            object.__setattr__(self, "kind", Kind(self.kind))
        if self.received_at is not None:
            at = self.received_at
            object.__setattr__(self, "received_at", at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC))
        if not self.id:
            object.__setattr__(self, "id", _digest(self))


def _digest(linkback: Linkback) -> str:
    parts = (
        linkback.kind.value,
        linkback.source_url,
        linkback.target_url,
        linkback.title,
        linkback.excerpt,
        linkback.blog_name,
        linkback.sender_ip,
        "" if linkback.received_at is None else linkback.received_at.isoformat(),
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Post:
    """Our own page that a linkback points to."""

    url: str
    """Its address."""
    title: str = ""
    """Its title; empty: not known."""
    text: str = ""
    """Its text without markup; empty: not known, and then relevance is unknown too."""


class LinkStatus(StrEnum):
    """What a look at the source page showed. An unread page is never counted as a missing link."""

    NOT_CHECKED = "not_checked"
    """Nobody looked."""
    FOUND = "found"
    """The page was read and holds a real link to the target."""
    MISSING = "missing"
    """The page was read whole and holds no link to the target."""
    GONE = "gone"
    """The server says that there is no such page (404, 410)."""
    UNREACHABLE = "unreachable"
    """It could not be read: DNS, connection, TLS, time-out, server error."""
    REFUSED = "refused"
    """Our guard does not go there: address, port, scheme, too many redirects."""
    TOO_LARGE = "too_large"
    """The page is larger than the cap, and no link stands in the part that was read; or reading it takes too much."""
    NOT_HTML = "not_html"
    """The source is not a page in which a link can stand."""


class LinkPosition(StrEnum):
    """Where on the page the link to the target sits."""

    ARTICLE = "article"
    BODY = "body"
    """On the page, in no part that is marked as anything."""
    HEADER = "header"
    NAV = "nav"
    ASIDE = "aside"
    FOOTER = "footer"
    COMMENTS = "comments"
    UNKNOWN = "unknown"
    """No link found, or nobody looked."""


MAIN_PART = frozenset({LinkPosition.ARTICLE, LinkPosition.BODY})
"""Where what the page's author wrote stands, as far as the page tells."""


class SenderMatch(StrEnum):
    """The sender's address against the addresses of the source's host: a weak sign (CDN, shared hosting)."""

    SAME_ADDRESS = "same_address"
    SAME_NETWORK = "same_network"
    """Same /16 (IPv4) or /48 (IPv6)."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """No sender address, or the host was not resolved."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link from the source page to another host than its own, the target's page left out."""

    url: str
    """Where it leads, absolute, at most 200 characters."""
    text: str = ""
    """Its text, at most 100 characters; empty: a picture, or nothing."""
    rel: str = ""
    """Its ``rel`` words, lower case, parted by spaces; empty: none."""
    position: LinkPosition = LinkPosition.BODY
    """Where it stands on the page."""


class ResponseKind(StrEnum):
    """What a page is to the post that it links to, as its microformats say (https://indieweb.org/responses)."""

    MENTION = "mention"
    REPLY = "reply"
    LIKE = "like"
    REPOST = "repost"
    BOOKMARK = "bookmark"


@dataclass(frozen=True, slots=True)
class LinkEvidence:
    """What the source page really shows. The empty record means: not checked."""

    status: LinkStatus = LinkStatus.NOT_CHECKED
    """What the look showed."""
    detail: str = ""
    """Why, in few words (``dns``, ``timeout``, ``http 503``, ``private address``); empty: nothing to add."""
    checked_at: datetime | None = None
    """When it was checked, aware, in UTC; None: not checked."""
    final_url: str = ""
    """Where the redirects led; empty: not fetched."""
    http_status: int | None = None
    """The last answer's status; None: no answer."""
    redirects: int | None = None
    """Redirects followed; None: not fetched."""
    position: LinkPosition = LinkPosition.UNKNOWN
    """Where the best link to the target sits."""
    hidden: bool | None = None
    """Whether every link to the target is hidden from readers; None: no link."""
    nofollow: bool | None = None
    """Whether the link says rel=nofollow; None: no link."""
    ugc: bool | None = None
    """Whether the link says rel=ugc; None: no link."""
    sponsored: bool | None = None
    """Whether the link says rel=sponsored; None: no link."""
    anchor_text: str = ""
    """The link's text; empty: no link, or a link without text."""
    snippet: str = ""
    """The text around the link; empty: no link."""
    outbound_links: int | None = None
    """Links to other hosts on the page; None: page not read."""
    outbound_domains: int | None = None
    """Distinct registrable domains they lead to; None: page not read."""
    text_length: int | None = None
    """Characters of visible text on the page; None: page not read."""
    link_text_share: float | None = None
    """Share of the visible text that stands inside links, 0 to 1; None: page not read."""
    page_title: str = ""
    """The page's title; empty: none, or page not read."""
    page_blog_name: str = ""
    """What the page calls its site; empty: not told, or page not read."""
    page_text: str = ""
    """The page's main part without menus, footers and comments, at most 4,000 characters, one block a line; empty:
    none, page not read, or evidence of a time when it was not recorded (then `page_links` is None)."""
    page_links: tuple[PageLink, ...] | None = None
    """The first 40 links to other hosts; None: page not read, or not recorded."""
    internal_links: int | None = None
    """Links from the page to its own host; None: page not read, or not recorded."""
    page_canonical: str = ""
    """Where the page says that it really lives (``rel=canonical``), absolute; empty: it does not say."""
    page_redirect: str = ""
    """Where a meta refresh or a script sends the reader, absolute; empty: nowhere."""
    page_feed: bool | None = None
    """Whether the page names a feed; None: page not read, or not recorded."""
    page_author: bool | None = None
    """Whether it names its author in markup (``rel=author``, ``meta``, ``p-author``); None: likewise."""
    page_dated: bool | None = None
    """Whether it says in markup when it was published; None: likewise."""
    page_microformats: bool | None = None
    """Whether it has an ``h-card`` or ``h-entry``; None: likewise."""
    page_comments: bool | None = None
    """Whether comments by others stand on it; None: likewise."""
    page_response: ResponseKind = ResponseKind.MENTION
    """What its microformats say that it is to our post; a mention where they say nothing, or nobody looked."""
    page_author_name: str = ""
    """Its author's name in microformats, at most 100 characters; empty: not told."""
    page_author_photo: str = ""
    """Address of that author's photo, which nobody has fetched; empty: not told."""
    title_on_page: float | None = None
    """Share of the sent title's words that stand on the page, 0 to 1; None: no title, or page not read."""
    excerpt_on_page: float | None = None
    """Share of the sent excerpt's word runs that stand on the page, 0 to 1; None: no excerpt, or page not read."""
    copied_share: float | None = None
    """Share of our post's word runs that the page repeats, 0 to 1; None: no post, or page not read."""
    page_relevance: float | None = None
    """How near the page's words are to our post's, cosine, 0 to 1; None: no post, or page not read."""
    sender_match: SenderMatch = SenderMatch.UNKNOWN
    """The sender's address against the source host's."""
    listed_in: tuple[str, ...] | None = None
    """DNS lists that name the source's domain or the sender's address; None: none was asked."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One signed part of a decision; all reasons of a decision add up to its log-odds."""

    feature: str
    """The feature's name, as ``group.field``."""
    value: float | str
    """The value seen; ``nan`` means that it is missing."""
    contribution: float
    """Its part of the log-odds: above zero speaks for spam, below for ham."""
    meaning: str
    """What the feature says, in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine answers for one linkback."""

    linkback_id: str
    """The linkback's id, by which it can be labelled later."""
    verdict: Verdict
    """What is to happen."""
    spam_probability: float
    """Calibrated probability that it is spam, 0 to 1; 0.5 where it could not be scored."""
    reasons: tuple[Reason, ...] = ()
    """The strongest parts first; empty: reasons were not asked for."""
    evidence: LinkEvidence = field(default_factory=LinkEvidence)
    """What was known about the source page."""
    rule: str = ""
    """The hard rule that set the verdict; empty: the probability did."""
    decided_at: datetime | None = None
    """As of when it was decided, aware, in UTC; None: the linkback has no date."""
    model: str = ""
    """Name and digest of the model that scored it; empty: it could not be scored."""


@dataclass(frozen=True, slots=True)
class Case:
    """A linkback with everything else that a queue or an export tells of it."""

    linkback: Linkback
    """What was sent."""
    post: Post | None = None
    """Our post; None: not known."""
    evidence: LinkEvidence = field(default_factory=LinkEvidence)
    """What was recorded of the source page when it was checked; the empty record: not checked."""
    label: Label | None = None
    """What the owner said of it; None: nothing. It never reaches the linkback's own features."""
    labelled_at: datetime | None = None
    """When the owner said so, aware, in UTC; None: not known."""
