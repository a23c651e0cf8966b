"""The JSON that our API takes and gives."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from moderator.records import Kind, Label, LinkPosition, LinkStatus, SenderMatch, Verdict
from moderator.service.records import Origin, Status, Word

__all__ = [
    "Approvals",
    "Approved",
    "CheckMany",
    "CheckManyAnswer",
    "CheckRequest",
    "DecisionAnswer",
    "ErrorAnswer",
    "EvidenceForm",
    "Health",
    "Item",
    "Labelled",
    "Labelling",
    "LinkbackAnswer",
    "LinkbackForm",
    "MentionAnswer",
    "MentionPage",
    "PostForm",
    "Problem",
    "Query",
    "Undo",
    "Undone",
]

_Url = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
_Line = Annotated[str, StringConstraints(max_length=10_000)]
_Text = Annotated[str, StringConstraints(max_length=200_000)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_NewId = Annotated[str, StringConstraints(max_length=200, pattern=r"^([A-Za-z0-9][A-Za-z0-9_.:~@+=,-]*)?$")]
"""Ids stand in addresses, so they are made of what needs no quoting there."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def _is_number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("Input should be a number")
    return value


def _is_date(value: object) -> object:
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError("Input should be a date and time in ISO 8601")
    return value


def _in_utc(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise ValueError("Input should be a date within the years 1 to 9999 in UTC") from None


_When = Annotated[datetime, BeforeValidator(_is_date), AfterValidator(_in_utc)]
"""Without an offset: UTC."""
# the check comes after the bounds here, and so before them in time, and the OpenAPI document keeps them
_Count = Annotated[int, Field(ge=0, lt=2**53), BeforeValidator(_is_number)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), BeforeValidator(_is_number)]
_Reasons = Annotated[int, Field(ge=0, le=100), BeforeValidator(_is_number)]
MOST = 1000
"""Ids in one request."""
MOST_CHECKS = 100
"""Linkbacks in one request: each may mean a look at a page."""


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
    received_at: _When | None = Field(None, description="Without an offset: UTC. Left out, or to come: now.")
    site: Annotated[str, StringConstraints(max_length=1000)] = ""
    id: _NewId = Field("", description="Left out: a digest of the rest.")


class PostForm(_Form):
    """Our post; with its words, relevance can be told."""

    url: _Url
    title: _Line = ""
    text: _Text = ""


class EvidenceForm(_Form):
    """What the source page showed; what is left out or null is not known."""

    status: LinkStatus = LinkStatus.NOT_CHECKED
    detail: _Line = ""
    checked_at: _When | None = None
    final_url: Annotated[str, StringConstraints(max_length=8192)] = ""
    http_status: _Count | None = None
    redirects: _Count | None = None
    position: LinkPosition = LinkPosition.UNKNOWN
    hidden: StrictBool | None = None
    nofollow: StrictBool | None = None
    ugc: StrictBool | None = None
    sponsored: StrictBool | None = None
    anchor_text: _Line = ""
    snippet: _Line = ""
    outbound_links: _Count | None = None
    outbound_domains: _Count | None = None
    text_length: _Count | None = None
    link_text_share: _Share | None = None
    page_title: _Line = ""
    page_blog_name: _Line = ""
    title_on_page: _Share | None = None
    excerpt_on_page: _Share | None = None
    copied_share: _Share | None = None
    page_relevance: _Share | None = None
    sender_match: SenderMatch = SenderMatch.UNKNOWN
    listed_in: Annotated[list[_Line], Field(max_length=100)] | None = None


class CheckRequest(_Form):
    """One linkback to judge."""

    linkback: LinkbackForm
    post: PostForm | None = None
    evidence: EvidenceForm | None = Field(None, description="What its page showed, as an earlier answer told it.")
    verify: StrictBool | None = Field(None, description="Whether to look at its page. Left out: as configured.")
    reasons: _Reasons = 8


class CheckMany(_Form):
    """Several linkbacks to judge, in order of receipt."""

    checks: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_CHECKS)] = Field(
        description="Each is what /api/v1/check takes; one that is wrong gets its own error."
    )


class Labelling(_Form):
    """The owner's word on mentions."""

    ids: Annotated[list[_Id], Field(min_length=1, max_length=MOST)]
    label: Word | None = Field(description="hold: to be decided later; null takes an earlier word back.")
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


class EvidenceAnswer(BaseModel):
    """What the source page showed; null: not known."""

    status: LinkStatus
    detail: str = ""
    checked_at: datetime | None = None
    final_url: str = ""
    http_status: int | None = None
    redirects: int | None = None
    position: LinkPosition = LinkPosition.UNKNOWN
    hidden: bool | None = None
    nofollow: bool | None = None
    ugc: bool | None = None
    sponsored: bool | None = None
    anchor_text: str = ""
    snippet: str = ""
    outbound_links: int | None = None
    outbound_domains: int | None = None
    text_length: int | None = None
    link_text_share: float | None = None
    page_title: str = ""
    page_blog_name: str = ""
    title_on_page: float | None = None
    excerpt_on_page: float | None = None
    copied_share: float | None = None
    page_relevance: float | None = None
    sender_match: SenderMatch = SenderMatch.UNKNOWN
    listed_in: list[str] | None = None


class DecisionAnswer(BaseModel):
    """What the engine decided."""

    linkback_id: str
    verdict: Verdict
    spam_probability: float
    reasons: list[ReasonAnswer]
    evidence: EvidenceAnswer
    rule: str
    decided_at: datetime | None
    model: str


class MentionAnswer(BaseModel):
    """A mention: what was sent, what the engine decided, and what holds for it now."""

    id: str
    blog: str
    origin: Origin
    status: Status
    label: Label | None
    shadow: bool
    linkback: LinkbackAnswer
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
    since: _When | None = None
    until: _When | None = None
    labelled: bool | None = None
    text: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    limit: int = Field(50, ge=1, le=500)
    before: int = Field(0, ge=0, le=2**62)
