"""The JSON forms of the records: what history, queues, tables and `--json` write and read.

The forms are derived from the record types, so a new field needs no second definition. Writing leaves nothing out that
says something; reading forgives missing and unknown keys and refuses nonsense. Dates are ISO 8601 in UTC. JSON has no
nan and no infinity: a missing value is ``null``, infinity is the text ``"inf"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from math import inf, isfinite, isnan, nan
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import msgspec

from moderator.errors import InputError, shown
from moderator.records import Case, Decision, Label, Linkback, LinkEvidence, Post, Reason, Verdict

__all__ = [
    "case_from_json",
    "case_to_json",
    "date_from_json",
    "decision_from_json",
    "decision_to_json",
    "evidence_from_json",
    "evidence_to_json",
    "from_text",
    "linkback_from_json",
    "linkback_to_json",
    "reason_to_json",
    "reasons_to_json",
    "to_text",
]

_NOT_CHECKED = LinkEvidence()
_ROUNDING = 1e-9
"""How far a share may stand outside 0 to 1 before it is nonsense: cosines overshoot by rounding."""
_LARGEST = 2**53
"""Where counts end: beyond it JSON's readers in other languages lose digits."""
_PATH = re.compile(r"(?<!\s)\s*+(?:-\s*+)?at `\$\.?([^`]*+)`$")
"""The end of msgspec's messages, which names the field."""

_Record = TypeVar("_Record")


def _builtin(value: object) -> object:
    """The plain number in one of numpy's."""
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"JSON cannot hold a {type(value).__name__}")


_encode = msgspec.json.Encoder(enc_hook=_builtin).encode
_decode = msgspec.json.Decoder().decode


def to_text(value: object, *, spaced: bool = False) -> str:
    """JSON text of records, dicts, lists, texts, numbers and None, in one line; nan and infinity become null.

    Args:
        value: What to write; for records the functions below give the usual form.
        spaced: Whether a space stands behind each comma and colon, for people.

    >>> to_text({"a": [1, nan]}), to_text({"a": [1, nan]}, spaced=True)
    ('{"a":[1,null]}', '{"a": [1, null]}')
    """
    try:
        data = _encode(value)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can only hold as ASCII
        separators = (", ", ": ") if spaced else (",", ":")
        return json.dumps(_without_nan(msgspec.to_builtins(value, enc_hook=_builtin)), separators=separators)
    return (msgspec.json.format(data, indent=0) if spaced else data).decode()


