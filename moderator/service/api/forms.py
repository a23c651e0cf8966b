"""The JSON that our API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moderator.records import Kind, Label, Verdict
from moderator.service.records import Origin, Status

__all__ = [
    "Approvals",
    "Approved",
    "CheckMany",
    "CheckManyAnswer",
    "CheckRequest",
    "ErrorAnswer",
    "Health",
    "Item",
    "Labelled",
    "Labelling",
    "LinkbackForm",
    "MentionAnswer",
    "MentionPage",
    "PostForm",
    "Undo",
    "Undone",
]

_Url = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
_Line = Annotated[str, StringConstraints(max_length=10_000)]
_Text = Annotated[str, StringConstraints(max_length=200_000)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MOST = 1000
"""Linkbacks, or ids, in one request."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LinkbackForm(_Form):
    """What was sent; only the two addresses are needed."""

    source_url: _Url
    target_url: _Url
    kind: Kind = Kind.UNKNOWN
    title: _Line = ""
    excerpt: _Text = ""
    blog_name: _Line = ""
    sender_ip: Annotated[str, StringConstraints(max_length=100)] = ""
    user_agent: Annotated[str, StringConstraints(max_length=1000)] = ""
    received_at: datetime | None = Field(None, description="Without an offset: UTC. Left out: now.")
    site: Annotated[str, StringConstraints(max_length=1000)] = ""
    id: Annotated[str, StringConstraints(max_length=200)] = Field("", description="Left out: a digest of the rest.")


class PostForm(_Form):
    """Our post; with its words, relevance can be told."""

    url: _Url
    title: _Line = ""
    text: _Text = ""


class CheckRequest(_Form):
    """One linkback to judge."""

    linkback: LinkbackForm
    post: PostForm | None = None
    evidence: dict[str, Any] | None = Field(None, description="What its page showed, as an earlier answer told it.")
    verify: bool | None = Field(None, description="Whether to look at its page. Left out: as configured.")
    reasons: int = Field(8, ge=0, le=100)


class CheckMany(_Form):
    """Several linkbacks to judge, in order of receipt."""

    checks: Annotated[list[CheckRequest], Field(min_length=1, max_length=MOST)]


class Labelling(_Form):
    """The owner's word on mentions."""

    ids: Annotated[list[_Id], Field(min_length=1, max_length=MOST)]
    label: Label | None = Field(description="null takes an earlier word back.")
    by: Annotated[str, StringConstraints(max_length=100)] = "api"


class Undo(_Form):
    """Takes a batch of the owner's words back."""

    batch: _Id
    by: Annotated[str, StringConstraints(max_length=100)] = "api"


class Problem(BaseModel):
    """What is wrong, and what to do about it."""

    what: str
    do: str


class ErrorAnswer(BaseModel):
    """How every error is told."""

    error: Problem


class MentionAnswer(BaseModel):
    """A mention; `decision` has verdict, spam_probability, reasons and evidence."""

    id: str
    blog: str
    origin: Origin
    status: Status
    label: Label | None
    shadow: bool
    linkback: dict[str, Any]
    decision: dict[str, Any] | None


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

    source_url: str
    title: str
    blog_name: str
    excerpt: str
    kind: Kind
    received_at: datetime


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


class Query(BaseModel):
    """Filters of a list."""

    model_config = ConfigDict(extra="forbid")

    blog: str = ""
    status: Status | None = None
    verdict: Verdict | None = None
    kind: Kind | None = None
    domain: str = ""
    campaign: str = ""
    target_url: str = ""
    origin: Origin | None = None
    since: datetime | None = None
    until: datetime | None = None
    labelled: bool | None = None
    text: Annotated[str, StringConstraints(max_length=200)] = ""
    limit: int = Field(50, ge=1, le=500)
    before: int = Field(0, ge=0, le=2**62)
