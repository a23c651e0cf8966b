"""Response models of the JSON API."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from moderator.records import Kind, Label, LinkEvidence, ResponseKind, Verdict
from moderator.service.records import Origin, Status

__all__ = [
    "Approvals",
    "Approved",
    "CheckManyAnswer",
    "DecisionAnswer",
    "ErrorAnswer",
    "Health",
    "Item",
    "Labelled",
    "LinkbackAnswer",
    "MentionAnswer",
    "MentionPage",
    "Problem",
    "ReasonAnswer",
    "Undone",
]


class Problem(BaseModel):
    """What is wrong, and what to do about it."""

    what: str
    do: str


class ErrorAnswer(BaseModel):
    """How every error is told."""

    error: Problem


class LinkbackAnswer(BaseModel):
    """What was sent."""

    id: str
    kind: Kind
    source_url: str
    target_url: str
    title: str
    excerpt: str
    blog_name: str
    sender_ip: str
    user_agent: str
    received_at: datetime | None
    site: str


class ReasonAnswer(BaseModel):
    """One signed part of a decision: above zero it speaks for spam."""

    feature: str
    value: float | str | None = Field(description="null: not known.")
    contribution: float
    meaning: str


class DecisionAnswer(BaseModel):
    """What the engine decided."""

    linkback_id: str
    verdict: Verdict
    spam_probability: float
    reasons: list[ReasonAnswer]
    evidence: LinkEvidence
    rule: str
    decided_at: datetime | None
    model: str


class WordsAnswer(BaseModel):
    """What may be shown in the page's name."""

    title: str
    excerpt: str
    blog_name: str
    from_page: bool = Field(description="false: they are the sender's words, which nobody has checked.")


class MentionAnswer(BaseModel):
    """A mention: what was sent, what the engine decided, and what holds for it now."""

    id: str
    blog: str
    origin: Origin
    status: Status
    label: Label | None
    shadow: bool
    words: WordsAnswer
    linkback: LinkbackAnswer
    raw: str = Field(
        "",
        description="The form as it came, in base64, where its words rest on a charset; empty: they do not.",
    )
    decision: DecisionAnswer | None = Field(description="null: not judged yet.")


class Item(BaseModel):
    """One of several: a mention, or what was wrong with it."""

    mention: MentionAnswer | None = None
    error: Problem | None = None


class CheckManyAnswer(BaseModel):
    """One item for each check, in the same order."""

    items: list[Item]


class Labelled(BaseModel):
    """What a labelling came to; an empty batch: nothing was changed."""

    batch: str
    changed: int


class Undone(BaseModel):
    """Ids of the mentions whose label was taken back."""

    ids: list[str]


class MentionPage(BaseModel):
    """A part of a list, newest first; `next` is the `before` of the next part, 0: this is the last."""

    mentions: list[MentionAnswer]
    next: int


class Approved(BaseModel):
    """An approved mention, ready to be shown."""

    source_url: str = Field(description="Begins with http:// or https://; empty: nothing that could be linked.")
    title: str
    blog_name: str
    excerpt: str
    kind: Kind
    received_at: datetime
    response: ResponseKind = Field(description="What the page says in microformats that it is.")
    author: str = Field(description="The author's name in the page's microformats; empty: not told.")
    photo: str = Field(description="Address of the author's photo, which nobody has looked at; empty: not told.")


class Approvals(BaseModel):
    """The approved mentions of a post, newest first, and the same as escaped HTML."""

    mentions: list[Approved]
    html: str


class Health(BaseModel):
    """Whether the service works."""

    ok: bool
    waiting: int
    model: str
    version: str
    problem: str = ""