def from_text(text: str | bytes) -> Any:
    """Reads JSON text; Python's own ``NaN`` and ``Infinity`` and halves of surrogate pairs are understood, too.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text)


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


class _Form(Generic[_Record]):
    """The JSON form of a record type, derived from its fields.

    Whole numbers are counts from 0, other numbers are shares from 0 to 1: that is all that these records hold.
    """

    def __init__(self, record: type[_Record]) -> None:
        self._record = record
        hints = get_type_hints(record)
        self._dates = self._named(hints, datetime)
        self._counts = self._named(hints, int)
        self._shares = self._named(hints, float)
        self._nested = {
            name: {field.name for field in fields(item) if field.default == ""}
            for name, hint in hints.items()
            if (item := _item(hint)) is not None
        }
        self._types = hints

    @staticmethod
    def _named(hints: Mapping[str, Any], kind: type) -> frozenset[str]:
        return frozenset(name for name, hint in hints.items() if kind in (hint, *get_args(hint)))

    def write(self, record: _Record) -> dict[str, Any]:
        """Every field; records within leave out their empty texts."""
        form: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(datetime,))
        for name in self._dates:
            if form[name] is not None:
                form[name] = form[name].isoformat()
        for name, texts in self._nested.items():
            if form[name]:
                form[name] = [
                    {key: value for key, value in item.items() if value or key not in texts} for item in form[name]
                ]
        return form

    def read(self, form: Mapping[str, Any]) -> _Record:
        """Reads a form; nulls and ``""`` mean not known.

        Raises:
            InputError: A field holds nonsense; the message names it.
        """
        known = {name: value for name, value in form.items() if value is not None and value != ""}
        for name in self._dates & known.keys():
            known[name] = date_from_json(known[name], name)
        for name in self._counts & known.keys():
            known[name] = _count(name, known[name])
        for name in self._shares & known.keys():
            known[name] = _share(name, known[name])
        try:
            return msgspec.convert(known, self._record)
        except msgspec.ValidationError as error:
            raise self._refusal(error, known) from None

    def _refusal(self, error: msgspec.ValidationError, known: Mapping[str, Any]) -> InputError:
        message = str(error)
        found = _PATH.search(message)
        path = found[1] if found else ""
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        if name not in known:  # a field without a default
            return InputError(message)
        kind = self._types.get(name)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return InputError(f"{name} is none of {', '.join(kind)}: {shown(known[name])}")
        return InputError(f"{path}: {message[: found.start()] if found else message}: {shown(known[name])}")


def _item(hint: object) -> type[Any] | None:
    """The record type in ``tuple[Record, ...] | None``."""
    for part in get_args(hint) if isinstance(hint, UnionType) else (hint,):
        for item in get_args(part):
            if isinstance(item, type) and hasattr(item, "__dataclass_fields__"):
                return item
    return None


_EVIDENCE = _Form(LinkEvidence)
_LINKBACK = _Form(Linkback)


def evidence_to_json(evidence: LinkEvidence) -> dict[str, Any]:
    """The JSON form of what a source page showed.

    Returns:
        ``{"status": "not_checked"}`` for the empty record, every field otherwise.
    """
    if evidence is _NOT_CHECKED or evidence == _NOT_CHECKED:
        return {"status": "not_checked"}
    return _EVIDENCE.write(evidence)


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
    return _EVIDENCE.read(form)


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """The JSON form of one reason; a missing value is null."""
    value = reason.value
    if isinstance(value, float) and not isfinite(value):
        value = None if isnan(value) else "inf" if value > 0 else "-inf"  # type: ignore[assignment]
    return {
        "feature": reason.feature,
        "value": value,
        "contribution": reason.contribution,
        "meaning": reason.meaning,
    }


def reasons_to_json(reasons: Sequence[Reason]) -> object:
    """What `to_text` writes in the form of `reason_to_json`: the reasons themselves, where none is infinite."""
    values = [reason.value for reason in reasons]
    return [reason_to_json(reason) for reason in reasons] if inf in values or -inf in values else reasons


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """The JSON form of a decision: what `check --json` prints."""
    return {
        "linkback_id": decision.linkback_id,
        "verdict": decision.verdict.value,
        "spam_probability": decision.spam_probability,
        "reasons": [reason_to_json(reason) for reason in decision.reasons],
        "evidence": evidence_to_json(decision.evidence),
        "rule": decision.rule,
        "decided_at": None if decision.decided_at is None else decision.decided_at.isoformat(),
        "model": decision.model,
    }


def decision_from_json(form: Mapping[str, Any]) -> Decision:
    """Reads a decision back. An infinite value stays the text ``"inf"``.

    Raises:
        InputError: Id, verdict or probability are missing, or a field holds nonsense.
    """
    if not isinstance(form, Mapping):
        raise InputError(f"decision is no JSON object: {shown(form)}")
    for name in ("linkback_id", "verdict", "spam_probability"):
        if form.get(name) in (None, ""):
            raise InputError(f"{name} is missing")
    reasons = form.get("reasons") or ()
    if not isinstance(reasons, list | tuple):
        raise InputError(f"reasons are no JSON array: {shown(reasons)}")
    if form["verdict"] not in list(Verdict):
        raise InputError(f"verdict is none of {', '.join(Verdict)}: {shown(form['verdict'])}")
    return Decision(
        linkback_id=_text("linkback_id", form["linkback_id"]),
        verdict=Verdict(form["verdict"]),
        spam_probability=_share("spam_probability", form["spam_probability"]),
        reasons=tuple(_reason(reason) for reason in reasons),
        evidence=evidence_from_json(form.get("evidence") or {}),
        rule=_text("rule", form.get("rule")),
        decided_at=date_from_json(form.get("decided_at"), "decided_at"),
        model=_text("model", form.get("model")),
    )


def linkback_to_json(linkback: Linkback) -> dict[str, Any]:
    """The JSON form of a linkback, under the column names of a linkback table."""
    form = _LINKBACK.write(linkback)
    return {"id": form["id"], "kind": form["kind"]} | form


def linkback_from_json(form: Mapping[str, Any]) -> Linkback:
    """Reads a linkback; missing keys, nulls and ``""`` mean not known, other columns are passed over.

    Raises:
        InputError: source_url or target_url are missing, or a field holds nonsense.

    >>> linkback_from_json({"source_url": "https://a.example/", "target_url": "https://b.example/"}).kind
    <Kind.UNKNOWN: 'unknown'>
    """
    if not isinstance(form, Mapping):
        raise InputError(f"linkback is no JSON object: {shown(form)}")
    for name in ("source_url", "target_url"):
        if not form.get(name):
            raise InputError(f"{name} is missing")
    return _LINKBACK.read(form)


def case_to_json(case: Case) -> dict[str, Any]:
    """The JSON form of a case: the columns of a linkback table, and our post's own address."""
    form = linkback_to_json(case.linkback)
    if case.post is not None:
        form |= {"target_title": case.post.title, "target_text": case.post.text, "post_url": case.post.url}
    if case.evidence != _NOT_CHECKED:
        form["evidence"] = evidence_to_json(case.evidence)
    if case.label is not None:
        form |= {
            "label": case.label.value,
            "labelled_at": None if case.labelled_at is None else case.labelled_at.isoformat(),
        }
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
    if (label := form.get("label") or None) is not None and label not in list(Label):
        raise InputError(f"label is none of {', '.join(Label)}: {shown(label)}")
    return Case(
        linkback=linkback,
        post=post,
        evidence=evidence_from_json(form.get("evidence") or {}),
        label=None if label is None else Label(label),
        labelled_at=date_from_json(form.get("labelled_at"), "labelled_at"),
    )


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise InputError(f"{name} is no text: {shown(value)}")


def _count(name: str, value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LARGEST and value == int(value):
        return int(value)
    raise InputError(f"{name} is no count: {shown(value)}")


def _share(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and -_ROUNDING <= value <= 1 + _ROUNDING:
        return float(value)
    raise InputError(f"{name} is no share from 0 to 1: {shown(value)}")


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


def _without_nan(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nan(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
