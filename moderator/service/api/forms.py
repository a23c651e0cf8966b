"""Request models of the JSON API."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    create_model,
)

from moderator.records import Kind, LinkEvidence, PageLink, Verdict
from moderator.service.records import Origin, OwnerLabel, Status

__all__ = ["CheckMany", "CheckRequest", "EvidenceForm", "Labelling", "LinkbackForm", "PostForm", "Query", "Undo"]

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


def _form_of(name: str, record: type[Any], about: str) -> Any:
    """A form with the fields of a record and the limits of their types."""
    hints = get_type_hints(record)
    columns: Any = {
        field.name: (
            _LIMITS.get(hints[field.name], hints[field.name]),
            ... if field.default is MISSING else field.default,
        )
        for field in fields(record)
    }
    return create_model(name, __base__=_Form, __doc__=about, **columns)


_LIMITS: dict[Any, Any] = {
    str: _Line,
    bool | None: StrictBool | None,
    int | None: _Count | None,
    float | None: _Share | None,
    datetime | None: _When | None,
    tuple[str, ...] | None: Annotated[list[_Line], Field(max_length=100)] | None,
}
"""What a form takes for a field of evidence, by the field's type."""
if TYPE_CHECKING:

    class EvidenceForm(_Form):
        """Made below, from the record."""

else:
    PageLinkForm = _form_of("PageLinkForm", PageLink, "A link from the source page to another host.")
    _LIMITS[tuple[PageLink, ...] | None] = Annotated[list[PageLinkForm], Field(max_length=100)] | None
    EvidenceForm = _form_of(
        "EvidenceForm", LinkEvidence, "What the source page showed; what is left out or null is not known."
    )


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
    """The owner's label on mentions."""

    ids: Annotated[list[_Id], Field(min_length=1, max_length=MOST)]
    label: OwnerLabel | None = Field(description="hold: to be decided later; null takes an earlier label back.")
    by: Annotated[str, StringConstraints(max_length=100)] = "api"


class Undo(_Form):
    """Takes a batch of labels back."""

    batch: _Id
    by: Annotated[str, StringConstraints(max_length=100)] = "api"


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
