"""A mention as a row of the table `mentions`, and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from moderator.records import Decision, Linkback
from moderator.serialization import date_from_json, decision_from_json, decision_to_json, from_text, linkback_to_json
from moderator.service.rate_limit import network_of
from moderator.service.records import Mention, Origin, OwnerLabel, Status
from moderator.text import plain, stable_hash
from moderator.urls import canonical

__all__ = [
    "decision_values",
    "folded",
    "linkback_values",
    "mention_from_row",
    "mention_values",
    "moment",
    "owner_label_of",
    "pair_key",
    "search_words",
    "seconds",
    "words_value",
]

_LONGEST = 1000
"""Characters of each text that can be found."""
_RAW = "raw"
"""Stands beside a linkback's fields: the form as it came, in base64, where its words rest on a charset."""


def folded(text: str) -> str:
    r"""A text in the spelling in which it is searched.

    >>> folded("Straße  und\nÄpfel")
    'strasse und äpfel'
    """
    return " ".join(text.casefold().split())


def search_words(linkback: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    """All that was said in a linkback and on its page around the link, a text a line.

    Args:
        linkback: ``title``, ``excerpt`` and ``blog_name``; others are left alone.
        evidence: ``page_title`` and ``snippet``; empty: the page was not read.
    """
    texts = [linkback.get(name) or "" for name in ("title", "blog_name", "excerpt")]
    texts += [evidence.get(name) or "" for name in ("page_title", "snippet")]
    lines = [folded(plain(text[:_LONGEST])) for text in texts]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def seconds(at: datetime | None) -> float | None:
    """A moment as the tables keep it."""
    return None if at is None else at.timestamp()


def moment(at: float | None) -> datetime | None:
    """A moment as the records keep it."""
    return None if at is None else datetime.fromtimestamp(at, UTC)


def owner_label_of(written: str | None) -> OwnerLabel | None:
    """The owner's label as it is written down; None: nothing was said."""
    return None if written is None else OwnerLabel(written)


def pair_key(blog: str, source_url: str, target_url: str) -> int:
    """The digest under which a second sending of the same linkback is found; a fragment of the source counts."""
    fragment = source_url.partition("#")[2]
    return stable_hash(f"{blog}\0{canonical(source_url)}\0{fragment}\0{canonical(target_url)}")


def decision_values(decision: Decision | None) -> dict[str, Any]:
    """The columns that tell a decision."""
    if decision is None:
        return {"verdict": None, "probability": None, "decision": None}
    return {
        "verdict": decision.verdict.value,
        "probability": decision.spam_probability,
        "decision": _written(decision_to_json(decision)),
    }


def linkback_values(mention: Mention) -> dict[str, Any]:
    """The columns that tell a linkback, and what follows from its words."""
    linkback = mention.linkback
    return {
        "kind": linkback.kind.value,
        "source_url": linkback.source_url,
        "target_url": linkback.target_url,
        "target": canonical(linkback.target_url),
        "domain": mention.domain,
        "campaign": mention.campaign,
        "linkback": _written(linkback_to_json(linkback) | _raw_to_json(mention.raw)),
    }


def words_value(linkback: Linkback, decision: Decision | None) -> dict[str, str]:
    """The column in which words are searched."""
    sent = {"title": linkback.title, "blog_name": linkback.blog_name, "excerpt": linkback.excerpt}
    seen = decision.evidence if decision is not None else None
    shown = {} if seen is None else {"page_title": seen.page_title, "snippet": seen.snippet}
    return {"words": search_words(sent, shown)}


def mention_values(mention: Mention) -> dict[str, Any]:
    """Every column but the number.

    Raises:
        ValueError: The linkback has no date.
    """
    linkback = mention.linkback
    if linkback.received_at is None:
        raise ValueError("a mention needs the moment of its receipt")
    return {
        "id": linkback.id,
        "pair": pair_key(mention.blog, linkback.source_url, linkback.target_url),
        "blog": mention.blog,
        "origin": mention.origin.value,
        "status": mention.status.value,
        "received_at": linkback.received_at.timestamp(),
        "changed_at": mention.changed_at.timestamp(),
        **linkback_values(mention),
        **decision_values(mention.decision),
        "label": mention.owner_label,
        "labelled_at": seconds(mention.labelled_at),
        "labelled_by": mention.labelled_by,
        "shadow": mention.shadow,
        "vouch": mention.vouch,
        "due_at": seconds(mention.due_at),
        "attempts": mention.attempts,
        "post_title": mention.post_title,
        "sender": network_of(linkback.sender_ip),
        "taken_by": mention.taken_by,
        **words_value(linkback, mention.decision),
    }


def _written(form: dict[str, Any]) -> str:
    """JSON in ASCII, without lone surrogates."""
    written = json.dumps(form)
    if "\\ud" in written:
        written = json.dumps(json.loads(json.dumps(form, ensure_ascii=False).encode("utf-8", "replace")))
    return written


def _raw_to_json(raw: bytes) -> dict[str, str]:
    return {_RAW: b64encode(raw).decode()} if raw else {}


def _linkback(form: dict[str, Any]) -> Linkback:
    # written by ourselves; a comment judged by its wording may have no address at all
    fields = {name: value for name, value in form.items() if name != _RAW}
    return Linkback(**fields | {"received_at": date_from_json(form["received_at"])})


def mention_from_row(row: Row[Any]) -> Mention:
    """The mention of a whole row."""
    changed_at = moment(row.changed_at)
    assert changed_at is not None  # noqa: S101 - the column is never NULL
    form = from_text(row.linkback)
    return Mention(
        linkback=_linkback(form),
        blog=row.blog,
        origin=Origin(row.origin),
        status=Status(row.status),
        changed_at=changed_at,
        decision=None if row.decision is None else decision_from_json(from_text(row.decision)),
        owner_label=owner_label_of(row.label),
        labelled_at=moment(row.labelled_at),
        labelled_by=row.labelled_by,
        shadow=row.shadow,
        vouch=row.vouch,
        due_at=moment(row.due_at),
        attempts=row.attempts,
        post_title=row.post_title,
        raw=b64decode(form.get(_RAW, "")),
        crashes=row.crashes,
        taken_by=row.taken_by,
        domain=row.domain,
        campaign=row.campaign,
        number=row.number,
    )
