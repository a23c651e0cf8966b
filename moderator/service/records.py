"""The service's records: a mention is a linkback with the engine's decision and the owner's label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from moderator.model.policy import claim_stands
from moderator.records import Decision, Kind, Label, Linkback, LinkStatus, Verdict

__all__ = [
    "STATUS_BY_LABEL",
    "Filter",
    "Group",
    "LabelAction",
    "Mention",
    "Order",
    "Origin",
    "OwnerLabel",
    "Page",
    "Status",
    "Volume",
    "is_verified",
    "status_of",
]


class Status(StrEnum):
    """What holds for a mention now: the owner's label, or else the engine's."""

    WAITING = "waiting"
    """Accepted, and not judged yet."""
    APPROVED = "approved"
    HELD = "held"
    """For the owner to decide."""
    SPAM = "spam"
    GONE = "gone"
    """Its source has gone or links no longer: withdrawn by its sender."""


class Origin(StrEnum):
    """The door it came through."""

    RECEIVER = "receiver"
    """Pingback, trackback or webmention, sent to us."""
    AKISMET = "akismet"
    """A client of Akismet's API asked."""
    API = "api"
    """A client of our own API asked."""


class OwnerLabel(StrEnum):
    """What the owner said of a mention."""

    HAM = "ham"
    SPAM = "spam"
    HOLD = "hold"
    """Neither yet: it waits, whatever the engine says."""

    @property
    def label(self) -> Label | None:
        """What the history and the next model learn from it; None: nothing."""
        return None if self is OwnerLabel.HOLD else Label(self.value)


@dataclass(frozen=True, slots=True)
class Mention:
    """One linkback in the service's keeping."""

    linkback: Linkback
    """What was sent; its id is the mention's."""
    blog: str
    """Name of the receiving blog; empty: none of those configured."""
    origin: Origin
    """The door it came through."""
    status: Status
    """What holds for it now."""
    changed_at: datetime
    """When anything of it last changed, in UTC."""
    decision: Decision | None = None
    """The engine's; None: not judged yet."""
    owner_label: OwnerLabel | None = None
    """What the owner said; None: nothing."""
    labelled_at: datetime | None = None
    """When the owner said so; None: nothing said."""
    labelled_by: str = ""
    """Who said so; empty: nothing said."""
    shadow: bool = False
    """Whether it was judged in shadow mode, where the verdict is only written down."""
    vouch: str = ""
    """The page that vouches for a webmention's source; empty: none was sent."""
    due_at: datetime | None = None
    """When it is to be judged (again); None: it is not in the queue."""
    attempts: int = 0
    """How often judging it was begun."""
    crashes: int = 0
    """How often the process ended while it was judged."""
    taken_by: str = ""
    """The process of the service that took it last; empty: nobody has it."""
    post_title: str = ""
    """The title of our post; empty: not known."""
    raw: bytes = b""
    """The form as it came, where its texts rest on a charset or a guess; empty: they are the sender's beyond doubt."""
    domain: str = ""
    """Who speaks: the source's registrable domain, or the author's part of a platform; empty: unusable URL."""
    campaign: str = ""
    """What near-duplicates of its wording share; empty: it has no wording."""
    number: int = 0
    """Where it stands among all, growing with time; 0: not stored yet."""

    @property
    def label(self) -> Label | None:
        """What is learned from the owner's label; None: nothing."""
        return None if self.owner_label is None else self.owner_label.label


STATUS_BY_LABEL = {OwnerLabel.HAM: Status.APPROVED, OwnerLabel.SPAM: Status.SPAM, OwnerLabel.HOLD: Status.HELD}


def status_of(decision: Decision, label: OwnerLabel | None, *, shadow: bool) -> Status:
    """What holds for a judged mention.

    Args:
        decision: The engine's.
        label: The owner's, which outweighs it; None: nothing.
        shadow: Whether verdicts are only written down; then everything waits for the owner.
    """
    if label is not None:
        return STATUS_BY_LABEL[label]
    if shadow:
        return Status.HELD
    return {Verdict.APPROVE: Status.APPROVED, Verdict.HOLD: Status.HELD, Verdict.SPAM: Status.SPAM}[decision.verdict]


def is_verified(mention: Mention) -> bool:
    """Whether the source page was seen to link, and to say what was sent."""
    if mention.decision is None or mention.status is Status.GONE:
        return False
    evidence = mention.decision.evidence
    return evidence.status is LinkStatus.FOUND and claim_stands(mention.linkback.kind, evidence)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions are meant; what is empty or None does not narrow."""

    blog: str = ""
    status: Status | None = None
    verdict: Verdict | None = None
    """The engine's, whatever the owner said."""
    kind: Kind | None = None
    domain: str = ""
    campaign: str = ""
    target_url: str = ""
    origin: Origin | None = None
    since: datetime | None = None
    """Received at or after."""
    until: datetime | None = None
    """Received before."""
    labelled: bool | None = None
    """Whether the owner said ham or spam."""
    text: str = ""
    """Stands in a URL, the title, the excerpt or the blog name."""


class Order(StrEnum):
    """In which order mentions are listed."""

    TIME = "time"
    """Newest first."""
    SPAM = "spam"
    """Surest spam first: for deciding many at once."""
    DOUBT = "doubt"
    """Most doubtful first: what the engine learns most from."""
    DOMAIN = "domain"
    """By domain, so that one sender's stand together."""


class Page(NamedTuple):
    """A part of a list."""

    mentions: tuple[Mention, ...]
    next: int
    """Where the next part begins: a mention's number in the order of time, else how many stand before it; 0: this is
    the last part."""


class Group(NamedTuple):
    """Mentions that share something."""

    name: str
    """What they share: a domain, a campaign, a target URL, a blog."""
    total: int
    approved: int
    held: int
    spam: int


class Volume(NamedTuple):
    """How many mentions one day brought."""

    day: str
    """The day in UTC, ISO 8601."""
    approve: int
    """By the engine's verdict."""
    hold: int
    spam: int


class LabelAction(NamedTuple):
    """One label that the owner gave."""

    mention: str
    """The mention's id."""
    batch: str
    """What was decided in one go shares it; by it, it can be undone."""
    at: datetime
    by: str
    before: OwnerLabel | None
    """What the owner had said before; None: nothing."""
    after: OwnerLabel | None
    """What was said; None: the earlier label was taken back."""
