"""An entry as a row of the table `linkbacks`, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import inf, nan
from typing import Any

from moderator.errors import HistoryError, InputError, shown
from moderator.history.base import Entry, Keys, LabelledEntry, Remembered, is_verified
from moderator.records import Decision, Label, Linkback, LinkEvidence
from moderator.serialization import (
    date_from_json,
    decision_from_json,
    evidence_from_json,
    evidence_to_json,
    from_text,
    linkback_to_json,
    reasons_to_json,
    to_text,
)
from moderator.text import stable_hash

__all__ = [
    "ENTRY_COLUMNS",
    "READ_COLUMNS",
    "decision_values",
    "entry_from_row",
    "entry_values",
    "evidence_from_text",
    "evidence_values",
    "labelled_entries",
    "pair_key",
    "remembered_entries",
]

EVIDENCE_COLUMNS = ("evidence", "checked_at", "verified")
DECISION_COLUMNS = ("verdict", "probability", "rule", "model", "decided_at", "reasons")
ENTRY_COLUMNS = ("id", "at", *Keys._fields, "linkback", "pair", *EVIDENCE_COLUMNS, *DECISION_COLUMNS)
"""What `entry_values` fills, in order."""
READ_COLUMNS = ("id", "at", *Keys._fields, "linkback", "evidence", *DECISION_COLUMNS)
"""What `entry_from_row` reads, in order."""

_UNDECIDED = (None,) * len(DECISION_COLUMNS)


def pair_key(source_url: str, target_url: str) -> int:
    """The digest under which evidence about a pair of URLs, as given, is found."""
    return stable_hash(f"pair:{source_url}\0{target_url}")


def entry_values(entry: Entry) -> tuple[Any, ...]:
    """The values of `ENTRY_COLUMNS`."""
    linkback = entry.linkback
    return (
        linkback.id,
        entry.at if entry.at == entry.at else None,
        *entry.keys,
        to_text(linkback_to_json(linkback)),
        pair_key(linkback.source_url, linkback.target_url),
        *evidence_values(entry.evidence),
        *(_UNDECIDED if entry.decision is None else decision_values(entry.decision)),
    )


def evidence_values(evidence: LinkEvidence) -> tuple[str | None, float | None, int]:
    """The values of `EVIDENCE_COLUMNS`."""
    form = evidence_to_json(evidence)
    checked_at = None if evidence.checked_at is None else evidence.checked_at.timestamp()
    return None if len(form) == 1 else to_text(form), checked_at, int(is_verified(evidence))


def decision_values(decision: Decision) -> tuple[Any, ...]:
    """The values of `DECISION_COLUMNS`; the decision's evidence is the entry's."""
    return (
        decision.verdict.value,
        decision.spam_probability,
        decision.rule,
        decision.model,
        None if decision.decided_at is None else decision.decided_at.isoformat(),
        to_text(reasons_to_json(decision.reasons)) if decision.reasons else None,
    )


def entry_from_row(row: tuple[Any, ...]) -> Entry:
    """The entry of a row of `READ_COLUMNS`.

    Raises:
        HistoryError: The row is damaged; the message names its id.
    """
    id, at, *keys, linkback, evidence, verdict, probability, rule, model, decided_at, reasons = row
    try:
        form = from_text(linkback)
        form["received_at"] = date_from_json(form["received_at"], "received_at")
        seen = LinkEvidence() if evidence is None else evidence_from_json(from_text(evidence))
        decision = None
        if verdict is not None:
            decided = {"linkback_id": id, "verdict": verdict, "spam_probability": probability, "rule": rule}
            decided |= {"decided_at": decided_at, "model": model, "reasons": from_text(reasons) if reasons else []}
            decision = replace(decision_from_json(decided), evidence=seen)
        return Entry(Linkback(**form), Keys(*keys), nan if at is None else at, seen, decision)
    except (InputError, ValueError, TypeError, KeyError) as error:
        raise HistoryError(f"the history's row of linkback {shown(id)} is damaged: {shown(error)}") from error


def remembered_entries(read: Callable[[float | None, str], Sequence[Any]], page: int) -> Iterator[Remembered]:
    """Entries read page by page, undated ones first.

    Args:
        read: Gives the next rows behind a moment and an id, in their order: label, labelled_at and `READ_COLUMNS`.
            A moment None asks for undated ones.
        page: How many rows it gives; fewer: there are no more.
    """
    at: float | None = None
    id = ""
    while True:
        rows = read(at, id)
        for label, labelled_at, *row in rows:
            entry = entry_from_row(tuple(row))
            yield Remembered(entry, *((None, nan) if label is None else (Label(label), labelled_at)))
        if len(rows) == page:
            _, _, id, at, *_ = rows[-1]
        elif at is None:
            at, id = -inf, ""
        else:
            return


def labelled_entries(read: Callable[[float | None, str], Sequence[Any]], page: int) -> Iterator[LabelledEntry]:
    """Those of the entries that `read` gives that have a label; see `remembered_entries`."""
    for each in remembered_entries(read, page):
        if each.label is not None:
            yield LabelledEntry(each.entry, each.label, each.labelled_at)


def evidence_from_text(text: str | None, name: object) -> LinkEvidence:
    """The evidence of a row's JSON; None: not checked.

    Args:
        text: The JSON.
        name: What messages call the history.

    Raises:
        HistoryError: The JSON is damaged.
    """
    try:
        return LinkEvidence() if text is None else evidence_from_json(from_text(text))
    except (InputError, ValueError) as error:
        raise HistoryError(f"history {name}: damaged evidence: {shown(error)}") from error
