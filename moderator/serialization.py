"""The JSON forms of the records: what history, queues, tables and `--json` write and read.

Writing leaves nothing out that says something; reading forgives missing and unknown keys and refuses nonsense. Dates
are ISO 8601 in UTC. JSON has no nan and no infinity: a missing value is ``null``, infinity is the text ``"inf"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite, isnan, nan
from typing import Any, TypeVar

from moderator.errors import InputError, shown
from moderator.records import (
    Case,
    Decision,
    Kind,
    Label,
    Linkback,
    LinkEvidence,
    LinkPosition,
    LinkStatus,
    PageLink,
    Post,
    Reason,
    SenderMatch,
    Verdict,
)

__all__ = [
    "case_from_json",
    "case_to_json",
    "date_from_json",
    "decision_from_json",
    "decision_to_json",
    "evidence_from_json",
    "evidence_to_json",
    "linkback_from_json",
    "linkback_to_json",
    "reason_to_json",
]

_NOT_CHECKED = LinkEvidence()
_TEXTS = (
    *("detail", "final_url", "anchor_text", "snippet", "page_title", "page_blog_name"),
    *("page_text", "page_canonical", "page_redirect"),
)
_COUNTS = ("http_status", "redirects", "outbound_links", "outbound_domains", "text_length", "internal_links")
_FLAGS = (
    *("hidden", "nofollow", "ugc", "sponsored"),
    *("page_feed", "page_author", "page_dated", "page_microformats", "page_comments"),
)
_SHARES = ("link_text_share", "title_on_page", "excerpt_on_page", "copied_share", "page_relevance")
_LINKBACK_TEXTS = ("source_url", "target_url", "title", "excerpt", "blog_name", "sender_ip", "user_agent", "site", "id")
_ROUNDING = 1e-9
"""How far a share may stand outside 0 to 1 before it is nonsense: cosines overshoot by rounding."""

_Enum = TypeVar("_Enum", bound=StrEnum)


def date_from_json(value: object, name: str = "date") -> datetime | None:
    """Reads a date.

    Args:
        value: ISO 8601 text (UTC when it has no offset) or a datetime; None and ``""`` mean not known.
        name: The field's name, for the message.

    Returns:
        The date, aware, in UTC; None: not known.

    Raises:
        InputError: It is something else.

    >>> date_from_json("2020-01-02 03:04:05+01:00")
    datetime.datetime(2020, 1, 2, 2, 4, 5, tzinfo=datetime.timezone.utc)
    """
    if value is None or value == "":
        return None
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())  # type: ignore[attr-defined]  # caught below
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (AttributeError, ValueError, OverflowError):
        raise InputError(f"{name} is no date in ISO 8601: {shown(value)}") from None


def evidence_to_json(evidence: LinkEvidence) -> dict[str, Any]:
    """The JSON form of what a source page showed.

    Returns:
        ``{"status": "not_checked"}`` for the empty record, every field otherwise.
    """
    if evidence is _NOT_CHECKED or evidence == _NOT_CHECKED:
        return {"status": "not_checked"}
    return {
        "status": evidence.status.value,
        "detail": evidence.detail,
        "checked_at": _date(evidence.checked_at),
        "final_url": evidence.final_url,
        "http_status": evidence.http_status,
        "redirects": evidence.redirects,
        "position": evidence.position.value,
        "hidden": evidence.hidden,
        "nofollow": evidence.nofollow,
        "ugc": evidence.ugc,
        "sponsored": evidence.sponsored,
        "anchor_text": evidence.anchor_text,
        "snippet": evidence.snippet,
        "outbound_links": evidence.outbound_links,
        "outbound_domains": evidence.outbound_domains,
        "text_length": evidence.text_length,
        "link_text_share": evidence.link_text_share,
        "page_title": evidence.page_title,
        "page_blog_name": evidence.page_blog_name,
        "page_text": evidence.page_text,
        "page_links": None if evidence.page_links is None else [_link_to_json(link) for link in evidence.page_links],
        "internal_links": evidence.internal_links,
        "page_canonical": evidence.page_canonical,
        "page_redirect": evidence.page_redirect,
        "page_feed": evidence.page_feed,
        "page_author": evidence.page_author,
        "page_dated": evidence.page_dated,
        "page_microformats": evidence.page_microformats,
        "page_comments": evidence.page_comments,
        "title_on_page": evidence.title_on_page,
        "excerpt_on_page": evidence.excerpt_on_page,
        "copied_share": evidence.copied_share,
        "page_relevance": evidence.page_relevance,
        "sender_match": evidence.sender_match.value,
        "listed_in": None if evidence.listed_in is None else list(evidence.listed_in),
    }


def evidence_from_json(form: Mapping[str, Any]) -> LinkEvidence:
    """Reads evidence back; missing keys and nulls mean not known, unknown keys are passed over.

    Raises:
        InputError: A field holds nonsense; the message names it.

    >>> evidence_from_json({"status": "found", "position": "footer"}).position
    <LinkPosition.FOOTER: 'footer'>
    """
    if not isinstance(form, Mapping):
        raise InputError(f"evidence is no JSON object: {shown(form)}")
    if not form or (len(form) == 1 and form.get("status") == "not_checked"):
        return _NOT_CHECKED
    fields: dict[str, Any] = {
        "status": _choice(form, "status", LinkStatus, LinkStatus.NOT_CHECKED),
        "position": _choice(form, "position", LinkPosition, LinkPosition.UNKNOWN),
        "sender_match": _choice(form, "sender_match", SenderMatch, SenderMatch.UNKNOWN),
        "checked_at": date_from_json(form.get("checked_at"), "evidence.checked_at"),
        "listed_in": _names(form.get("listed_in")),
        "page_links": _links(form.get("page_links")),
    }
    for names, read in ((_TEXTS, _text), (_COUNTS, _count), (_FLAGS, _flag), (_SHARES, _share)):
        _fill(fields, form, names, read)
    return LinkEvidence(**fields)


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """The JSON form of one reason; a missing value is null."""
    value = reason.value
    if isinstance(value, float) and not isfinite(value):
        return {
            "feature": reason.feature,
            "value": None if isnan(value) else "inf" if value > 0 else "-inf",
            "contribution": reason.contribution,
            "meaning": reason.meaning,
        }
    return {
        "feature": reason.feature,
        "value": value,
        "contribution": reason.contribution,
        "meaning": reason.meaning,
    }


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """The JSON form of a decision: what `check --json` prints."""
    return {
        "linkback_id": decision.linkback_id,
        "verdict": decision.verdict.value,
        "spam_probability": decision.spam_probability,
        "reasons": [reason_to_json(reason) for reason in decision.reasons],
        "evidence": evidence_to_json(decision.evidence),
        "rule": decision.rule,
        "decided_at": _date(decision.decided_at),
        "model": decision.model,
    }


def decision_from_json(form: Mapping[str, Any]) -> Decision:
    """Reads a decision back. An infinite value stays the text ``"inf"``.

    Raises:
        InputError: Id, verdict or probability are missing, or a field holds nonsense.
    """
    if not isinstance(form, Mapping):
        raise InputError(f"decision is no JSON object: {shown(form)}")
    if not form.get("verdict"):
        raise InputError("verdict is missing")
    probability = _share("spam_probability", form.get("spam_probability"))
    if probability is None:
        raise InputError("spam_probability is missing")
    linkback_id = _text("linkback_id", form.get("linkback_id"))
    if not linkback_id:
        raise InputError("linkback_id is missing")
    reasons = form.get("reasons") or ()
    if not isinstance(reasons, list | tuple):
        raise InputError(f"reasons are no JSON array: {shown(reasons)}")
    return Decision(
        linkback_id=linkback_id,
        verdict=_choice(form, "verdict", Verdict, Verdict.HOLD),
        spam_probability=probability,
        reasons=tuple(_reason(reason) for reason in reasons),
        evidence=evidence_from_json(form.get("evidence") or {}),
        rule=_text("rule", form.get("rule")),
        decided_at=date_from_json(form.get("decided_at"), "decided_at"),
        model=_text("model", form.get("model")),
    )


def linkback_to_json(linkback: Linkback) -> dict[str, Any]:
    """The JSON form of a linkback, under the column names of a linkback table."""
    return {
        "id": linkback.id,
        "kind": linkback.kind.value,
        "source_url": linkback.source_url,
        "target_url": linkback.target_url,
        "title": linkback.title,
        "excerpt": linkback.excerpt,
        "blog_name": linkback.blog_name,
        "sender_ip": linkback.sender_ip,
        "user_agent": linkback.user_agent,
        "received_at": _date(linkback.received_at),
        "site": linkback.site,
    }


def linkback_from_json(form: Mapping[str, Any]) -> Linkback:
    """Reads a linkback; missing keys, nulls and ``""`` mean not known, other columns are passed over.

    Raises:
        InputError: source_url or target_url are missing, or a field holds nonsense.

    >>> linkback_from_json({"source_url": "https://a.example/", "target_url": "https://b.example/"}).kind
    <Kind.UNKNOWN: 'unknown'>
    """
    if not isinstance(form, Mapping):
        raise InputError(f"linkback is no JSON object: {shown(form)}")
    fields: dict[str, Any] = {}
    _fill(fields, form, _LINKBACK_TEXTS, _text)
    for name in ("source_url", "target_url"):
        if not fields.get(name):
            raise InputError(f"{name} is missing")
    return Linkback(
        kind=_choice(form, "kind", Kind, Kind.UNKNOWN),
        received_at=date_from_json(form.get("received_at"), "received_at"),
        **fields,
    )


def case_to_json(case: Case) -> dict[str, Any]:
    """The JSON form of a case: the columns of a linkback table, and our post's own address."""
    form = linkback_to_json(case.linkback)
    if case.post is not None:
        form |= {"target_title": case.post.title, "target_text": case.post.text, "post_url": case.post.url}
    if case.evidence != _NOT_CHECKED:
        form["evidence"] = evidence_to_json(case.evidence)
    if case.label is not None:
        form |= {"label": case.label.value, "labelled_at": _date(case.labelled_at)}
    return form


