"""From one row of a linkback table to a case, with limits: what strangers wrote is nonsense until proved otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from moderator.errors import InputError, RowError, shown
from moderator.records import Case, Kind, Label, Linkback, LinkEvidence, Post
from moderator.serialization import date_from_json, evidence_from_json, from_text
from moderator.tables.wordpress_columns import is_wordpress, linkback_columns

__all__ = ["COLUMNS", "MAX_FIELD", "REQUIRED", "case_of", "id_of", "missing_columns", "received_at"]

REQUIRED = ("source_url", "target_url")
"""Columns without which there is no linkback."""
COLUMNS = (
    "id",
    "kind",
    "source_url",
    "target_url",
    "title",
    "excerpt",
    "blog_name",
    "sender_ip",
    "user_agent",
    "received_at",
    "site",
    "target_title",
    "target_text",
    "label",
    "labelled_at",
    "evidence",
)
"""The columns of a linkback table; every other column passes through."""
MAX_FIELD = 1_000_000
"""Bytes in UTF-8 from which a field is refused: no linkback and no post is that long."""
_WORDPRESS = ("comment_author_url", "comment_type")
"""What a table with WordPress's names must have instead; ``wp comment list`` prints them with ``--fields``."""
_KINDS = {kind.value: kind for kind in Kind}
_WORDS: dict[str, Label | None] = {
    "ham": Label.HAM,
    "approve": Label.HAM,
    "approved": Label.HAM,
    "1": Label.HAM,
    "spam": Label.SPAM,
    # thrown away by hand, or by WordPress's list of disallowed words
    "trash": Label.SPAM,
    # the owner has not said yet, or could not tell
    "hold": None,
    "pending": None,
    "unapproved": None,
    "0": None,
    "unknown": None,
    "unsure": None,
    "gray": None,
    "grey": None,
    # the post was thrown away, which says nothing of its linkbacks
    "post-trashed": None,
}
_EMPTY = frozenset({"", "null", "none", "nan", "nat"})
"""How tables write that a date, kind, label or evidence is not known."""


def missing_columns(names: Collection[str]) -> list[str]:
    """The columns that a table with these columns lacks.

    >>> missing_columns(["source_url", "title"]), missing_columns(["comment_ID"])
    (['target_url'], ['comment_author_url', 'comment_type'])
    """
    needed = _WORDPRESS if is_wordpress(dict.fromkeys(names)) and "source_url" not in names else REQUIRED
    return [name for name in needed if name not in names]


def case_of(values: Mapping[str, Any], line: int = 0) -> Case:
    """Reads one row of a linkback table.

    Args:
        values: Its columns; only source_url and target_url must say something. None, nan and ``""`` mean not known.
            WordPress's own names (``comment_author_url`` ...) are understood, too.
        line: Its line, for messages; 0: it has none.

    Returns:
        The case; its label stands apart from what was sent, so that it cannot reach the row's own features.

    Raises:
        RowError: A URL is missing, or a column holds nonsense; the message names line, column, value and way out.

    >>> case_of({"source_url": "https://a.example/", "target_url": "https://b.example/", "label": "approved"}).label
    <Label.HAM: 'ham'>
    """
    try:
        values = _named(values)
        source_url, target_url = (_required(values, name) for name in REQUIRED)
        linkback = Linkback(
            source_url=source_url,
            target_url=target_url,
            kind=_kind(values.get("kind")),
            title=_text(values, "title"),
            excerpt=_text(values, "excerpt"),
            blog_name=_text(values, "blog_name"),
            sender_ip=_text(values, "sender_ip"),
            user_agent=_text(values, "user_agent"),
            received_at=_date(values, "received_at"),
            site=_text(values, "site"),
            id=_text(values, "id"),
        )
        title, text = _text(values, "target_title"), _text(values, "target_text")
        return Case(
            linkback=linkback,
            post=Post(target_url, title, text) if title or text else None,
            evidence=_evidence(values.get("evidence")),
            label=_label(values.get("label")),
            labelled_at=_date(values, "labelled_at"),
        )
    except InputError as error:
        raise RowError(f"line {line}: {error}" if line else str(error), line=line) from None