def case_from_json(form: Mapping[str, Any]) -> Case:
    """Reads a case that `case_to_json` wrote.

    Raises:
        InputError: A field holds nonsense.
    """
    linkback = linkback_from_json(form)
    post = None
    if (url := form.get("post_url")) is not None:
        title, text = _text("target_title", form.get("target_title")), _text("target_text", form.get("target_text"))
        post = Post(_text("post_url", url), title, text)
    return Case(
        linkback=linkback,
        post=post,
        evidence=evidence_from_json(form.get("evidence") or {}),
        label=_choice(form, "label", Label, Label.HAM) if form.get("label") else None,
        labelled_at=date_from_json(form.get("labelled_at"), "labelled_at"),
    )


def _date(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _fill(
    fields: dict[str, Any], form: Mapping[str, Any], names: tuple[str, ...], read: Callable[[str, object], object]
) -> None:
    """Reads those of `names` that the form tells."""
    for name in names:
        value = form.get(name)
        if value is not None:
            fields[name] = read(name, value)


def _choice(form: Mapping[str, Any], name: str, choices: type[_Enum], empty: _Enum) -> _Enum:
    value = form.get(name)
    if value is None or value == "":
        return empty
    try:
        return choices(value)
    except ValueError:
        raise InputError(f"{name} is none of {', '.join(choices)}: {shown(value)}") from None


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise InputError(f"{name} is no text: {shown(value)}")


def _count(name: str, value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53 and value == int(value):
        return int(value)
    raise InputError(f"{name} is no count: {shown(value)}")


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InputError(f"{name} is neither true nor false: {shown(value)}")


def _share(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and -_ROUNDING <= value <= 1 + _ROUNDING:
        return float(value)
    raise InputError(f"{name} is no share from 0 to 1: {shown(value)}")


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise InputError(f"listed_in is no list of names: {shown(value)}")


def _link_to_json(link: PageLink) -> dict[str, str]:
    form = {"url": link.url, "text": link.text, "rel": link.rel, "position": link.position.value}
    return {name: value for name, value in form.items() if value}


def _links(value: object) -> tuple[PageLink, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not all(isinstance(link, Mapping) for link in value):
        raise InputError(f"page_links is no list of links: {shown(value)}")
    return tuple(
        PageLink(
            url=_text("page_links.url", link.get("url")),
            text=_text("page_links.text", link.get("text")),
            rel=_text("page_links.rel", link.get("rel")),
            position=_choice(link, "position", LinkPosition, LinkPosition.BODY),
        )
        for link in value
    )


def _reason(form: object) -> Reason:
    if not isinstance(form, Mapping):
        raise InputError(f"a reason is no JSON object: {shown(form)}")
    value, contribution = form.get("value"), form.get("contribution")
    if isinstance(contribution, bool) or not isinstance(contribution, int | float):
        raise InputError(f"a reason's contribution is no number: {shown(contribution)}")
    if value is not None and not isinstance(value, str | int | float):
        raise InputError(f"a reason's value is neither number nor text: {shown(value)}")
    return Reason(
        feature=_text("feature", form.get("feature")),
        value=nan if value is None else value,
        contribution=float(contribution),
        meaning=_text("meaning", form.get("meaning")),
    )