def received_at(values: Mapping[str, Any]) -> datetime | None:
    """When a row was received, without reading the rest of it; None: not known, or nonsense."""
    try:
        return _date(_named(values), "received_at")
    except InputError:
        return None


def id_of(values: Mapping[str, Any]) -> str:
    """A row's id, or the digest that stands for it; empty: the row cannot be read."""
    try:
        return _text(_named(values), "id") or case_of(values).linkback.id
    except InputError:
        return ""


def _named(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns by our names, where WordPress's stand."""
    return linkback_columns(values) if "source_url" not in values and is_wordpress(values) else values


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if type(value) is not str:
        return _number(value, name)
    return _checked(value, name)


def _checked(text: str, name: str) -> str:
    """The text itself, when it is short enough and all of it is text."""
    if text.isascii():
        size = len(text)
    else:
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise InputError(
                f"{name} holds bytes that are not UTF-8, or half a surrogate pair: {shown(text)}; save it as UTF-8"
            ) from None
    if size >= MAX_FIELD:
        raise InputError(f"{name} has {size} bytes, the limit is {MAX_FIELD - 1}: {shown(text, 20)}; shorten it")
    if "\0" in text:
        raise InputError(f"{name} holds a NUL character: {shown(text)}; take it out")
    return text


def _number(value: object, name: str) -> str:
    """A number where text stands in other rows: ids are often numbers, and pandas makes floats of them."""
    if isinstance(value, float):
        if value != value:  # nan
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise InputError(f"{name} is no text: {shown(value)}")


def _required(values: Mapping[str, Any], name: str) -> str:
    text = _text(values, name)
    if not text or text.isspace():
        raise InputError(f"{name} is missing; a linkback needs the URL of its source and of its target")
    return text


def _kind(value: object) -> Kind:
    try:
        return _KINDS[value]  # type: ignore[index]  # most rows; anything else is looked at below
    except (KeyError, TypeError):
        word = _word(value, "kind")
    if word not in _KINDS:
        known = ", ".join(kind for kind in _KINDS if kind != Kind.UNKNOWN)
        if word:
            raise InputError(f"kind is none of {known}: {shown(value)}; leave it empty where it is not known")
        return Kind.UNKNOWN
    return _KINDS[word]


def _label(value: object) -> Label | None:
    word = _word(value, "label")
    if not word:
        return None
    if word not in _WORDS:
        known = "ham, spam, approve, approved, 1, hold, pending, 0, trash"
        raise InputError(f"label is none of {known}: {shown(value)}; leave it empty where nobody decided")
    return _WORDS[word]


def _word(value: object, name: str) -> str:
    """A word of a fixed set, in lower case; empty: not known."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else _number(value, name)
    word = text.strip().lower() if len(text) < 100 else text
    return "" if word in _EMPTY else word


def _date(values: Mapping[str, Any], name: str) -> datetime | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower() in _EMPTY:
        return None
    if isinstance(value, float) and value != value:  # nan
        return None
    return date_from_json(value, name)


def _evidence(value: object) -> LinkEvidence:
    if value is None:
        return LinkEvidence()
    if isinstance(value, str):
        if value.strip().lower() in _EMPTY:
            return LinkEvidence()
        try:
            value = from_text(_checked(value, "evidence"))
        except (ValueError, RecursionError):
            raise InputError(f"evidence is no JSON object: {shown(value)}") from None
    if isinstance(value, float) and value != value:  # nan
        return LinkEvidence()
    if not isinstance(value, Mapping):
        raise InputError(f"evidence is no JSON object: {shown(value)}")
    for text in value.values():
        if type(text) is str:
            _checked(text, "evidence")
    evidence = evidence_from_json(value)
    for name in evidence.listed_in or ():
        _checked(name, "evidence.listed_in")
    return evidence
